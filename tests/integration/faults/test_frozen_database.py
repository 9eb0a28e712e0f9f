"""A database server that stands still for longer than anybody waits, and then goes on."""

import contextlib
from collections.abc import AsyncIterator

import psutil
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from tests.support.service import eventually

from genonaut.db.advisory_locks import AdvisoryLock, try_lock_session
from genonaut.embedded import RunningPostgres


@contextlib.asynccontextmanager
async def impatient(database: RunningPostgres) -> AsyncIterator[AsyncEngine]:
    """One connection at most, which waits three seconds for an answer."""
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


async def gets_in(engine: AsyncEngine) -> bool:
    async with try_lock_session(engine, AdvisoryLock.MODEL_HASHING) as is_ours:
        return is_ours


@pytest.mark.parametrize("when", ["as it was taken", "as it was left"])
async def test_a_lock_of_which_nobody_knows_is_not_kept(
    own_postgres: RunningPostgres, when: str
) -> None:
    async with impatient(own_postgres) as engine, impatient(own_postgres) as other:
        server = await server_of(engine)
        try:
            if when == "as it was taken":
                server.suspend()
                with pytest.raises(TimeoutError):
                    await gets_in(engine)
            else:
                async with try_lock_session(engine, AdvisoryLock.MODEL_HASHING) as is_ours:
                    assert is_ours
                    server.suspend()
        finally:
            server.resume()

        async def another_gets_in() -> bool:
            return await gets_in(other)

        await eventually(another_gets_in)
        assert await gets_in(engine)
