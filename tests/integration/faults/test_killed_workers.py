"""Workers that are killed, stopped or lose their lease: no job is lost or rendered twice."""

import asyncio
import signal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, make_url, select, text
from tests.support.commit_cutter import CommitCutter, proxying
from tests.support.counters import increase_of
from tests.support.programs import program
from tests.support.server import serving, watching
from tests.support.service import Api, eventually, running_api, running_worker, with_jobs
from tests.support.timeouts import patiently
from tests.support.workflow_graphs import has_classes, text_to_image

from genonaut.config import Settings
from genonaut.content.tables import ContentItem
from genonaut.simulator import Simulator


async def in_state(api: Api, job_id: int, status: str) -> dict[str, Any]:
    async def check() -> dict[str, Any] | None:
        job = await api.job(job_id)
        return job if job["status"] == status else None

    found: dict[str, Any] = await eventually(check)
    return found


async def count_content(api: Api) -> int:
    async with api.runtime.begin() as uow:
        return await uow.session.scalar(select(func.count()).select_from(ContentItem)) or 0


LEASE_SECONDS = 4.0
"""Short, for tests that wait for an expired lease."""


async def posted(simulator: Simulator) -> None:
    """Wait until the prompt is posted; a worker killed earlier would have it posted again."""

    async def check() -> bool:
        return simulator.state.queue.remaining == 1

    await eventually(check)


async def test_a_killed_workers_job_is_reattached_and_completed_once(
    settings: Settings, simulator: Simulator, tmp_path: Path
) -> None:
    settings = with_jobs(settings, lease_seconds=LEASE_SECONDS, resume_seconds=120.0)
    simulator.faults.add("silence", seconds=600)
    async with running_api(settings) as api:
        async with program(settings, "worker", log=tmp_path / "worker.log") as worker:
            job = await api.submit(params={"steps": 40})
            await posted(simulator)
            worker.send_signal(signal.SIGKILL)
            await worker.wait()
        before = await api.job(job["id"])
        simulator.faults.clear()
        expired = increase_of("genonaut_leases_expired_total")
        swept = increase_of("genonaut_wake_ups_swept_total")
        resumed = increase_of("genonaut_attempts_resumed_total", backend="sim1")
        async with running_worker(settings):
            done = await api.ended(job["id"])

            async def others_were_woken() -> bool:
                return swept.value >= 1

            await eventually(others_were_woken)
        assert done["status"] == "completed", done
        assert expired.value >= 1
        assert resumed.value >= 1
        # On a busy machine the lease may have expired once more.
        assert done["attempt"] >= 2
        assert done["comfyui_prompt_id"] == before["comfyui_prompt_id"]
        assert await count_content(api) == 1
        assert simulator.state.number == 1
        image = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
        assert image.status_code == 200


@pytest.mark.render_ms(120_000)
async def test_progress_and_previews_continue_after_a_worker_was_killed(
    settings: Settings, tmp_path: Path
) -> None:
    settings = with_jobs(settings, lease_seconds=LEASE_SECONDS, resume_seconds=120.0)
    async with running_api(settings) as api, serving(settings) as url:
        async with program(settings, "worker", log=tmp_path / "worker.log") as worker:
            job = await api.submit(params={"steps": 150})
            await in_state(api, job["id"], "running")
            worker.send_signal(signal.SIGKILL)
            await worker.wait()
        path = f"/ws/jobs/{job['id']}?previews=1"
        steps: dict[int, int] = {}
        kinds: set[str] = set()
        async with watching(url, path) as watcher, running_worker(settings), patiently():
            while len(steps) < 3 or "preview" not in kinds:
                frame = await watcher.frame()
                kinds.add(frame["type"])
                # On a busy machine the lease may have expired once more.
                if frame.get("node") == "KSampler" and frame["attempt"] > 1 and frame["step"]:
                    steps[frame["step"]] = frame["progress"]
            await api.http.post(f"/api/v1/generation-jobs/{job['id']}/cancel")
            await api.ended(job["id"])
        percents = [steps[step] for step in sorted(steps)]
        assert percents == sorted(percents)
        assert all(0 < percent < 100 for percent in percents)


async def test_a_stopped_worker_hands_back_its_job(
    settings: Settings, simulator: Simulator, tmp_path: Path
) -> None:
    settings = with_jobs(settings, resume_seconds=120.0)
    simulator.faults.add("silence", seconds=600)
    async with running_api(settings) as api:
        async with program(settings, "worker", log=tmp_path / "worker.log") as worker:
            job = await api.submit(params={"steps": 30})
            await posted(simulator)
            worker.send_signal(signal.SIGTERM)
            assert await worker.wait() == 0, (tmp_path / "worker.log").read_text()
        assert (await api.job(job["id"]))["status"] == "queued"
        simulator.faults.clear()
        async with running_worker(settings):
            done = await api.ended(job["id"])
        assert done["status"] == "completed"
        assert simulator.state.number == 1
        assert await count_content(api) == 1


