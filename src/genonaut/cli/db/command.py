"""``genonaut db``: the schema of an environment's database."""

import asyncio
from collections.abc import Awaitable, Callable

import click

from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings, running_services
from genonaut.config import Environment, Settings
from genonaut.core.errors import ConflictError, ForbiddenError

_yes = click.option("--yes", is_flag=True, help="Do not ask.")


@click.group()
def db() -> None:
    """Migrate or reset the database of an environment.

    It is the configured one, that of a running `genonaut up`, or the embedded one, which is
    started for the purpose.
    """


@db.command()
@click.option("--revision", default="head", show_default=True, help="How far to go.")
@env_option
def upgrade(revision: str, environment: str) -> None:
    """Bring the database to this version's schema; makes the database when it is missing."""
    from genonaut.cli.db import schema  # noqa: PLC0415 - loads SQLAlchemy and Alembic

    async def work(url: str) -> None:
        await schema.create_if_missing(url)
        before = await schema.revision_of(url)
        await schema.upgrade(url, revision)
        _report(schema.describe(url), before, await schema.revision_of(url))

    _on_database(resolved_settings(environment), work)


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("revision")
@_yes
@env_option
def downgrade(revision: str, yes: bool, environment: str) -> None:
    """Take migrations back to REVISION: an id, -1 for one step, or base for an empty schema.

    What newer columns and tables hold is lost.
    """
    from genonaut.cli.db import schema  # noqa: PLC0415 - loads SQLAlchemy and Alembic

    async def work(url: str) -> None:
        _confirm(f"Downgrade {schema.describe(url)} to {revision}? Newer data are lost.", yes=yes)
        before = await schema.revision_of(url)
        await schema.downgrade(url, revision)
        _report(schema.describe(url), before, await schema.revision_of(url))

    _on_database(resolved_settings(environment), work)


@db.command()
@click.argument("message")
@click.option("--empty", is_flag=True, help="Write no steps; you fill them in.")
@env_option
def revision(message: str, empty: bool, environment: str) -> None:
    """Write a migration named MESSAGE from the difference between tables and database."""
    from genonaut.cli.db import schema  # noqa: PLC0415 - loads SQLAlchemy and Alembic

    async def work(url: str) -> None:
        for path in await schema.write_revision(url, message, empty=empty):
            click.echo(path)

    _on_database(resolved_settings(environment), work)


@db.command()
@_yes
@env_option
def reset(yes: bool, environment: str) -> None:
    """Drop every table and make them anew, empty; never in prod.

    Files of images stay where they are; the clean-up removes those that no row names.
    """
    from genonaut.cli.db import schema  # noqa: PLC0415 - loads SQLAlchemy and Alembic

    if environment == Environment.PROD:
        raise ForbiddenError("db reset does not touch prod")
    settings = resolved_settings(environment)
    record = running_services(settings)
    if record is not None:
        raise ConflictError(
            f"`genonaut up` of {environment} uses the database (process {record.supervisor_pid}); "
            "stop it first"
        )

    async def work(url: str) -> None:
        _confirm(f"Delete everything in {schema.describe(url)}?", yes=yes)
        await schema.create_if_missing(url)
        await schema.empty(url)
        await schema.upgrade(url)
        _report(schema.describe(url), None, await schema.revision_of(url))

    _on_database(settings, work)


def _on_database(settings: Settings, work: Callable[[str], Awaitable[None]]) -> None:
    from genonaut.cli.embedded_services import some_database  # noqa: PLC0415 - loads asyncpg

    async def run() -> None:
        async with some_database(settings) as url:
            await work(url)

    asyncio.run(run())


def _confirm(question: str, *, yes: bool) -> None:
    if not yes:
        click.confirm(question, abort=True)


def _report(place: str, before: str | None, after: str | None) -> None:
    if before == after:
        click.echo(f"{place} is at revision {after or 'none'} already")
    else:
        click.echo(f"{place}: revision {before or 'none'} -> {after or 'none'}")
