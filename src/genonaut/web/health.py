"""Health, liveness and readiness of the service."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Literal

import structlog
from litestar import Controller, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.types import Scope
from msgspec.structs import replace
from redis.exceptions import RedisError

from genonaut.accounts.guards import PUBLIC
from genonaut.core.background_loops import BackgroundLoops
from genonaut.core.clock import utcnow
from genonaut.core.schemas import View
from genonaut.db import DatabaseError, UnitOfWork
from genonaut.jobs.backends.repository import SILENT_AFTER, BackendRepository
from genonaut.jobs.queue.pauses import WHOLE_QUEUE, pauses
from genonaut.jobs.tables import ComfyuiBackend
from genonaut.runtime import Runtime
from genonaut.web.middleware.authentication import identify_if_possible

log = structlog.get_logger()


class BackendHealthView(View, frozen=True):
    """One ComfyUI server: up, down, stuck, or unknown while no worker checks it."""

    name: str
    status: str
    version: str | None
    queue: int | None
    slots: int
    is_paused: bool
    """An administrator paused it: no new job is started there."""
    detail: str | None
    """Why it cannot be used. Contains its address: null for callers who are not administrators."""
    checked_at: datetime | None

    @classmethod
    def of(cls, backend: ComfyuiBackend, paused: Collection[str]) -> "BackendHealthView":
        """Return the view of a row; the status is unknown when the last check is too old."""
        is_current = backend.checked_at is not None and utcnow() - backend.checked_at < SILENT_AFTER
        return cls(
            name=backend.name,
            status=backend.status if is_current else "unknown",
            version=backend.version,
            queue=backend.queue_length if is_current else None,
            slots=backend.slots,
            is_paused=backend.name in paused,
            detail=backend.last_error,
            checked_at=backend.checked_at,
        )


class ServiceHealthView(View, frozen=True):
    """``ok`` when everything answers and works, and at least one worker and one backend are up.

    A paused queue does not make the service degraded.
    """

    status: str
    database: str
    redis: str
    queue: Literal["open", "paused", "unknown"]
    storage: Literal["ok", "unavailable", "unknown"]
    """``unavailable`` if a worker cannot write it; that worker starts no jobs."""
    comfyui: list[BackendHealthView]
    workers: int
    failing_loops: list[str]
    """Background loops of this API process and of live workers that ended and are restarted."""


class Liveness(View, frozen=True):
    """The process answers."""

    status: str


def _unavailable(body: type[View]) -> ResponseSpec:
    return ResponseSpec(body, description="The database is down", generate_examples=False)


class HealthController(Controller):
    """Health routes."""

    tags = ("system",)
    opt = PUBLIC

    @get(
        "/api/v1/health",
        summary="Service health",
        responses={503: _unavailable(ServiceHealthView)},
    )
    async def health(
        self, runtime: NamedDependency[Runtime], state: State, scope: Scope
    ) -> Response[ServiceHealthView]:
        """Check database, Redis, workers and ComfyUI servers; 503 when the database is down."""
        loops: BackgroundLoops = state.loops
        health = await check_health(runtime, loops.failing)
        caller = await identify_if_possible(scope)
        if caller is None or not caller.is_admin:
            health = _without_addresses(health)
        return Response(health, status_code=200 if health.database == "ok" else 503)

    @get("/health/live", summary="Liveness")
    async def live(self) -> Liveness:
        """Return 200 as long as the process runs."""
        return Liveness(status="ok")

    @get("/health/ready", summary="Readiness", responses={503: _unavailable(Liveness)})
    async def ready(
        self, runtime: NamedDependency[Runtime], request: Request[Any, Any, Any]
    ) -> Response[Liveness]:
        """Return 200 when requests can be served, 503 while the database is down; cached for 1 s."""
        state = request.app.state
        if not hasattr(state, "readiness"):
            state.readiness = CachedCheck(lambda: database_answers(runtime))
        is_ready = await state.readiness.result()
        status = "ok" if is_ready else "unavailable"
        return Response(Liveness(status=status), status_code=200 if is_ready else 503)


class CachedCheck:
    """Shares the result of a check between all callers of one second: anonymous clients may call it."""

    def __init__(
        self,
        check: Callable[[], Awaitable[bool]],
        *,
        seconds: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._check = check
        self._seconds = seconds
        self._clock = clock
        self._checking = asyncio.Lock()
        self._checked_at = float("-inf")
        self._result = False

    async def result(self) -> bool:
        """Return the last result; check again if it is older than ``seconds``."""
        async with self._checking:
            if self._clock() - self._checked_at >= self._seconds:
                self._result = await self._check()
                self._checked_at = self._clock()
            return self._result


async def database_answers(runtime: Runtime) -> bool:
    """Return whether the database answers a query."""
    try:
        async with runtime.begin() as uow:
            await BackendRepository(uow.session).count_workers()
    except (DatabaseError, OSError) as error:
        log.warning("health.database_unavailable", error=type(error).__name__)
        return False
    return True


def _without_addresses(health: ServiceHealthView) -> ServiceHealthView:
    """Return the health without texts that name addresses of the internal network."""
    return replace(health, comfyui=[replace(one, detail=None) for one in health.comfyui])


async def check_health(runtime: Runtime, failing_loops: Sequence[str] = ()) -> ServiceHealthView:
    """Return the state of database, Redis, queue, storage, ComfyUI servers, workers and loops.

    ``failing_loops`` are those of this process.
    """
    redis = await _redis(runtime)
    failing = [f"api/{name}" for name in failing_loops]
    try:
        async with runtime.begin() as uow:
            backends, workers, paused, storage_error = await _rows(uow)
            worker_loops = await BackendRepository(uow.session).failing_loops()
    except (DatabaseError, OSError) as error:
        log.warning("health.database_unavailable", error=type(error).__name__)
        return ServiceHealthView(
            status="degraded",
            database="unavailable",
            redis=redis,
            queue="unknown",
            storage="unknown",
            comfyui=[],
            workers=0,
            failing_loops=failing,
        )
    views = [BackendHealthView.of(backend, paused) for backend in backends]
    failing += [f"worker/{name}" for name in worker_loops]
    is_ok = redis == "ok" and workers > 0 and any(view.status == "up" for view in views)
    is_ok = is_ok and storage_error is None and not failing
    return ServiceHealthView(
        status="ok" if is_ok else "degraded",
        database="ok",
        redis=redis,
        queue="paused" if WHOLE_QUEUE in paused else "open",
        storage="ok" if storage_error is None else "unavailable",
        comfyui=views,
        workers=workers,
        failing_loops=failing,
    )


async def _redis(runtime: Runtime) -> str:
    try:
        await runtime.redis.ping()
    except (RedisError, OSError):
        return "unavailable"
    return "ok"


async def _rows(uow: UnitOfWork) -> tuple[list[ComfyuiBackend], int, set[str], str | None]:
    backends = BackendRepository(uow.session)
    paused = {pause.backend for pause in await pauses(uow.session)}
    workers = await backends.count_workers()
    return list(await backends.all()), workers, paused, await backends.storage_error()
