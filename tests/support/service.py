"""A whole installation in the event loop of the test: API and workers with real servers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
from litestar import Litestar
from tests.support.apps import borrowed_app
from tests.support.timeouts import PATIENCE_SECONDS

from genonaut.config import Settings
from genonaut.core.task_cancellation import raise_if_cancelled
from genonaut.runtime import Runtime, open_runtime
from genonaut.web.middleware.request_guard import RequestGuard
from genonaut.worker.main import WorkerProcess

TERMINAL = {"completed", "failed", "cancelled"}


async def eventually(
    condition: Callable[[], Awaitable[object]], *, seconds: float = PATIENCE_SECONDS
) -> Any:
    """Poll the condition and return its first true value."""
    async with asyncio.timeout(seconds):
        while not (value := await condition()):  # conditions are external
            raise_if_cancelled()  # a library may have swallowed the cancellation
            await asyncio.sleep(0.02)
        return value


def with_jobs(settings: Settings, **changes: Any) -> Settings:
    """Return the settings with changes of the section ``jobs``."""
    replace = msgspec.structs.replace
    return replace(settings, jobs=replace(settings.jobs, **changes))


def with_backends(settings: Settings, *urls: str) -> Settings:
    """Return the settings with these ComfyUI servers, named sim1, sim2 and so on."""
    replace = msgspec.structs.replace
    backends = tuple(
        replace(settings.comfyui.backends[0], name=f"sim{number}", url=url)
        for number, url in enumerate(urls, start=1)
    )
    return replace(settings, comfyui=replace(settings.comfyui, backends=backends))


@contextlib.asynccontextmanager
async def running_worker(settings: Settings) -> AsyncIterator[WorkerProcess]:
    """Run one worker; it is stopped at the end of the block."""
    stop = asyncio.Event()
    async with open_runtime(settings, application="test-worker") as runtime:
        worker = WorkerProcess(runtime)
        task = asyncio.create_task(worker.run(stop))
        try:
            yield worker
        finally:
            stop.set()
            _, pending = await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
            if pending:
                for one in asyncio.all_tasks():
                    one.print_stack(limit=6)
                task.cancel()
            await task


@dataclass
class Api:
    """The API with an in-process client."""

    app: Litestar
    http: httpx.AsyncClient

    @property
    def runtime(self) -> Runtime:
        runtime: Runtime = self.app.state.runtime
        return runtime

    async def submit(self, prompt: str = "a lighthouse at dusk", **fields: Any) -> dict[str, Any]:
        body = {"prompt": prompt, "checkpoint_model": "sd15.safetensors", **fields}
        answer = await self.http.post("/api/v1/generation-jobs/", json=body)
        assert answer.status_code == 201, answer.text
        job: dict[str, Any] = answer.json()
        return job

    async def job(self, job_id: int) -> dict[str, Any]:
        answer = await self.http.get(f"/api/v1/generation-jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        job: dict[str, Any] = answer.json()
        return job

    async def ended(self, job_id: int, *, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        async def look() -> dict[str, Any] | None:
            job = await self.job(job_id)
            return job if job["status"] in TERMINAL else None

        job: dict[str, Any] = await eventually(look, seconds=seconds)
        return job


@contextlib.asynccontextmanager
async def running_api(settings: Settings) -> AsyncIterator[Api]:
    """Run the API within its lifespan."""
    async with contextlib.AsyncExitStack() as stack:
        app = stack.enter_context(borrowed_app(settings))
        await stack.enter_async_context(app.lifespan())
        guard = RequestGuard(app, settings.web, settings.auth)
        transport = httpx.ASGITransport(app=guard, raise_app_exceptions=False)  # type: ignore[arg-type]
        http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8002")
        await stack.enter_async_context(http)
        yield Api(app, http)
