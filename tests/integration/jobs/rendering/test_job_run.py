"""One job from the API through worker and ComfyUI to the gallery, and its frames."""

import hashlib
import io
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image
from sqlalchemy import text
from tests.support.server import serving, watching
from tests.support.service import Api, eventually, running_api, running_worker, with_jobs
from tests.support.timeouts import PATIENCE_SECONDS

from genonaut import runtime
from genonaut.config import Settings
from genonaut.jobs.submission import wake_up
from genonaut.simulator import Simulator


@pytest.fixture(autouse=True)
def _long_release_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    # Otherwise a slow machine would continue without sending.
    for module in (runtime, wake_up):
        monkeypatch.setattr(module, "RELEASE_SECONDS", PATIENCE_SECONDS)


async def test_a_prompt_becomes_an_image(settings: Settings) -> None:
    async with running_api(settings) as api:
        job = await api.submit(width=256, height=320, params={"seed": 42, "steps": 4})
        assert job["status"] == "queued"
        assert job["queue_position"] == 1  # a worker might have claimed it already
        async with running_worker(settings):
            done = await api.ended(job["id"])
        assert done["status"] == "completed", done
        assert done["attempt"] == 1
        assert done["backend"] == "sim1"
        assert done["progress"] is None
        image = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
        assert image.headers["content-type"] == "image/png"
        with Image.open(io.BytesIO(image.content)) as image_file:
            assert image_file.size == (256, 320)
            assert "a lighthouse at dusk" in image_file.info["parameters"]
            assert "Seed: 42" in image_file.info["parameters"]
            assert "KSampler" in image_file.info["prompt"]
        item = (await api.http.get(f"/api/v1/content/{done['content_id']}")).json()
        assert item["job_id"] == job["id"]
        assert item["metadata"]["seed"] == 42
        assert [one["size"] for one in item["thumbnails"]] == ["small", "medium", "large"]
        for thumbnail in item["thumbnails"]:
            answer = await api.http.get(thumbnail["url"], headers={"accept": "image/webp"})
            assert answer.headers["content-type"] == "image/webp"


async def test_loras_sampler_and_seed_reach_comfyui(settings: Settings) -> None:
    loras = [
        {"name": "detail.safetensors", "strength_model": 0.8, "strength_clip": 0.5},
        {"name": "style/watercolor.safetensors", "strength_model": -0.25},
    ]
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit(
            lora_models=loras,
            negative_prompt="blurry",
            params={"seed": 7, "steps": 3, "cfg": 4.5, "sampler_name": "dpmpp_2m", "denoise": 0.9},
        )
        done = await api.ended(job["id"])
        assert done["status"] == "completed", done
        image = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
        with Image.open(io.BytesIO(image.content)) as image_file:
            graph: dict[str, Any] = msgspec.json.decode(image_file.info["prompt"])
    by_class = {node["class_type"]: node["inputs"] for node in graph.values()}
    assert by_class["KSampler"]["seed"] == 7
    assert by_class["KSampler"]["sampler_name"] == "dpmpp_2m"
    applied = [node["inputs"] for node in graph.values() if node["class_type"] == "LoraLoader"]
    assert [(one["lora_name"], one["strength_model"], one["strength_clip"]) for one in applied] == [
        ("detail.safetensors", 0.8, 0.5),
        ("style/watercolor.safetensors", -0.25, -0.25),
    ]


async def test_an_image_contains_the_known_hashes_of_its_models(
    settings: Settings,
) -> None:
    loras = [{"name": "detail.safetensors"}, {"name": "style/watercolor.safetensors"}]
    async with running_api(settings) as api, running_worker(settings):

        async def are_listed() -> bool:
            async with api.runtime.begin() as uow:
                # As the hashing task does.
                hashed = await uow.session.execute(
                    text(
                        "UPDATE available_models SET sha256 = repeat(md5(name), 2) "
                        "WHERE name IN ('sd15.safetensors', 'detail.safetensors') RETURNING id"
                    )
                )
                return len(hashed.all()) == 2

        await eventually(are_listed)
        done = await api.ended((await api.submit(lora_models=loras))["id"])
        image = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
    with Image.open(io.BytesIO(image.content)) as image_file:
        parameters = image_file.info["parameters"]
    model, lora = (
        hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()[:10]
        for name in ("sd15.safetensors", "detail.safetensors")
    )
    assert f"Model hash: {model}, Model: sd15, " in parameters
    assert f'Lora hashes: "detail: {lora}", ' in parameters
    assert f'Hashes: {{"model": "{model}", "lora:detail": "{lora}"}}' in parameters


