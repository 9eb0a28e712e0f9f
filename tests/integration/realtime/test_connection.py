"""Redis connections that are reset raise errors of redis-py, on uvloop too."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import uvloop
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from tests.support.processes import Servers
from tests.support.resetting_proxy import resetting_proxy
from tests.support.service import eventually

from genonaut.realtime import Hub, connect_redis


async def on_uvloop(work: Callable[[], Awaitable[None]]) -> None:
    """Run ``work`` in a thread with an event loop of uvloop, as the API and workers have."""

    async def run() -> None:
        await work()

    def in_thread() -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run())

    await asyncio.to_thread(in_thread)


async def _send(connection: AbstractConnection) -> None:
    await connection.send_command("PING")


async def _read(connection: AbstractConnection) -> None:
    await connection.read_response()


@pytest.mark.parametrize("use", [_send, _read])
async def test_a_closed_transport_raises_a_connection_error(
    servers: Servers, use: Callable[[AbstractConnection], Awaitable[None]]
) -> None:
    async def work() -> None:
        redis = connect_redis(servers.redis_url, retries=0)
        connection = await redis.connection_pool.get_connection("PING")  # type: ignore[no-untyped-call]
        connection._writer.transport.abort()
        await asyncio.sleep(0.01)
        with pytest.raises(RedisConnectionError):
            await use(connection)
        await redis.aclose()

    await on_uvloop(work)


async def test_a_reply_that_was_not_read_is_not_taken_for_the_next_one(servers: Servers) -> None:
    async def work() -> None:
        redis = connect_redis(servers.redis_url)
        pool = redis.connection_pool
        connection = await pool.get_connection("ECHO")  # type: ignore[no-untyped-call]
        await connection.send_command("ECHO", "old")
        await eventually(connection.can_read_destructive)
        await pool.release(connection)
        assert await redis.echo("new") == b"new"
        await redis.aclose()

    await on_uvloop(work)


async def test_a_client_survives_resets_and_reconnects(servers: Servers) -> None:
    with resetting_proxy(servers.redis_url) as proxy:

        async def work() -> None:
            redis = connect_redis(proxy.url)
            await redis.ping()
            proxy.is_forwarding = False
            for _ in range(20):
                with pytest.raises((RedisError, OSError)):
                    await redis.ping()
            proxy.is_forwarding = True
            await redis.ping()
            await redis.aclose()

        await on_uvloop(work)


async def test_hubs_survive_a_peer_that_accepts_and_resets(servers: Servers) -> None:
    with resetting_proxy(servers.redis_url) as proxy:

        async def work() -> None:
            proxy.is_forwarding = False
            hubs = [Hub(proxy.url, f"reset_test_{n}", patterns=["*"]) for n in range(10)]
            tasks = [asyncio.create_task(hub.run()) for hub in hubs]

            async def are_reset() -> bool:
                return proxy.resets >= 60

            await eventually(are_reset)
            assert not any(task.done() for task in tasks)
            proxy.is_forwarding = True
            await asyncio.gather(*(hub.wait_connected() for hub in hubs))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        await on_uvloop(work)
