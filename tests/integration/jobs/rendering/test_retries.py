"""The retry policy through the whole pipeline, fault by fault."""

import asyncio
from typing import Any

import pytest
from tests.support.counters import increase_of
from tests.support.service import Api, eventually, running_api, running_worker

from genonaut.config import Settings
from genonaut.simulator import Simulator


async def events(api: Api, job_id: int) -> list[str]:
    """Return the kinds of a job's timeline without ``executing``."""
    answer = await api.http.get(f"/api/v1/generation-jobs/{job_id}/events")
    return [event["kind"] for event in answer.json() if event["kind"] != "executing"]


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ("server_error", {}),
        ("server_error_taken", {}),
        ("answer_lost", {}),
        ("drop_socket", {}),
        ("deaf_socket", {}),
        ("lose_history", {}),
        ("late_history", {"seconds": 0.5}),
        ("truncated", {}),
        ("truncated", {"times": 3}),
        ("view_missing", {}),
        ("restart", {"seconds": 0.3}),
        ("socket_refused", {"times": 3}),
        ("oom", {}),
        ("down", {"seconds": 0.5}),
    ],
)
async def test_transient_faults_end_in_an_image(
    settings: Settings, simulator: Simulator, fault: str, options: dict[str, Any]
) -> None:
    async with running_api(settings) as api, running_worker(settings):
        simulator.faults.add(fault, **options)
        job = await api.submit(params={"steps": 4})
        done = await api.ended(job["id"])
        assert done["status"] == "completed", done
        items = (await api.http.get("/api/v1/content/")).json()
        assert items["total"] == 1


@pytest.mark.parametrize(
    ("fault", "options", "code", "words"),
    [
        ("refuse", {}, "workflow_rejected", ""),
        ("node_error", {"message": "bad shape"}, "execution_failed", "bad shape"),
        ("oom", {"times": None}, "out_of_memory", "memory"),
        ("interrupted", {}, "interrupted", "interrupted"),
        ("no_output", {}, "no_output", ""),
        ("not_an_image", {}, "bad_image", ""),
        ("server_error", {"times": None}, "backend_failed", ""),
        ("lose_history", {"times": None}, "backend_failed", "lost"),
        ("truncated", {"times": None}, "backend_failed", ""),
    ],
)
async def test_permanent_faults_fail_with_code_and_message(  # noqa: PLR0917
    settings: Settings,
    simulator: Simulator,
    fault: str,
    options: dict[str, Any],
    code: str,
    words: str,
) -> None:
    simulator.faults.add(fault, **options)
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit(params={"steps": 2})
        done = await api.ended(job["id"])
        assert (done["status"], done["error_code"]) == ("failed", code)
        assert words in done["error_message"]
        assert (await events(api, job["id"]))[-1] == "failed"
        assert (await api.http.get("/api/v1/content/")).json()["total"] == 0


PATH = "/home/ada/ComfyUI/models/vae/ae.safetensors"


@pytest.mark.parametrize(
    ("message", "kind"),
    [(f"cannot read '{PATH}'", "failed"), (f"out of memory: cannot read '{PATH}'", "completed")],
)
async def test_users_see_no_paths_of_the_comfyui_machine(
    settings: Settings, simulator: Simulator, message: str, kind: str
) -> None:
    simulator.faults.add("node_error", message=message)
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit(params={"steps": 2})
        done = await api.ended(job["id"])
        timeline = (await api.http.get(f"/api/v1/generation-jobs/{job['id']}/events")).json()
    shown = [one["detail"]["message"] for one in timeline if "message" in one["detail"]]
    assert shown, timeline
    assert all("cannot read '…/ae.safetensors'" in text for text in shown)
    assert PATH not in str([done, *(one["detail"] for one in timeline)])
    details = [one["attempt_details"] for one in timeline if one["attempt_details"] is not None]
    assert PATH in details[0]["detail"], "administrators see the whole message"
    assert kind in {one["kind"] for one in timeline}


async def test_a_transient_failure_is_retried_three_times(
    settings: Settings, simulator: Simulator
) -> None:
    simulator.faults.add("lose_history", times=None)
    retries = increase_of("genonaut_attempt_retries_total")
    of_lost_prompts = increase_of("genonaut_attempt_retries_total", fault="prompt_lost")
    async with running_api(settings) as api, running_worker(settings):
        done = await api.ended((await api.submit(params={"steps": 1}))["id"])
        assert done["attempt"] == 4
        assert retries.value == of_lost_prompts.value == 3
        assert await events(api, done["id"]) == [
            "queued",
            *["started", "queued"] * 3,
            "started",
            "failed",
        ]


async def test_a_failed_job_can_be_retried_as_a_new_one(
    settings: Settings, simulator: Simulator
) -> None:
    simulator.faults.add("node_error")
    async with running_api(settings) as api, running_worker(settings):
        failed = await api.ended((await api.submit(params={"seed": 5, "steps": 2}))["id"])
        path = f"/api/v1/generation-jobs/{failed['id']}/retry"
        answer = await api.http.post(path)
        assert answer.status_code == 201, answer.text
        again = answer.json()
        assert again["id"] != failed["id"]
        assert again["batch_id"] != failed["batch_id"]
        assert again["params"] == failed["params"]
        done = await api.ended(again["id"])
        assert done["status"] == "completed"
        assert (
            await api.http.post(f"/api/v1/generation-jobs/{done['id']}/retry")
        ).status_code == 409


async def test_a_backend_that_comes_up_late_gets_the_job(
    settings: Settings, simulator: Simulator
) -> None:
    async with running_api(settings) as api:
        outage = asyncio.create_task(simulator.go_down(1.0))
        async with running_worker(settings):
            job = await api.submit()
            done = await api.ended(job["id"])
            assert done["status"] == "completed"
        await outage


async def _is_down(api: Api) -> bool:
    health = (await api.http.get("/api/v1/health")).json()
    return any(backend["status"] == "down" for backend in health["comfyui"])


async def test_a_waiting_job_shows_its_reason(settings: Settings, simulator: Simulator) -> None:
    async with running_api(settings) as api, running_worker(settings):
        outage = asyncio.create_task(simulator.go_down(4.0))
        await eventually(lambda: _is_down(api))

        async def reason() -> Any:
            return (await api.job(job["id"]))["waiting_reason"]

        job = await api.submit()
        await eventually(reason)
        assert "ComfyUI" in await reason()
        done = await api.ended(job["id"])
        assert done["status"] == "completed"
        assert done["waiting_reason"] is None
        await outage
