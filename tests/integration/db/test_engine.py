"""Idle connections that the server or the network closed."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.support.service import eventually

from genonaut.config import Settings
from genonaut.db import engine as engines

PID = text("SELECT pg_backend_pid()")


@pytest.fixture
async def engine(settings: Settings) -> AsyncIterator[AsyncEngine]:
    made = engines.make_engine(settings.database, application="test-engine")
    yield made
    await made.dispose()


async def pid_of(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        pid: int = (await connection.execute(PID)).scalar_one()
        return pid


async def test_a_connection_that_the_server_closed_is_replaced(
    settings: Settings, engine: AsyncEngine
) -> None:
    async with engine.connect() as connection:
        closed = (await connection.execute(PID)).scalar_one()
        raw = (await connection.get_raw_connection()).driver_connection
    assert await pid_of(engine) == closed, "connections are used again"
    other = engines.make_engine(settings.database, application="test-killer")
    async with other.connect() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": closed})
    await other.dispose()

    async def is_closed() -> bool:
        return raw is not None and bool(raw.is_closed())

    await eventually(is_closed)
    assert await pid_of(engine) != closed


@pytest.mark.parametrize(("trusted_seconds", "asked"), [(60.0, 0), (-1.0, 1)])
async def test_only_idle_connections_are_pinged(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, trusted_seconds: float, asked: int
) -> None:
    monkeypatch.setattr(engines, "TRUSTED_IDLE_SECONDS", trusted_seconds)
    pid = await pid_of(engine)
    questions = 0
    ping = engine.dialect.do_ping

    def count(connection: object) -> bool:
        nonlocal questions
        questions += 1
        return ping(connection)  # type: ignore[arg-type]

    monkeypatch.setattr(engine.dialect, "do_ping", count)
    assert await pid_of(engine) == pid
    assert questions == asked


async def test_a_connection_that_does_not_answer_is_replaced(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "TRUSTED_IDLE_SECONDS", -1.0)
    pid = await pid_of(engine)
    ping = engine.dialect.do_ping
    failures = [engine.dialect.loaded_dbapi.OperationalError("gone")]

    def fail_once(connection: object) -> bool:
        if failures:
            raise failures.pop()
        return ping(connection)  # type: ignore[arg-type]

    monkeypatch.setattr(engine.dialect, "do_ping", fail_once)
    assert await pid_of(engine) != pid
