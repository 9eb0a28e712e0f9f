"""A storage that cannot be written: no job is claimed, no image is rendered twice, none fails."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.service import Api, eventually, running_api, running_worker, with_jobs

from genonaut.config import Settings
from genonaut.simulator import Simulator


@contextlib.contextmanager
def unwritable(settings: Settings) -> Iterator[None]:
    """Replace the directory of images with a file; even root cannot create files below it."""
    images = Path(settings.storage.root) / "images"
    aside = images.with_name("images-aside")
    images.mkdir(parents=True, exist_ok=True)
    images.rename(aside)
    images.write_text("in the way")
    try:
        yield
    finally:
        images.unlink()
        aside.rename(images)


async def storage_state(api: Api) -> str:
    return str((await api.http.get("/api/v1/health")).json()["storage"])


async def notifications(api: Api) -> list[dict[str, Any]]:
    items = (await api.http.get("/api/v1/notifications/")).json()["items"]
    return [one for one in items if one["notification_type"] == "system"]


async def test_no_job_is_claimed_until_the_storage_can_be_written(
    settings: Settings, simulator: Simulator
) -> None:
    async with running_api(settings) as api:
        preferences = {"notifications_enabled": True}
        await api.http.put("/api/v1/users/me/preferences", json=preferences)
        with unwritable(settings):
            async with running_worker(settings) as worker:
                jobs = [await api.submit(f"image {number}") for number in range(3)]

                async def reason() -> str | None:
                    found = (await api.job(jobs[2]["id"]))["waiting_reason"] or ""
                    return found if found.startswith("the storage cannot be written") else None

                await eventually(reason)
                worker.supervisor.wake()
                assert not await worker.supervisor._claim_one()
                assert simulator.state.number == 0
                assert await storage_state(api) == "unavailable"
                queue = (await api.http.get("/api/v1/queue")).json()
                assert queue["storage_error"]
                (told,) = await notifications(api)
                assert told["title"] == "The storage cannot be written"
        async with running_worker(settings):
            done = [await api.ended(job["id"]) for job in jobs]
            assert await storage_state(api) == "ok"
    assert {(job["status"], job["attempt"]) for job in done} == {("completed", 1)}
    assert simulator.state.number == 3


async def test_a_rendered_image_waits_at_comfyui_until_it_can_be_stored(
    settings: Settings, simulator: Simulator
) -> None:
    simulator.faults.add("silence", match="first")
    async with running_api(settings) as api, running_worker(settings):
        first = await api.submit("first")

        async def is_posted() -> bool:
            return simulator.state.queue.remaining == 1

        await eventually(is_posted)
        with unwritable(settings):
            simulator.faults.clear()

            async def is_noticed() -> bool:
                return await storage_state(api) == "unavailable"

            await eventually(is_noticed)
            second = await api.submit("second")
            assert (await api.job(first["id"]))["status"] == "running"
            assert (await api.job(second["id"]))["status"] == "queued"
            assert simulator.state.number == 1
        done = [await api.ended(job["id"]) for job in (first, second)]
    assert [(job["status"], job["attempt"]) for job in done] == [("completed", 1)] * 2
    assert simulator.state.number == 2


async def test_a_stopped_worker_hands_back_an_image_that_cannot_be_stored(
    settings: Settings, simulator: Simulator
) -> None:
    async with running_api(settings) as api:
        with unwritable(settings):
            pass
        async with running_worker(settings) as worker:

            async def can_claim() -> bool:
                return worker.supervisor._can_claim()

            await eventually(can_claim)
            with unwritable(settings):
                job = await api.submit()

                async def is_waiting() -> bool:
                    attempts = worker.heartbeat.attempts
                    return any(one.is_rendered and not one.is_finishing for one in attempts)

                await eventually(is_waiting)
                await worker.supervisor.stop()
                assert (await api.job(job["id"]))["status"] == "queued"
        async with running_worker(settings):
            done = await api.ended(job["id"])
    assert (done["status"], done["attempt"]) == ("completed", 2)
    assert simulator.state.number == 1


async def test_a_waiting_image_can_be_cancelled(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings) as worker:

        async def can_claim() -> bool:
            return worker.supervisor._can_claim()

        await eventually(can_claim)
        with unwritable(settings):
            job = await api.submit()

            async def is_noticed() -> bool:
                return await storage_state(api) == "unavailable"

            await eventually(is_noticed)
            await api.http.post(f"/api/v1/generation-jobs/{job['id']}/cancel")
            assert (await api.ended(job["id"]))["status"] == "cancelled"


async def test_a_job_fails_once_its_image_could_not_be_stored_for_long(
    settings: Settings, simulator: Simulator
) -> None:
    settings = with_jobs(settings, storage_wait_hours=0.5 / 3600)
    async with running_api(settings) as api, running_worker(settings) as worker:

        async def can_claim() -> bool:
            return worker.supervisor._can_claim()

        await eventually(can_claim)
        with unwritable(settings):
            job = await api.submit()
            done = await api.ended(job["id"])
    assert (done["status"], done["error_code"]) == ("failed", "storage_failed")
    assert (done["attempt"], simulator.state.number) == (1, 1)
    kept = list((Path(settings.storage.root).parent / "comfyui-output").rglob("*.png"))
    assert kept, "ComfyUI's copy was deleted"
