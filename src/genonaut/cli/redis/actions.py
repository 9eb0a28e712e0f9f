"""The commands of ``genonaut redis``, on each server of the environment: ARQ may use another."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import click

from genonaut.cli.embedded_servers import available_redis
from genonaut.cli.output import print_table
from genonaut.cli.redis.keyspace import Keyspace, open_keyspace
from genonaut.cli.running_services import redis_location
from genonaut.config import Settings

_QUEUES = ("render", "background")


@asynccontextmanager
async def _keyspaces(settings: Settings) -> AsyncIterator[dict[str, Keyspace]]:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(available_redis(settings))
        yield {
            redis_location(address): await stack.enter_async_context(
                open_keyspace(address, settings.redis.namespace)
            )
            for address in dict.fromkeys((url, settings.redis.arq_url or url))
        }


async def list_keys(settings: Settings, limit: int) -> None:
    """Print up to ``limit`` keys of each server."""
    async with _keyspaces(settings) as keyspaces:
        for location, keyspace in keyspaces.items():
            names = await keyspace.names()
            found = [await keyspace.describe(name) for name in names[:limit]]
            rows = [
                (key.name, key.kind, str(key.size), _expiry(key.ttl_seconds))
                for key in found
                if key is not None
            ]
            if rows:
                print_table(("Key", "Type", "Size", "Expires"), rows)
            click.echo(f"{len(names)} keys of {settings.redis.namespace} at {location}", err=True)


def _expiry(ttl_seconds: int | None) -> str:
    return "never" if ttl_seconds is None else f"in {ttl_seconds} s"


async def show_info(settings: Settings) -> None:
    """Print the servers, their memory, and the number of keys of the environment."""
    async with _keyspaces(settings) as keyspaces:
        for location, keyspace in keyspaces.items():
            server = await keyspace.server()
            rows = [
                ("Server", f"{server.version} at {location}"),
                ("Uptime", f"{server.uptime_seconds} s"),
                ("Memory", server.memory),
                ("Clients", str(server.clients)),
                ("Namespace", settings.redis.namespace),
                ("Keys", str(len(await keyspace.names()))),
                *[(f"Queue {queue}", str(await keyspace.waiting(queue))) for queue in _QUEUES],
            ]
            print_table(("Field", "Value"), rows)


async def flush_keys(settings: Settings) -> None:
    """Delete the keys of the namespace on every server and print their number."""
    async with _keyspaces(settings) as keyspaces:
        for location, keyspace in keyspaces.items():
            count = await keyspace.flush()
            click.echo(f"deleted {count} keys of {settings.redis.namespace} at {location}")
