"""Prompts that went on, or waited, while nobody looked: no limit is held against them unasked."""

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
from genonaut.jobs.rendering import active_attempt as holding
from genonaut.jobs.rendering import image_ingest as delivery
from genonaut.jobs.rendering import prompt_follower as following
from genonaut.jobs.tables import GenerationAttempt
from genonaut.simulator import Simulator, view_routes


class Clock:
    """The monotonic clock as those see it who follow a prompt; it leaps as if we had stood still."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._leapt = 0.0
        self._looks = 0
        monkeypatch.setattr(following, "time", SimpleNamespace(monotonic=self._counted))
        monkeypatch.setattr(holding, "time", SimpleNamespace(monotonic=self._now))

    def _now(self) -> float:
        return time.monotonic() + self._leapt

    def _counted(self) -> float:
        self._looks += 1
        return self._now()

    async def leap(self, seconds: float) -> None:
        """Leap, and return once the follower has looked at its limits again."""
        self._leapt += seconds
        enough = self._looks + 10

        async def has_looked() -> bool:
            return self._looks > enough

        await eventually(has_looked)


async def events_of(api: Api, job_id: int) -> list[str]:
    answer = await api.http.get(f"/api/v1/generation-jobs/{job_id}/events")
    return [event["detail"].get("fault", event["kind"]) for event in answer.json()]


async def has_begun(api: Api) -> bool:
    async with api.runtime.begin() as uow:
        begun = text("SELECT count(executing_at) FROM generation_attempts")
        return bool(await uow.session.scalar(begun))


async def test_an_image_that_was_finished_while_no_worker_lived_is_brought_home_hours_later(
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
    assert simulator.state.number == 1, "it was rendered again"


async def test_a_prompt_that_stood_still_with_us_ran_for_no_longer(
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


async def test_a_prompt_that_waited_while_we_stood_still_keeps_its_place(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    simulator.faults.add("silence", match="a stranger's")
    async with running_api(settings) as api, running_worker(settings):
        strangers = {"prompt": make_graph("strange", prompt="a stranger's")}
        async with api.runtime.http.post(f"{simulator.url}/prompt", json=strangers) as reply:
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


async def test_a_prompt_whose_start_was_not_heard_is_not_taken_away(
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


async def test_a_download_that_stood_still_with_us_is_begun_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    leapt, requests = 0.0, 0
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + leapt)
    monkeypatch.setattr(delivery, "time", clock)
    answer = view_routes._damaged

    async def answer_hours_later(request: web.Request, *more: Any) -> web.StreamResponse | None:
        nonlocal leapt, requests
        leapt, requests = 8 * 3600.0, requests + 1
        # More often than one fetch asks: the network is not back at once.
        if requests <= 6 and request.transport is not None:
            request.transport.abort()
        return await answer(request, *more)

    monkeypatch.setattr(view_routes, "_damaged", answer_hours_later)
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit()
        done = await api.ended(job["id"])
    assert (done["status"], done["attempt"]) == ("completed", 1)
    assert requests > 6
