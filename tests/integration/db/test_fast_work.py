"""Transactions on the driver: commit, rollback, and the connection afterwards."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from genonaut.db import DatabaseError
from genonaut.db.statement import Statement
from genonaut.jobs.queue.claim_query import NEXT_JOB
from genonaut.runtime import Runtime

_PAUSE = Statement(text("INSERT INTO queue_pauses (backend) VALUES (:backend)"))
_FREE = Statement(text("SELECT backend FROM queue_pauses FOR UPDATE SKIP LOCKED"))
_PAUSED = Statement(text("SELECT backend FROM queue_pauses ORDER BY backend"))


async def paused(runtime: Runtime) -> list[str]:
    async with runtime.fast.single() as unit:
        return [row[0] for row in await unit.fetch(_PAUSED)]


async def test_the_end_of_the_block_commits(runtime: Runtime) -> None:
    async with runtime.begin_fast() as unit:
        await unit.fetch(_PAUSE, backend="b1")
    assert await paused(runtime) == ["b1"]


async def pause_twice(runtime: Runtime) -> None:
    async with runtime.begin_fast() as unit:
        await unit.fetch(_PAUSE, backend="b1")
        await unit.fetch(_PAUSE, backend="b1")


async def test_an_error_rolls_back(runtime: Runtime) -> None:
    with pytest.raises(DatabaseError):
        await pause_twice(runtime)
    assert not await paused(runtime)


async def test_a_block_that_rolls_back_stores_nothing(runtime: Runtime) -> None:
    async with runtime.begin_fast() as unit:
        await unit.fetch(_PAUSE, backend="b1")
        await unit.roll_back()
    assert not await paused(runtime)
    async with runtime.begin_fast() as unit:
        await unit.fetch(_PAUSE, backend="b2")
    assert await paused(runtime) == ["b2"]


async def test_a_lock_is_held_from_the_first_message_to_the_end(runtime: Runtime) -> None:
    async with runtime.begin_fast() as unit:
        await unit.fetch(_PAUSE, backend="it's")
    async with runtime.begin_fast() as unit:
        await unit.lock("SELECT FROM queue_pauses WHERE backend IN ('it''s') FOR UPDATE")
        async with runtime.fast.single() as other:
            free = await other.fetch(_FREE)
        assert unit.is_in_transaction
    assert not free
    async with runtime.fast.single() as other:
        assert await other.fetch(_FREE)


async def test_a_block_without_statements_opens_no_transaction(runtime: Runtime) -> None:
    async with runtime.begin_fast() as unit:
        assert not unit.is_in_transaction
        await unit.roll_back()
    assert not await paused(runtime)


async def test_a_claim_reads_an_empty_table_through_its_indexes(runtime: Runtime) -> None:
    """The plan of an empty table is kept while the table grows, until PostgreSQL analyses it."""
    values = {
        "names": ["sim1"],
        "worker_id": uuid4(),
        "rendered": [],
        "prompt_id": "",
        "lease": timedelta(seconds=20),
    }
    async with runtime.fast.single() as unit:
        rows = await unit.send(f"EXPLAIN {NEXT_JOB.sql}", NEXT_JOB.arguments(values))
    plan = "\n".join(row[0] for row in rows)
    assert "Seq Scan on generation_" not in plan
    for index in ("waiting", "running", "resumable"):
        assert f"using ix_generation_jobs_{index}" in plan


async def test_a_connection_returns_to_the_pool_with_its_own_parameters(runtime: Runtime) -> None:
    shown = Statement(text("SELECT pg_backend_pid(), current_setting('enable_seqscan')"))
    async with runtime.fast.single() as unit:
        ((hot_pid, hot_value),) = await unit.fetch(shown)
    await runtime.fast.close()
    async with runtime.engine.connect() as connection:
        pid, value = (await connection.execute(text(shown.sql))).one()
    assert (hot_pid, hot_value) == (pid, "off")
    assert value == "on"


async def test_a_connection_that_was_cut_is_not_returned_to_the_pool(runtime: Runtime) -> None:
    pid = Statement(text("SELECT pg_backend_pid()"))
    async with runtime.fast.single() as unit:
        ((lost,),) = await unit.fetch(pid)
    async with runtime.begin() as uow:
        await uow.session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": lost})
    await runtime.fast.close()
    async with runtime.fast.single() as unit:
        ((other,),) = await unit.fetch(pid)
    assert other != lost
