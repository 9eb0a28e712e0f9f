"""Reads on the driver: its connections, and its errors."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from sqlalchemy import BigInteger, Select, bindparam, func, select, text

from genonaut.config import Settings
from genonaut.config.settings import DatabaseSettings
from genonaut.db import DatabaseError
from genonaut.db.engine import make_engine
from genonaut.db.reader import Reader, ReadStatement
from genonaut.embedded import RunningPostgres

_NUMBER = bindparam("number", type_=BigInteger)
PLUS_ONE = ReadStatement(select(_NUMBER + 1))
PID = ReadStatement(select(func.pg_backend_pid()))


def quotient() -> Select[int]:
    return select(func.div(1, _NUMBER))


@pytest.fixture
async def reader(settings: Settings) -> AsyncIterator[Reader]:
    database = msgspec.structs.replace(settings.database, pool_size=8, max_overflow=0)
    engine = make_engine(database, application="test-reader")
    reader = Reader(engine, database)
    yield reader
    await reader.close()
    await engine.dispose()


async def test_concurrent_reads_share_few_connections(reader: Reader) -> None:
    answers = await asyncio.gather(*(reader.fetch_one(PLUS_ONE, number=n) for n in range(100)))
    assert [answer[0] for answer in answers if answer] == list(range(1, 101))
    pids = await asyncio.gather(*(reader.fetch_one(PID) for _ in range(100)))
    assert len({pid[0] for pid in pids if pid}) <= 2


async def test_a_failing_statement_raises_an_error_of_the_application(reader: Reader) -> None:
    with pytest.raises(DatabaseError, match="division by zero"):
        await reader.fetch(ReadStatement(quotient()), number=0)
    assert (await reader.fetch(PLUS_ONE, number=1))[0][0] == 2


async def test_a_cancelled_read_does_not_break_the_next_one(reader: Reader) -> None:
    sleep = ReadStatement(select(func.pg_sleep(600)))
    tasks = [asyncio.create_task(reader.fetch(sleep)) for _ in range(4)]
    await asyncio.sleep(0.1)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    assert (await reader.fetch(PLUS_ONE, number=1))[0][0] == 2


async def test_a_read_survives_connections_that_the_server_closed(
    reader: Reader, settings: Settings
) -> None:
    await reader.fetch(PID)
    other = make_engine(settings.database, application="other")
    async with other.begin() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE application_name = 'test-reader' AND datname = current_database()"
            )
        )
    await other.dispose()
    assert (await reader.fetch(PLUS_ONE, number=1))[0][0] == 2


async def test_a_stopped_database_raises_and_a_started_one_answers(
    own_postgres: RunningPostgres,
) -> None:
    database = DatabaseSettings(url=own_postgres.url_for("faults"))
    engine = make_engine(database, application="test")
    reader = Reader(engine, database)
    assert (await reader.fetch(PLUS_ONE, number=1))[0][0] == 2
    await own_postgres.stop()
    with pytest.raises((DatabaseError, OSError)):
        await reader.fetch(PLUS_ONE, number=1)
    await own_postgres.start()
    assert (await reader.fetch(PLUS_ONE, number=1))[0][0] == 2
    await reader.close()
    await engine.dispose()


async def test_a_pool_of_one_connection_is_not_kept_by_the_reader(settings: Settings) -> None:
    database = msgspec.structs.replace(settings.database, pool_size=1, max_overflow=0)
    engine = make_engine(database, application="test")
    reader = Reader(engine, database)
    await reader.fetch(PID)
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT 1")) == 1
    await engine.dispose()
