"""Time limits while the worker was frozen or no worker ran."""

import time
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from aiohttp import web
from sqlalchemy import func, text, update
from tests.integration.comfyui.scripted_server import make_graph
from tests.support.service import Api, eventually, running_api, running_worker, with_jobs

from genonaut.config import Settings
from genonaut.jobs.rendering import active_attempt, image_ingest, prompt_follower
from genonaut.jobs.tables import GenerationAttempt
from genonaut.simulator import Simulator, view_routes


class Clock:
    """The monotonic clock of the follower; it leaps as if the process had been frozen."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._leapt = 0.0
        self._reads = 0
        monkeypatch.setattr(prompt_follower, "time", SimpleNamespace(monotonic=self._counted))
        monkeypatch.setattr(active_attempt, "time", SimpleNamespace(monotonic=self._now))

    def _now(self) -> float:
        return time.monotonic() + self._leapt

    def _counted(self) -> float:
        self._reads += 1
        return self._now()

    async def leap(self, seconds: float) -> None:
        """Leap, and return once the follower has checked its limits again."""
        self._leapt += seconds
        enough = self._reads + 10

        async def has_checked() -> bool:
            return self._reads > enough

        await eventually(has_checked)


async def events_of(api: Api, job_id: int) -> list[str]:
    answer = await api.http.get(f"/api/v1/generation-jobs/{job_id}/events")
    return [event["detail"].get("fault", event["kind"]) for event in answer.json()]


async def has_begun(api: Api) -> bool:
    async with api.runtime.begin() as uow:
        begun = text("SELECT count(executing_at) FROM generation_attempts")
        return bool(await uow.session.scalar(begun))


async def test_an_image_finished_while_no_worker_ran_is_ingested_hours_later(
    settings: Settings, simulator: Simulator
) -> None:
    simulator.faults.add("silence")
    async with running_api(settings) as api:
        async with running_worker(settings):
            job = await api.submit()
            await eventually(lambda: has_begun(api))
        simulator.faults.clear()

        async def is_rendered() -> bool:
            return simulator.state.queue.remaining == 0

        await eventually(is_rendered)
        async with api.runtime.begin() as uow:
            hours_ago = func.clock_timestamp() - text("interval '3 hours'")
            await uow.session.execute(update(GenerationAttempt).values(executing_at=hours_ago))
        async with running_worker(settings):
            done = await api.ended(job["id"])
    assert (done["status"], done["attempt"]) == ("completed", 2)
    assert simulator.state.number == 1, "it was rendered twice"


async def test_the_time_while_the_worker_is_frozen_is_no_run_time(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    simulator.faults.add("silence")
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit()
        await eventually(lambda: has_begun(api))
        await clock.leap(8 * 3600)
        simulator.faults.clear()
        done = await api.ended(job["id"])
        assert (done["status"], done["attempt"]) == ("completed", 1), done["error_message"]


async def test_the_time_while_the_worker_is_frozen_is_no_waiting_time(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    simulator.faults.add("silence", match="another client's")
    async with running_api(settings) as api, running_worker(settings):
        foreign_prompt = {"prompt": make_graph("foreign", prompt="another client's")}
        async with api.runtime.http.post(f"{simulator.url}/prompt", json=foreign_prompt) as reply:
            assert reply.status == 200
        job = await api.submit()

        async def both_are_there() -> bool:
            return simulator.state.queue.remaining == 2

        await eventually(both_are_there)
        await clock.leap(8 * 3600)
        simulator.faults.clear()
        done = await api.ended(job["id"])
        assert (done["status"], done["attempt"]) == ("completed", 1), await events_of(
            api, job["id"]
        )


async def test_a_prompt_whose_start_was_missed_is_not_removed(
    settings: Settings, simulator: Simulator
) -> None:
    comfyui = msgspec.structs.replace(settings.comfyui, silence_seconds=600.0)
    settings = msgspec.structs.replace(settings, comfyui=comfyui)
    settings = with_jobs(settings, start_limit_seconds=0.3)
    simulator.faults.add("silence")
    async with running_api(settings) as api, running_worker(settings):

        async def listens() -> bool:
            return bool(simulator.state.hub.open)

        await eventually(listens)
        simulator.state.hub.deafen()
        job = await api.submit()
        await eventually(lambda: has_begun(api))
        simulator.faults.clear()
        done = await api.ended(job["id"])
        assert (done["status"], done["attempt"]) == ("completed", 1), await events_of(
            api, job["id"]
        )


async def test_a_download_interrupted_by_a_freeze_is_repeated(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    leapt, requests = 0.0, 0
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + leapt)
    monkeypatch.setattr(image_ingest, "time", clock)
    answer = view_routes._damaged

    async def answer_hours_later(request: web.Request, *more: Any) -> web.StreamResponse | None:
        nonlocal leapt, requests
        leapt, requests = 8 * 3600.0, requests + 1
        # More often than one download retries: the network is not back at once.
        if requests <= 6 and request.transport is not None:
            request.transport.abort()
        return await answer(request, *more)

    monkeypatch.setattr(view_routes, "_damaged", answer_hours_later)
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit()
        done = await api.ended(job["id"])
    assert (done["status"], done["attempt"]) == ("completed", 1)
    assert requests > 6
