"""Measure added latency and throughput of jobs; floor: a client that uses ComfyUI directly."""

import asyncio
import contextlib
import io
import time
from typing import Any
from uuid import uuid4

import aiohttp
import msgspec
import psutil
from benchmarks.figures import difference, percentiles
from benchmarks.installation import Installation
from PIL import Image

from genonaut.comfyui import CheckpointLoader, TextToImage, build_graph

WARM_UP = 5


def graph(number: int) -> dict[str, Any]:
    """Return the graph that Genonaut builds for such a job: 512x512, 20 steps."""
    return build_graph(
        TextToImage(
            prompt=f"a lighthouse at dusk {number}",
            loader=CheckpointLoader("sd15.safetensors"),
            width=512,
            height=512,
            seed=number,
            steps=20,
            cfg=7.0,
            sampler="euler",
            scheduler="normal",
            filename_prefix=f"bench/{uuid4()}",
        )
    )


async def direct_once(http: aiohttp.ClientSession, url: str, number: int) -> float:
    """Run one prompt with the minimum of requests; return the duration in seconds."""
    client_id, prompt_id = uuid4().hex, str(uuid4())
    async with http.ws_connect(f"{url}/ws?clientId={client_id}", max_msg_size=0) as socket:
        body = {"prompt": graph(number), "client_id": client_id, "prompt_id": prompt_id}
        began = time.perf_counter()
        async with http.post(f"{url}/prompt", json=body) as answer:
            answer.raise_for_status()
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                frame = msgspec.json.decode(message.data)
                data = frame["data"]
                if frame["type"] == "executing" and data["node"] is None:
                    break
        async with http.get(f"{url}/history/{prompt_id}") as answer:
            history = await answer.json()
        (image,) = (
            one for output in history[prompt_id]["outputs"].values() for one in output["images"]
        )
        async with http.get(f"{url}/view", params=image) as answer:
            await answer.read()
        return time.perf_counter() - began


async def genonaut_once(
    http: aiohttp.ClientSession,
    socket: aiohttp.ClientWebSocketResponse,
    url: str,
    number: int,
    **more: Any,  # noqa: ANN401 - fields of the body
) -> float:
    """Submit one job and wait for its ``completed`` frame; return the duration in seconds."""
    body = {"prompt": f"a lighthouse at dusk {number}", "params": {"seed": number}, **more}
    began = time.perf_counter()
    async with http.post(f"{url}/api/v1/generation-jobs/", json=body) as answer:
        answer.raise_for_status()
        job_id = (await answer.json())["id"]
    async for message in socket:
        frame = msgspec.json.decode(message.data)
        if frame.get("job_id") == job_id and frame["status"] in {"completed", "failed"}:
            if frame["status"] == "failed":
                raise SystemExit(f"job {job_id} failed: {frame}")
            break
    return time.perf_counter() - began


async def added_latency(here: Installation, samples: int) -> dict[str, Any]:
    """Return the latency of jobs minus that of a direct client, measured in turn."""
    direct, genonaut = [], []
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{here.api_url}/ws/jobs") as socket,
    ):
        await socket.receive()
        for number in range(samples + WARM_UP):
            floor = await direct_once(http, here.simulator_url, 2 * number)
            ours = await genonaut_once(http, socket, here.api_url, 2 * number + 1)
            if number >= WARM_UP:
                direct.append(floor)
                genonaut.append(ours)
    floor_figures, ours_figures = percentiles(direct), percentiles(genonaut)
    added = [ours - floor for ours, floor in zip(genonaut, direct, strict=True)]
    return {
        "floor_direct_client": floor_figures,
        "post_to_completed": ours_figures,
        "added": percentiles(added),
        "added_by_percentile": difference(ours_figures, floor_figures),
    }


