"""Jobs with images: what reaches ComfyUI, what comes back, and what happens when parts fail."""

import asyncio
import contextlib
import io
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image, ImageChops
from sqlalchemy import func, select
from tests.integration.catalog.selection.test_submissions import ready
from tests.support.programs import program
from tests.support.service import (
    Api,
    eventually,
    running_api,
    running_worker,
    with_backends,
    with_jobs,
)
from tests.support.uploads import encoded, gradient

from genonaut.config import Settings
from genonaut.content.tables import ContentItem
from genonaut.embedded.ports import choose_port
from genonaut.simulator import Simulator, SimulatorOptions, running_simulator

SIZE = (256, 192)
BOX = (100, 60, 160, 120)
REACH = 14  # mask_grow_px 6 and mask_feather_px 8
LEASE_SECONDS = 4.0


def source() -> Image.Image:
    return gradient(*SIZE)


def mask() -> Image.Image:
    image = Image.new("L", SIZE, 0)
    image.paste(255, BOX)
    return image


async def upload(http: httpx.AsyncClient, image: Image.Image) -> dict[str, int]:
    files = {"file": ("image.png", encoded(image))}
    answer = await http.post("/api/v1/uploads/", files=files)
    assert answer.status_code in {200, 201}, answer.text
    return {"upload_id": answer.json()["id"]}


async def inpaint(api: Api, area_image: Image.Image | None = None, **more: Any) -> dict[str, Any]:
    """Submit a job that repaints the box, or another area."""
    image, area = await upload(api.http, source()), await upload(api.http, area_image or mask())
    return await api.submit(
        width=SIZE[0],
        height=SIZE[1],
        source={"image": image, "mask": area, "mask_grow_px": 6, "mask_feather_px": 8},
        params={"steps": 4, "seed": 5, "denoise": 1.0},
        **more,
    )


async def image_of(api: Api, job: dict[str, Any]) -> Image.Image:
    answer = await api.http.get(f"/api/v1/content/{job['content_id']}/image")
    assert answer.status_code == 200
    image = Image.open(io.BytesIO(answer.content))
    image.load()
    return image


def require_right(image: Image.Image) -> None:
    """Check that the box was painted and that no pixel beyond the feathering changed."""
    assert image.size == SIZE
    difference = ImageChops.difference(image.convert("RGB"), source())
    assert difference.crop(BOX).getbbox() is not None
    changed = difference.getbbox()
    assert changed is not None
    assert changed[0] >= BOX[0] - REACH
    assert changed[1] >= BOX[1] - REACH
    assert changed[2] <= BOX[2] + REACH
    assert changed[3] <= BOX[3] + REACH


async def count_content(api: Api) -> int:
    async with api.runtime.begin() as uow:
        return await uow.session.scalar(select(func.count()).select_from(ContentItem)) or 0


def inputs_of(simulator: Simulator) -> Path:
    return simulator.folders.input / "genonaut"


@pytest.fixture(params=["0.3.64", "0.33.0"])
async def release(
    request: pytest.FixtureRequest, settings: Settings, tmp_path: Path
) -> AsyncIterator[tuple[Settings, Simulator]]:
    options = SimulatorOptions(version=request.param, output_directory=tmp_path / "out")
    async with running_simulator(options) as server:
        yield with_backends(settings, server.url), server


async def test_pixels_outside_of_the_mask_are_exact(release: tuple[Settings, Simulator]) -> None:
    settings, _ = release
    async with running_api(settings) as api, running_worker(settings):
        await ready(api)
        job = await inpaint(api)
        done = await api.ended(job["id"])
        assert done["status"] == "completed", done
        image = await image_of(api, done)
        white = await inpaint(api, Image.new("L", SIZE, 255))
        painted = await image_of(api, await api.ended(white["id"]))
    require_right(image)
    assert "prompt" in image.info
    # A mask that is white everywhere keeps no pixel.
    assert ImageChops.difference(painted.convert("RGB"), source()).getbbox() == (0, 0, *SIZE)


async def test_inputs_are_sent_once_per_run_and_again_when_they_are_missing(
    release: tuple[Settings, Simulator],
) -> None:
    settings, simulator = release
    async with running_api(settings) as api, running_worker(settings):
        await ready(api)
        first = await api.ended((await inpaint(api))["id"])
        assert first["status"] == "completed", first
        folder = inputs_of(simulator)
        sent = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
        assert len(sent) == 2
        second = await api.ended((await inpaint(api))["id"])
        assert second["status"] == "completed", second
        assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == sent
        shutil.rmtree(folder)
        third = await api.ended((await inpaint(api))["id"])
        assert third["status"] == "completed", third
        assert third["attempt"] == 1, "no failure of the job"
        assert {path.name for path in folder.iterdir()} == set(sent)
        require_right(await image_of(api, third))


