"""The routes of the queue as a whole, and of those who work it off."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from genonaut.accounts.guards import ADMINS
from genonaut.accounts.identity import Identity
from genonaut.core.pagination import Page
from genonaut.db import UnitOfWork
from genonaut.jobs.queue.pauses import QueueSwitch, pauses
from genonaut.jobs.queue.schemas import QueuePauseSubmit, QueueResumeSubmit, QueueView, WorkerView
from genonaut.jobs.queue.workers import list_workers
from genonaut.runtime import Runtime


class QueueController(Controller):
    """Is anything new begun, and shall it be?"""

    path = "/queue"
    tags = ("queue",)

    @get("/", summary="Is the queue paused?")
    async def show_queue(self, uow: NamedDependency[UnitOfWork]) -> QueueView:
        """Return what is paused and why."""
        return QueueView.of(await pauses(uow.session))

    @post("/pause", status_code=200, summary="Pause the queue", opt=ADMINS)
    async def pause_queue(
        self,
        data: JSONBody[QueuePauseSubmit],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
    ) -> QueueView:
        """Begin nothing new until it is resumed: what runs goes on, what is submitted waits."""
        await QueueSwitch(runtime, identity.user_id).pause(data.backend, data.reason)
        return await _state(runtime)

    @post("/resume", status_code=200, summary="Resume the queue", opt=ADMINS)
    async def resume_queue(
        self,
        data: JSONBody[QueueResumeSubmit],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
    ) -> QueueView:
        """End a pause; workers look for jobs at once."""
        await QueueSwitch(runtime, identity.user_id).resume(data.backend)
        return await _state(runtime)


class WorkerController(Controller):
    """Who renders."""

    path = "/workers"
    tags = ("queue",)
    opt = ADMINS

    @get("/", summary="List the workers")
    async def list_workers(self, uow: NamedDependency[UnitOfWork]) -> Page[WorkerView]:
        """Return the workers that beat within the last hour, the newest first, and their jobs."""
        views = [WorkerView.of(seen) for seen in await list_workers(uow.session)]
        return Page(items=views, next_cursor=None, total=len(views))


async def _state(runtime: Runtime) -> QueueView:
    async with runtime.begin() as uow:
        return QueueView.of(await pauses(uow.session))
