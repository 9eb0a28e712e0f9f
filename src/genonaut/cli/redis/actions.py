"""What ``genonaut redis`` does, on each server the environment uses: ARQ may have its own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import click

from genonaut.cli.embedded_services import some_redis
from genonaut.cli.output import print_table
from genonaut.cli.redis.keyspace import Keyspace, open_keyspace
from genonaut.cli.running_services import place_of_redis
from genonaut.config import Settings

_QUEUES = ("render", "background")


@asynccontextmanager
async def _keyspaces(settings: Settings) -> AsyncIterator[dict[str, Keyspace]]:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(some_redis(settings))
        yield {
            place_of_redis(place): await stack.enter_async_context(
                open_keyspace(place, settings.redis.namespace)
            )
            for place in dict.fromkeys((url, settings.redis.arq_url or url))
        }


async def list_keys(settings: Settings, limit: int) -> None:
    """Print up to ``limit`` keys of each server."""
    async with _keyspaces(settings) as keyspaces:
        for place, keyspace in keyspaces.items():
            names = await keyspace.names()
            found = [await keyspace.describe(name) for name in names[:limit]]
            rows = [
                (key.name, key.kind, str(key.size), _seconds(key.ttl_seconds))
                for key in found
                if key is not None
            ]
            if rows:
                print_table(("Key", "Type", "Size", "Lives"), rows)
            click.echo(f"{len(names)} keys of {settings.redis.namespace} at {place}", err=True)


def _seconds(ttl: int | None) -> str:
    return "for good" if ttl is None else f"{ttl} s"


async def show_info(settings: Settings) -> None:
    """Print the servers, their memory, and what of it is ours."""
    async with _keyspaces(settings) as keyspaces:
        for place, keyspace in keyspaces.items():
            server = await keyspace.server()
            rows = [
                ("Server", f"{server.version} at {place}"),
                ("Up for", f"{server.uptime_seconds} s"),
                ("Memory", server.memory),
                ("Clients", str(server.clients)),
                ("Namespace", settings.redis.namespace),
                ("Keys of ours", str(len(await keyspace.names()))),
                *[(f"Queue {queue}", str(await keyspace.waiting(queue))) for queue in _QUEUES],
            ]
            print_table(("What", "Value"), rows)


async def flush_keys(settings: Settings) -> None:
    """Delete the namespace's keys on every server and say how many there were."""
    async with _keyspaces(settings) as keyspaces:
        for place, keyspace in keyspaces.items():
            count = await keyspace.flush()
            click.echo(f"deleted {count} keys of {settings.redis.namespace} at {place}")