async def test_a_batch_is_jobs_with_consecutive_seeds(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        first = await api.submit(batch_size=4, params={"seed": 2**53 - 2, "steps": 1})
        assert len(first["batch_job_ids"]) == 4
        ended = [await api.ended(job_id) for job_id in first["batch_job_ids"]]
        assert {job["status"] for job in ended} == {"completed"}
        assert [job["params"]["seed"] for job in ended] == [2**53 - 2, 2**53 - 1, 0, 1]
        assert len({job["content_id"] for job in ended}) == 4


async def test_frames_report_every_state_in_order(settings: Settings) -> None:
    async with (
        running_api(settings) as api,
        serving(settings) as url,
        watching(url, "/ws/jobs") as watcher,
    ):
        assert await watcher.frame() == {"type": "snapshot", "jobs": [], "missing": []}
        job = await api.submit(params={"steps": 4})
        # With a fast worker "started" could arrive first; the older "queued" would then be dropped.
        frames = [await watcher.frame()]
        async with running_worker(settings):
            frames += await watcher.until("completed")
        statuses = [frame["status"] for frame in frames]
        assert statuses[0] == "queued"
        assert statuses[1] == "started"
        assert statuses[-1] == "completed"
        assert {frame["job_id"] for frame in frames} == {job["id"]}
        orders = [(frame["attempt"], frame["seq"]) for frame in frames]
        assert orders == sorted(orders)
        done = await api.job(job["id"])
        assert frames[-1]["content_id"] == done["content_id"]
        assert frames[-1]["output_paths"] == [f"/api/v1/content/{done['content_id']}/image"]
        assert frames[-1]["seq"] == done["seq"]


@pytest.mark.render_ms(1_200)
async def test_progress_rises_and_previews_are_sent_on_request(settings: Settings) -> None:
    async with running_api(settings) as api, serving(settings) as url:
        job = await api.submit(params={"steps": 12})
        path = f"/ws/jobs?job_ids={job['id']}&previews=1"
        async with watching(url, path) as watcher, running_worker(settings):
            assert (await watcher.frame())["jobs"][0]["id"] == job["id"]
            frames = await watcher.until("completed")
    percents = [frame["progress"] for frame in frames if frame.get("status") == "processing"]
    assert len(percents) >= 3
    assert percents == sorted(percents)
    assert all(0 <= percent <= 100 for percent in percents)
    previews = [frame for frame in frames if frame["type"] == "preview"]
    assert previews
    assert previews[0]["mime"] == "image/jpeg"


async def test_the_timeline_holds_every_state_change(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        done = await api.ended((await api.submit())["id"])
        events = (await api.http.get(f"/api/v1/generation-jobs/{done['id']}/events")).json()
        kinds = ["queued", "started", "executing", "completed"]
        assert [event["kind"] for event in events] == kinds
        assert events[-1]["id"] == done["seq"]
        assert (events[2]["id"], events[2]["attempt"]) == (None, 1)
        assert events[2]["detail"] == {"backend": done["backend"]}
        moments = [event["at"] for event in events]
        assert moments == sorted(moments)


async def test_a_failed_attempt_shows_when_it_started(
    settings: Settings, simulator: Simulator
) -> None:
    simulator.faults.add("node_error")
    async with running_api(settings) as api, running_worker(settings):
        done = await api.ended((await api.submit())["id"])
        assert await kinds_of(api, done["id"]) == ["queued", "started", "executing", "failed"]


async def test_a_run_without_frames_shows_when_it_started(
    settings: Settings, simulator: Simulator
) -> None:
    simulator.faults.add("socket_refused", times=None)
    async with running_api(settings) as api, running_worker(settings):
        done = await api.ended((await api.submit())["id"])
        assert await kinds_of(api, done["id"]) == ["queued", "started", "executing", "completed"]


async def test_a_resumed_run_shows_one_start(settings: Settings, simulator: Simulator) -> None:
    settings = with_jobs(settings, resume_seconds=120)
    simulator.faults.add("silence", seconds=600)
    async with running_api(settings) as api:
        async with running_worker(settings):
            job = await api.submit()

            async def has_begun() -> bool:
                return "executing" in await kinds_of(api, job["id"])

            await eventually(has_begun)
        simulator.faults.clear()
        assert await kinds_of(api, job["id"]) == ["queued", "started", "executing", "queued"]
        async with running_worker(settings):
            done = await api.ended(job["id"])
        assert (done["status"], done["attempt"]) == ("completed", 2)
        kinds = ["queued", "started", "executing", "queued", "started", "completed"]
        assert await kinds_of(api, job["id"]) == kinds


async def kinds_of(api: Api, job_id: int) -> list[str]:
    events = (await api.http.get(f"/api/v1/generation-jobs/{job_id}/events")).json()
    return [event["kind"] for event in events]


@pytest.mark.parametrize("is_deleted", [True, False])
async def test_the_output_at_comfyui_is_deleted_if_the_setting_says_so(
    settings: Settings, tmp_path: Path, is_deleted: bool
) -> None:
    output_dir = tmp_path / "comfyui-output"  # where the simulator writes
    replace = msgspec.structs.replace
    backend = replace(settings.backends[0], output_dir=str(output_dir))
    comfyui = replace(settings.comfyui, backends=(backend,), delete_outputs=is_deleted)
    settings = replace(settings, comfyui=comfyui)
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit(params={"seed": 1, "steps": 2})
        done = await api.ended(job["id"])
        assert done["status"] == "completed", done

        async def has_files() -> bool:
            return any(path.is_file() for path in output_dir.rglob("*")) is not is_deleted

        await eventually(has_files)
        image = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
        assert image.status_code == 200