async def test_a_deleted_input_fails_the_job_with_its_own_code(settings: Settings) -> None:
    async with running_api(settings) as api:
        async with running_worker(settings):
            await ready(api)
        job = await inpaint(api)
        keys = [head.key async for head in api.runtime.store.list_files(prefix="uploads")]
        await api.runtime.store.delete(*keys)
        async with running_worker(settings):
            done = await api.ended(job["id"])
        assert (done["status"], done["error_code"]) == ("failed", "input_unusable"), done


# The moment of the kill, and what keeps the job there.
MOMENTS = {
    "inputs are sent": ("server_error", None),
    "rendering": ("silence", 600.0),
    "downloading": ("slow_view", 600.0),
    "image is stored": ("late_history", 600.0),
}


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_killed_worker_leaves_exactly_one_right_image(
    settings: Settings, simulator: Simulator, tmp_path: Path, moment: str
) -> None:
    settings = with_jobs(settings, lease_seconds=LEASE_SECONDS, resume_seconds=120.0)
    async with running_api(settings) as api:
        async with running_worker(settings):
            await ready(api)
        kind, seconds = MOMENTS[moment]
        fault = simulator.faults.add(kind, seconds=seconds, times=None)
        async with program(settings, "worker", log=tmp_path / "worker.log") as worker:
            job = await inpaint(api)

            async def is_at_the_moment() -> bool:
                if moment == "image is stored":
                    images = [head async for head in api.runtime.store.list_files(prefix="images")]
                    return len(images) > 1
                return fault.triggered > 0

            await eventually(is_at_the_moment)
            worker.send_signal(signal.SIGKILL)
            await worker.wait()
        simulator.faults.clear()
        async with running_worker(settings):
            done = await api.ended(job["id"])
        assert done["status"] == "completed", done
        assert await count_content(api) == 1
        require_right(await image_of(api, done))


@contextlib.asynccontextmanager
async def comfyui(
    settings: Settings, port: int, log: Path, *, delay_ms: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the simulator as a process that the test may kill."""
    options = ("--host", "127.0.0.1", "--port", str(port), "--delay-ms", str(delay_ms))
    async with program(settings, "simulator", *options, log=log) as process:
        yield process


@pytest.mark.parametrize("moment", ["rendering", "rendered"])
async def test_a_killed_comfyui_leaves_exactly_one_right_image(
    settings: Settings, tmp_path: Path, moment: str
) -> None:
    port = choose_port()
    url, log = f"http://127.0.0.1:{port}", tmp_path / "comfyui.log"
    settings = with_backends(settings, url)
    settings = with_jobs(settings, retry_delays_seconds=(0.5,) * 10)
    is_rendering = moment == "rendering"
    async with (
        running_api(settings) as api,
        running_worker(settings),
        httpx.AsyncClient(base_url=url) as server,
    ):
        async with comfyui(settings, port, log, delay_ms=120_000 * is_rendering) as process:
            await ready(api)
            if not is_rendering:  # the image is there, and the worker waits for its file
                fault = {"kind": "slow_view", "seconds": 600}
                (await server.post("/simulator/faults", json=fault)).raise_for_status()
            job = await inpaint(api)

            async def is_at_the_moment() -> bool:
                if is_rendering:
                    return bool((await server.get("/queue")).json()["queue_running"])
                return bool((await server.get("/history")).json())

            await eventually(is_at_the_moment)
            process.send_signal(signal.SIGKILL)
            await process.wait()
        async with comfyui(settings, port, log, delay_ms=0):
            done = await api.ended(job["id"])
            assert done["status"] == "completed", done
            # The inputs of the killed process are gone, and the job ran once in the new one.
            assert len((await server.get("/history")).json()) == 1
        assert await count_content(api) == 1
        require_right(await image_of(api, done))


async def test_a_restart_of_comfyui_without_its_inputs_ends_with_one_right_image(
    settings: Settings, tmp_path: Path
) -> None:
    port = choose_port()
    slow = SimulatorOptions(delay_ms=60_000, output_directory=tmp_path / "first")
    fast = SimulatorOptions(output_directory=tmp_path / "second")
    settings = with_backends(settings, f"http://127.0.0.1:{port}")
    settings = with_jobs(settings, retry_delays_seconds=(0.1, 0.1, 0.1))
    async with running_api(settings) as api, running_worker(settings):
        async with running_simulator(slow, port=port) as simulator:
            await ready(api)
            job = await inpaint(api)

            async def is_running() -> bool:
                return bool(simulator.state.queue.remaining)

            await eventually(is_running)
        async with running_simulator(fast, port=port):
            done = await api.ended(job["id"])
            assert done["status"] == "completed", done
            assert await count_content(api) == 1
            require_right(await image_of(api, done))
