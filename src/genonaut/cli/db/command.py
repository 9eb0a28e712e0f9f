"""``genonaut db``: the schema of an environment's database."""

import asyncio
from collections.abc import Awaitable, Callable

import click

from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings, running_services
from genonaut.config import Environment, Settings
from genonaut.core.errors import ConflictError, ForbiddenError

_yes = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")


@click.group()
def db() -> None:
    """Migrate or reset the database of an environment.

    It is the configured one, that of a running `genonaut up`, or else the embedded one, which
    runs only during the command.
    """


@db.command()
@click.option("--revision", default="head", show_default=True, help="The last migration to apply.")
@env_option
def upgrade(revision: str, environment: str) -> None:
    """Apply all migrations; creates the database if it does not exist."""
    from genonaut.cli.db import schema  # noqa: PLC0415 - loads SQLAlchemy and Alembic

    async def work(url: str) -> None:
        await schema.create_if_missing(url)
        before = await schema.revision_of(url)
        await schema.upgrade(url, revision)
        _report(schema.database_location(url), before, await schema.revision_of(url))

    _on_database(resolved_settings(environment), work)


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("revision")
@_yes
@env_option
def downgrade(revision: str, yes: bool, environment: str) -> None:
    """Revert migrations down to REVISION: an id, -1 for one step, or base for an empty schema.

    Data in newer columns and tables are lost.
    """
    from genonaut.cli.db import schema  # noqa: PLC0415 - loads SQLAlchemy and Alembic

    async def work(url: str) -> None:
        _confirm(
            f"Downgrade {schema.database_location(url)} to {revision}? Newer data are lost.",
            yes=yes,
        )
        before = await schema.revision_of(url)
        await schema.downgrade(url, revision)
        _report(schema.database_location(url), before, await schema.revision_of(url))

    _on_database(resolved_settings(environment), work)


@db.command()
@click.argument("message")
@click.option("--empty", is_flag=True, help="Write a migration without steps.")
@env_option
def revision(message: str, empty: bool, environment: str) -> None:
    """Write a migration named MESSAGE from the difference between the table classes and the database."""
    from genonaut.cli.db import schema  # noqa: PLC0415 - loads SQLAlchemy and Alembic

    async def work(url: str) -> None:
        for path in await schema.write_revision(url, message, empty=empty):
            click.echo(path)

    _on_database(resolved_settings(environment), work)


@db.command()
@_yes
@env_option
def reset(yes: bool, environment: str) -> None:
    """Drop all tables and create them again, empty; refused in prod.

    Image files remain until housekeeping deletes the files that no row references.
    """
    from genonaut.cli.db import schema  # noqa: PLC0415 - loads SQLAlchemy and Alembic

    if environment == Environment.PROD:
        raise ForbiddenError("db reset is not allowed in prod")
    settings = resolved_settings(environment)
    record = running_services(settings)
    if record is not None:
        raise ConflictError(
            f"the database is in use by `genonaut up` of {environment} "
            f"(process {record.supervisor_pid}); stop it first"
        )

    async def work(url: str) -> None:
        _confirm(f"Delete everything in {schema.database_location(url)}?", yes=yes)
        await schema.create_if_missing(url)
        await schema.empty(url)
        await schema.upgrade(url)
        _report(schema.database_location(url), None, await schema.revision_of(url))

    _on_database(settings, work)


def _on_database(settings: Settings, work: Callable[[str], Awaitable[None]]) -> None:
    from genonaut.cli.embedded_servers import available_database  # noqa: PLC0415 - loads asyncpg

    async def run() -> None:
        async with available_database(settings) as url:
            await work(url)

    asyncio.run(run())


def _confirm(question: str, *, yes: bool) -> None:
    if not yes:
        click.confirm(question, abort=True)


def _report(place: str, before: str | None, after: str | None) -> None:
    if before == after:
        click.echo(f"{place} is already at revision {after or 'none'}")
    else:
        click.echo(f"{place}: revision {before or 'none'} -> {after or 'none'}")
