"""The heartbeat that renews leases."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import text
from tests.support.locks import sessions_waiting, terminate_waiting_sessions
from tests.support.service import eventually, with_jobs

from genonaut.config import Settings
from genonaut.core.clock import utcnow
from genonaut.core.task_cancellation import stop_tasks
from genonaut.jobs.rendering.heartbeat import Heartbeat
from genonaut.jobs.tables import Worker
from genonaut.runtime import open_runtime


async def test_a_failed_heartbeat_is_soon_repeated(settings: Settings) -> None:
    worker_id, begin = uuid4(), utcnow() - timedelta(minutes=5)
    settings = with_jobs(settings, beat_seconds=3600.0)
    async with open_runtime(settings, application="test-beats") as runtime:
        worker = Worker(
            id=worker_id, hostname="here", pid=1, version="1", started_at=begin, seen_at=begin
        )
        async with runtime.begin() as uow:
            uow.session.add(worker)
        async with runtime.begin() as uow:
            await uow.session.execute(text("SELECT FROM workers FOR UPDATE"))
            beating = asyncio.create_task(Heartbeat(runtime, worker_id).run())
            await eventually(sessions_waiting(runtime))
            await terminate_waiting_sessions(uow)

        async def has_beaten() -> bool:
            async with runtime.begin() as uow:
                return (await uow.session.get_one(Worker, worker_id)).seen_at > begin

        await eventually(has_beaten)
        await stop_tasks(beating)
