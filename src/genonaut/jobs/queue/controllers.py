"""Routes of the queue and of the workers."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from genonaut.accounts.guards import ADMINS
from genonaut.accounts.identity import Identity
from genonaut.core.pagination import Page
from genonaut.db import UnitOfWork
from genonaut.jobs.backends.repository import BackendRepository
from genonaut.jobs.queue.pauses import PauseService, pauses
from genonaut.jobs.queue.schemas import QueuePauseSubmit, QueueResumeSubmit, QueueView, WorkerView
from genonaut.jobs.queue.workers import list_workers
from genonaut.runtime import Runtime


class QueueController(Controller):
    """Read, set and end pauses of the queue."""

    path = "/queue"
    tags = ("queue",)

    @get("/", summary="Get the state of the queue")
    async def show_queue(self, uow: NamedDependency[UnitOfWork]) -> QueueView:
        """Return the pauses of the queue and of single ComfyUI servers."""
        return await _view(uow)

    @post("/pause", status_code=200, summary="Pause the queue", opt=ADMINS)
    async def pause_queue(
        self,
        data: JSONBody[QueuePauseSubmit],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
    ) -> QueueView:
        """Start no job until the queue is resumed. Running jobs continue, submitted jobs wait."""
        await PauseService(runtime, identity.user_id).pause(data.backend, data.reason)
        return await _state(runtime)

    @post("/resume", status_code=200, summary="Resume the queue", opt=ADMINS)
    async def resume_queue(
        self,
        data: JSONBody[QueueResumeSubmit],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
    ) -> QueueView:
        """End a pause; workers claim jobs at once."""
        await PauseService(runtime, identity.user_id).resume(data.backend)
        return await _state(runtime)


class WorkerController(Controller):
    """List the worker processes."""

    path = "/workers"
    tags = ("queue",)
    opt = ADMINS

    @get("/", summary="List the workers")
    async def list_workers(self, uow: NamedDependency[UnitOfWork]) -> Page[WorkerView]:
        """Return the workers with a heartbeat in the last hour, the newest first, and their jobs."""
        views = [WorkerView.of(worker) for worker in await list_workers(uow.session)]
        return Page(items=views, next_cursor=None, total=len(views))


async def _state(runtime: Runtime) -> QueueView:
    async with runtime.begin() as uow:
        return await _view(uow)


async def _view(uow: UnitOfWork) -> QueueView:
    error = await BackendRepository(uow.session).storage_error()
    return QueueView.of(await pauses(uow.session), error)
