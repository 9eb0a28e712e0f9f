"""Redis behind a proxy that accepts connections and resets them: nothing stops for good."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from tests.support.programs import program
from tests.support.resetting_proxy import ResettingProxy, resetting_proxy
from tests.support.server import serving, watching
from tests.support.service import Api, eventually, running_api, running_worker

from genonaut.config import Settings
from genonaut.jobs.tables import Worker
from genonaut.web import app as web_app


@contextlib.asynccontextmanager
async def behind_proxy(settings: Settings) -> AsyncIterator[tuple[Settings, ResettingProxy]]:
    with resetting_proxy(settings.redis.url) as proxy:
        redis = msgspec.structs.replace(settings.redis, url=proxy.url)
        yield msgspec.structs.replace(settings, redis=redis), proxy


async def completed(api: Api, prompt: str) -> None:
    job = await api.submit(prompt)
    assert (await api.ended(job["id"]))["status"] == "completed"


async def test_a_worker_process_starts_and_renders_while_redis_resets(
    settings: Settings, tmp_path: Path
) -> None:
    async with behind_proxy(settings) as (proxied, proxy), running_api(proxied) as api:
        proxy.is_forwarding = False
        async with program(proxied, "worker", log=tmp_path / "worker.log"):
            await completed(api, "without redis from the start")
            resets = proxy.resets
            await completed(api, "still without redis")
            assert proxy.resets > resets
            proxy.is_forwarding = True
            await completed(api, "with redis again")

            async def is_well() -> bool:
                health = (await api.http.get("/api/v1/health")).json()
                return bool(health["redis"] == "ok" and not health["failing_loops"])

            await eventually(is_well)
        assert "Traceback" not in (tmp_path / "worker.log").read_text()


async def test_websockets_close_with_4008_and_are_live_again(settings: Settings) -> None:
    async with (
        behind_proxy(settings) as (proxied, proxy),
        serving(proxied) as url,
        running_api(proxied) as api,
        running_worker(proxied),
    ):
        async with watching(url, "/ws/jobs") as watcher:
            await watcher.frame()
            proxy.is_forwarding = False
            assert await watcher.close_code() == 4008
        await api.submit("while redis resets")
        proxy.is_forwarding = True

        async def is_live() -> bool:
            async with watching(url, "/ws/jobs") as watcher:
                await watcher.frame()
                await api.submit("with redis again")
                return "job_id" in await watcher.frame()

        await eventually(is_live)


async def test_failing_loops_are_in_health_and_metrics(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the handler is closed")

    monkeypatch.setattr(web_app, "catch_up", broken)
    async with running_api(settings) as api, running_worker(settings) as worker:

        async def is_failing() -> bool:
            health = (await api.http.get("/api/v1/health")).json()
            return bool(health["failing_loops"] == ["api/catch-up"])

        await eventually(is_failing)
        health = (await api.http.get("/api/v1/health")).json()
        assert health["status"] == "degraded"
        metrics = (await api.http.get("/metrics")).text
        assert 'genonaut_background_loop_up{loop="catch-up"} 0.0' in metrics
        assert 'genonaut_background_loop_up{loop="hub"} 1.0' in metrics
        async with api.runtime.begin() as uow:
            row = await uow.session.get_one(Worker, worker.row.id)
            assert row.failing_loops == []
