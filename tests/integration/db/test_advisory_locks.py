"""Advisory locks exclude other transactions and sessions, per name and subject."""

import asyncio

from tests.support.locks import sessions_waiting
from tests.support.service import eventually

from genonaut.db.advisory_locks import (
    AdvisoryLock,
    lock_transaction,
    try_lock_session,
    try_lock_transaction,
)
from genonaut.runtime import Runtime


async def test_a_transaction_waits_for_the_lock_of_another(runtime: Runtime) -> None:
    async def wait_for_the_lock() -> None:
        async with runtime.begin() as uow:
            await lock_transaction(uow.session, AdvisoryLock.SWEEP)

    async with runtime.begin() as uow:
        await lock_transaction(uow.session, AdvisoryLock.SWEEP)
        waiting = asyncio.create_task(wait_for_the_lock())
        await eventually(sessions_waiting(runtime))
        assert not waiting.done()
    await waiting


async def test_a_lock_covers_one_subject_only(runtime: Runtime) -> None:
    async with runtime.begin() as uow, runtime.begin() as other:
        await lock_transaction(uow.session, AdvisoryLock.QUEUE_QUOTA, subject=1)
        await lock_transaction(other.session, AdvisoryLock.QUEUE_QUOTA, subject=2)


async def test_trying_a_taken_lock_returns_false(runtime: Runtime) -> None:
    async with runtime.begin() as uow, runtime.begin() as other:
        assert await try_lock_transaction(uow.session, AdvisoryLock.SWEEP)
        assert not await try_lock_transaction(other.session, AdvisoryLock.SWEEP)
    async with runtime.begin() as other:
        assert await try_lock_transaction(other.session, AdvisoryLock.SWEEP)


async def test_a_session_lock_outlives_transactions_and_ends_with_its_block(
    runtime: Runtime,
) -> None:
    async with try_lock_session(runtime.engine, AdvisoryLock.MODEL_HASHING) as is_ours:
        assert is_ours
        async with try_lock_session(runtime.engine, AdvisoryLock.MODEL_HASHING) as also_ours:
            assert not also_ours
    async with try_lock_session(runtime.engine, AdvisoryLock.MODEL_HASHING) as is_ours:
        assert is_ours
