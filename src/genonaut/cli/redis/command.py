"""``genonaut redis``: list, describe or delete the keys of an environment."""

import asyncio

import click

from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings
from genonaut.config import Environment
from genonaut.core.errors import ForbiddenError


@click.group()
def redis() -> None:
    """List, describe or delete the keys of an environment in Redis or Valkey.

    PostgreSQL holds all durable data: everything in Redis can be rebuilt from it.
    """


@redis.command()
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="Number of keys to list.",
)
@env_option
def keys(limit: int, environment: str) -> None:
    """List the keys with type, size (entries or bytes) and expiry."""
    from genonaut.cli.redis.actions import list_keys  # noqa: PLC0415 - loads redis-py

    asyncio.run(list_keys(resolved_settings(environment), limit))


@redis.command()
@env_option
def info(environment: str) -> None:
    """Show the server and the number of keys of this environment."""
    from genonaut.cli.redis.actions import show_info  # noqa: PLC0415 - loads redis-py

    asyncio.run(show_info(resolved_settings(environment)))


@redis.command()
@env_option
def flush(environment: str) -> None:
    """Delete the keys of this environment; other namespaces are not changed.

    No job is lost: the workers find them in the database again. Refused in prod.
    """
    if environment == Environment.PROD:
        raise ForbiddenError("redis flush is not allowed in prod")
    from genonaut.cli.redis.actions import flush_keys  # noqa: PLC0415 - loads redis-py

    asyncio.run(flush_keys(resolved_settings(environment)))