@pytest.mark.render_ms(1_500)
async def test_a_worker_that_lost_its_lease_writes_nothing(
    settings: Settings, simulator: Simulator
) -> None:
    lost = increase_of("genonaut_leases_lost_total")
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit(params={"steps": 10})
        await in_state(api, job["id"], "running")
        async with api.runtime.begin() as uow:
            # As the sweep does when the lease has expired.
            await uow.session.execute(
                text("UPDATE generation_attempts SET ended_at = now(), verdict = 'orphaned';")
            )
            await uow.session.execute(
                text(
                    "UPDATE generation_jobs SET status = 'queued', "
                    "resume_until = now() + interval '120 s'"
                )
            )
        done = await api.ended(job["id"])
        assert done["status"] == "completed"
        assert done["attempt"] >= 2
        assert await count_content(api) == 1
        stored = list((Path(settings.storage.root) / "images").rglob("*.png"))
        assert len(stored) == 1
    assert simulator.state.number == 1
    assert lost.value >= 1


@pytest.mark.render_ms(120_000)
async def test_a_killed_workers_job_can_be_cancelled(
    settings: Settings, simulator: Simulator, tmp_path: Path
) -> None:
    settings = with_jobs(settings, lease_seconds=LEASE_SECONDS)
    async with running_api(settings) as api:
        async with program(settings, "worker", log=tmp_path / "worker.log") as worker:
            job = await api.submit(params={"steps": 150})
            await posted(simulator)
            worker.send_signal(signal.SIGKILL)
            await worker.wait()
        answer = await api.http.post(f"/api/v1/generation-jobs/{job['id']}/cancel")
        assert answer.json()["status"] == "running"
        async with running_worker(settings):
            done = await api.ended(job["id"])
            assert done["status"] == "cancelled"

            async def is_empty() -> bool:
                return simulator.state.queue.remaining == 0

            await eventually(is_empty)


async def test_two_workers_share_the_slots_without_overbooking(
    settings: Settings, simulator: Simulator
) -> None:
    simulator.faults.add("slow", seconds=0.15, times=None)
    async with running_api(settings) as api, running_worker(settings), running_worker(settings):
        jobs = [await api.submit(f"image {number}") for number in range(10)]
        most = 0

        async def all_done() -> bool:
            nonlocal most
            most = max(most, simulator.state.queue.remaining)
            ended = [await api.job(job["id"]) for job in jobs]
            return all(job["status"] == "completed" for job in ended)

        await eventually(all_done)
        assert most <= 2
        assert simulator.state.number == 10
        assert await count_content(api) == 10


async def test_a_worker_killed_while_it_stores_results_leaves_one_item_per_result(
    settings: Settings, simulator: Simulator, tmp_path: Path
) -> None:
    settings = with_jobs(settings, lease_seconds=LEASE_SECONDS, resume_seconds=120.0)
    graph = text_to_image(n5={"batch_size": 3})
    async with running_api(settings) as api:
        async with running_worker(settings):
            await eventually(lambda: has_classes(api.runtime))
        added = await api.http.post("/api/v1/workflows/", json={"title": "x", "graph": graph})
        path = f"/api/v1/workflows/{added.json()['workflow']['id']}/jobs"
        fault = simulator.faults.add("slow_view", seconds=600)

        async def is_downloading() -> bool:
            return fault.triggered > 0

        async with program(settings, "worker", log=tmp_path / "worker.log") as worker:
            job = (await api.http.post(path, json={})).json()
            await eventually(is_downloading)
            worker.send_signal(signal.SIGKILL)
            await worker.wait()
        assert await count_content(api) == 0
        simulator.faults.clear()
        async with running_worker(settings):
            done = await api.ended(job["id"])
        assert done["status"] == "completed", done
        assert len(done["content_ids"]) == 3
        assert await count_content(api) == 3


async def test_a_worker_killed_at_the_commit_leaves_one_item_per_result(
    settings: Settings, simulator: Simulator, tmp_path: Path
) -> None:
    settings = with_jobs(settings, lease_seconds=LEASE_SECONDS, resume_seconds=120.0)
    graph = text_to_image(n5={"batch_size": 3})
    url = make_url(settings.database.url)
    workers: list[asyncio.subprocess.Process] = []

    async def kill() -> None:
        workers[0].send_signal(signal.SIGKILL)
        await workers[0].wait()

    cutter = CommitCutter(
        (url.host or "", url.port or 0),
        after=b"INSERT INTO content_items",
        is_forwarded=False,
        on_cut=kill,
    )
    async with running_api(settings) as api, proxying(cutter):
        async with running_worker(settings):
            await eventually(lambda: has_classes(api.runtime))
        added = await api.http.post("/api/v1/workflows/", json={"title": "x", "graph": graph})
        path = f"/api/v1/workflows/{added.json()['workflow']['id']}/jobs"
        through = url.set(port=cutter.port).render_as_string(hide_password=False)
        replace = msgspec.structs.replace
        cut = replace(settings, database=replace(settings.database, url=through))
        async with program(cut, "worker", log=tmp_path / "worker.log") as worker:
            workers.append(worker)
            job = (await api.http.post(path, json={})).json()
            async with patiently():
                await worker.wait()
        assert cutter.cuts == 1
        assert await count_content(api) == 0
        async with running_worker(settings):
            done = await api.ended(job["id"])
        assert done["status"] == "completed", done
        assert len(set(done["content_ids"])) == 3
        assert await count_content(api) == 3
        assert simulator.state.number == 1
