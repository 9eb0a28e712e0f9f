"""Live details of jobs: steps, previews, the resulting image."""

from base64 import b64encode
from uuid import UUID

import pytest
from tests.support.notifications import make_batch
from tests.support.server import serving, watching
from tests.support.service import eventually, running_api, running_worker

from genonaut.config import Settings
from genonaut.realtime.preview_board import MAX_PREVIEW_BYTES, JobPreview
from genonaut.simulator import Simulator

PARAMS = {"seed": 1, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal"}
PARAMS |= {"denoise": 1.0}


@pytest.mark.parametrize("path", ["/ws/jobs?previews=1", "/ws/jobs?job_ids={id}&previews=1"])
@pytest.mark.render_ms(1_200)
async def test_frames_count_steps_and_previews_come_on_every_path(
    settings: Settings, path: str
) -> None:
    async with running_api(settings) as api, serving(settings) as url:
        job = await api.submit(params={"steps": 12})
        async with watching(url, path.format(id=job["id"])) as watcher, running_worker(settings):
            frames = await watcher.until("completed")
    sampling = [frame for frame in frames if frame.get("step") is not None]
    assert {(frame["node"], frame["steps"]) for frame in sampling} == {("KSampler", 12)}
    steps = [frame["step"] for frame in sampling]
    assert len(steps) >= 3
    assert steps == sorted(steps)
    assert any(frame["type"] == "preview" and frame["job_id"] == job["id"] for frame in frames)


async def test_previews_are_not_sent_unless_requested(settings: Settings) -> None:
    async with running_api(settings) as api, serving(settings) as url:
        await api.submit(params={"steps": 12})
        async with watching(url, "/ws/jobs") as watcher, running_worker(settings):
            frames = await watcher.until("completed")
    assert {frame["type"] for frame in frames} == {"snapshot", "job"}


async def test_a_late_watcher_gets_the_latest_preview_at_once(settings: Settings) -> None:
    async with running_api(settings) as api, serving(settings) as url:
        user_id = UUID((await api.http.get("/api/v1/users/me")).json()["id"])
        first, second = await make_batch(api.runtime, user_id, 2, params=PARAMS)
        of_earlier_attempt = JobPreview(0, "image/jpeg", b"old")
        previews = {first: JobPreview(1, "image/jpeg", b"new"), second: of_earlier_attempt}
        await api.runtime.previews.write(previews)
        for path in (f"/ws/jobs/{first}?previews=1", "/ws/jobs?previews=1"):
            async with watching(url, path) as late:
                assert (await late.frame())["type"] == "snapshot"
                data = b64encode(b"new").decode()
                expected = {"type": "preview", "job_id": first, "mime": "image/jpeg", "data": data}
                assert await late.frame() == expected
        for path in (f"/ws/jobs/{second}?previews=1", f"/ws/jobs/{first}"):
            async with watching(url, path) as late:
                assert (await late.frame())["type"] == "snapshot"
                await late.socket.send_str('{"type": "ping"}')
                assert await late.frame() == {"type": "pong"}


@pytest.mark.render_ms(600)
async def test_the_worker_keeps_the_latest_preview(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit(params={"steps": 12})
        done = await api.ended(job["id"])
        kept = (await api.runtime.previews.read([job["id"]]))[job["id"]]
        assert kept.attempt == done["attempt"]
        assert kept.mime == "image/jpeg"


async def test_large_previews_are_not_kept(settings: Settings) -> None:
    async with running_api(settings) as api:
        sizes = {1: MAX_PREVIEW_BYTES, 2: MAX_PREVIEW_BYTES + 1}
        board = api.runtime.previews
        await board.write({key: JobPreview(1, "image/png", bytes(n)) for key, n in sizes.items()})
        assert set(await board.read([1, 2, 3])) == {1}


async def test_a_late_reader_sees_the_step_until_the_job_ends(
    settings: Settings, simulator: Simulator
) -> None:
    simulator.faults.add("slow", seconds=30)
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit(params={"steps": 60})

        async def at_a_step() -> bool:
            return (await api.job(job["id"]))["step"] is not None

        await eventually(at_a_step)
        seen = await api.job(job["id"])
        assert seen["node"] == "KSampler"
        assert 1 <= seen["step"] <= seen["steps"] == 60
        await api.http.post(f"/api/v1/generation-jobs/{job['id']}/cancel")
        ended = await api.ended(job["id"])
        assert [ended[name] for name in ("progress", "node", "step", "steps")] == [None] * 4


async def test_a_job_shows_its_image_unless_it_is_in_the_trash(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit()
        assert job["picture"] is None
        done = await api.ended(job["id"])
        item = (await api.http.get(f"/api/v1/content/{done['content_id']}")).json()
        names = ("image_url", "thumbnails", "placeholder", "width", "height")
        assert done["picture"] == {name: item[name] for name in names}
        listed = (await api.http.get("/api/v1/generation-jobs/")).json()["items"]
        assert [one["picture"] for one in listed] == [done["picture"]]
        shown = await api.http.get(done["picture"]["thumbnails"][0]["url"])
        assert shown.headers["content-type"].startswith("image/")

        await api.http.delete(f"/api/v1/content/{done['content_id']}")
        assert (await api.job(job["id"]))["picture"] is None


@pytest.mark.parametrize("garbage", [b"\xff", b"\x93\x01\x02\x03", b"\x91" * 5000])
async def test_forged_progress_and_previews_are_ignored(settings: Settings, garbage: bytes) -> None:
    async with running_api(settings) as api, serving(settings) as url:
        user_id = UUID((await api.http.get("/api/v1/users/me")).json()["id"])
        (job_id,) = await make_batch(api.runtime, user_id, 1, params=PARAMS)
        namespace = settings.redis.namespace
        for kind in ("progress", "preview"):
            await api.runtime.redis.set(f"{namespace}:{kind}:{job_id}", garbage)
        assert (await api.job(job_id))["progress"] is None
        assert (await api.http.get("/api/v1/generation-jobs/")).status_code == 200
        async with watching(url, f"/ws/jobs/{job_id}?previews=1") as watcher:
            assert (await watcher.frame())["type"] == "snapshot"
            await watcher.socket.send_str('{"type": "ping"}')
            assert await watcher.frame() == {"type": "pong"}