async def source_latency(here: Installation, samples: int) -> dict[str, Any]:
    """Return the latency of image to image minus that of text to image, measured in turn.

    Both are 512x512. The source is an upload of the same size, which the simulator has after the first
    job. The difference contains what the simulator needs to read the source and to blend it.
    """
    text, image = [], []
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{here.api_url}/ws/jobs") as socket,
    ):
        await socket.receive()
        source = {"image": {"upload_id": await _upload(http, here.api_url)}}
        for number in range(50_000, 50_000 + samples + WARM_UP):
            plain = await genonaut_once(http, socket, here.api_url, 2 * number)
            ours = await genonaut_once(http, socket, here.api_url, 2 * number + 1, source=source)
            if number >= 50_000 + WARM_UP:
                text.append(plain)
                image.append(ours)
    text_figures, image_figures = percentiles(text), percentiles(image)
    return {
        "text_to_image": text_figures,
        "image_to_image": image_figures,
        "added": percentiles([ours - plain for ours, plain in zip(image, text, strict=True)]),
        "added_by_percentile": difference(image_figures, text_figures),
    }


async def _upload(http: aiohttp.ClientSession, url: str) -> int:
    """Upload an image of 512x512 with some detail; return its id."""
    file = io.BytesIO()
    Image.effect_mandelbrot((512, 512), (-2.0, -1.5, 1.0, 1.5), 100).convert("RGB").save(
        file, "PNG"
    )
    form = aiohttp.FormData()
    form.add_field("file", file.getvalue(), filename="source.png", content_type="image/png")
    async with http.post(f"{url}/api/v1/uploads/", data=form) as answer:
        answer.raise_for_status()
        return int((await answer.json())["id"])


async def throughput(here: Installation, jobs: int) -> dict[str, Any]:
    """Return jobs per second, and prompts per second of two direct clients."""
    processes = {
        "api": here.api_pid,
        "worker": here.worker_pid,
        "simulator": here.simulator_pid,
        "postgres": here.postgres_pid,
        "valkey": here.valkey_pid,
    }
    async with aiohttp.ClientSession() as http:
        began = time.perf_counter()
        lanes = [_lane(http, here, offset, jobs // 4) for offset in (10_000, 20_000)]
        await asyncio.gather(*lanes)
        floor = (jobs // 4 * 2) / (time.perf_counter() - began)
        async with http.ws_connect(f"{here.api_url}/ws/jobs") as socket:
            await socket.receive()
            used = {name: cpu_seconds(pid) for name, pid in processes.items()}
            began = time.perf_counter()
            waiting: set[int] = set()
            submitting = asyncio.create_task(_submit(http, here.api_url, jobs, waiting))
            completed = 0
            while completed < jobs:
                frame = msgspec.json.decode(await socket.receive_str())
                completed += frame.get("status") == "completed"
            elapsed = time.perf_counter() - began
            await submitting
            spent = {name: cpu_seconds(pid) - used[name] for name, pid in processes.items()}
    return {
        "cpu_ms_per_job": {name: round(1000 * one / jobs, 1) for name, one in spent.items()},
        "jobs_per_second": round(jobs / elapsed, 1),
        "floor_direct_prompts_per_second": round(floor, 1),
        "jobs": jobs,
    }


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and all its children, also ended ones, in seconds."""
    process = psutil.Process(pid)
    own = process.cpu_times()
    used = float(own.user + own.system + own.children_user + own.children_system)
    for child in process.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            used += times.user + times.system
    return used


async def _lane(http: aiohttp.ClientSession, here: Installation, offset: int, count: int) -> None:
    for number in range(count):
        await direct_once(http, here.simulator_url, offset + number)


async def _submit(http: aiohttp.ClientSession, url: str, jobs: int, waiting: set[int]) -> None:
    for number in range(0, jobs, 10):
        body = {
            "prompt": f"a harbour {number}",
            "batch_size": min(10, jobs - number),
            "params": {"seed": 1000 + number},
        }
        async with http.post(f"{url}/api/v1/generation-jobs/", json=body) as answer:
            answer.raise_for_status()
            waiting.update((await answer.json())["batch_job_ids"])
