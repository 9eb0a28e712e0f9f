"""A database server that is frozen for longer than every timeout, and then continues."""

import contextlib
from collections.abc import AsyncIterator

import psutil
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from tests.support.service import eventually

from genonaut.db.advisory_locks import AdvisoryLock, try_lock_session
from genonaut.embedded import RunningPostgres


@contextlib.asynccontextmanager
async def with_short_timeout(database: RunningPostgres) -> AsyncIterator[AsyncEngine]:
    """Make an engine with one connection and a command timeout of three seconds."""
    engine = create_async_engine(
        database.url_for("faults"),
        pool_size=1,
        max_overflow=0,
        connect_args={"command_timeout": 3},
    )
    try:
        yield engine
    finally:
        await engine.dispose()


async def server_of(engine: AsyncEngine) -> psutil.Process:
    async with engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        return psutil.Process(raw.get_server_pid())


async def acquires(engine: AsyncEngine) -> bool:
    async with try_lock_session(engine, AdvisoryLock.MODEL_HASHING) as is_ours:
        return is_ours


@pytest.mark.parametrize("when", ["during acquire", "during release"])
async def test_a_lock_of_a_lost_connection_is_released(
    own_postgres: RunningPostgres, when: str
) -> None:
    async with (
        with_short_timeout(own_postgres) as engine,
        with_short_timeout(own_postgres) as other,
    ):
        server = await server_of(engine)
        try:
            if when == "during acquire":
                server.suspend()
                with pytest.raises(TimeoutError):
                    await acquires(engine)
            else:
                async with try_lock_session(engine, AdvisoryLock.MODEL_HASHING) as is_ours:
                    assert is_ours
                    server.suspend()
        finally:
            server.resume()

        async def another_acquires() -> bool:
            return await acquires(other)

        await eventually(another_acquires)
        assert await acquires(engine)
