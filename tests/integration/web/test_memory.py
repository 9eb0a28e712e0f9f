"""API and worker do not grow with the number of jobs: a short form of ``just soak``."""

from pathlib import Path

import aiohttp
import msgspec
import psutil
from tests.support.programs import program
from tests.support.server import watching
from tests.support.service import eventually
from tests.support.timeouts import patiently

from genonaut.config import Settings
from genonaut.embedded.ports import choose_port

FIRST, REST, BATCH = 60, 150, 10
LIMIT_MIB = 12.0
"""Above the noise of memory pools; 80 KiB kept per job would exceed it."""


async def run_jobs(url: str, count: int, *, start: int) -> None:
    """Submit jobs of 64x64 pixels and wait until all have completed."""
    async with aiohttp.ClientSession() as http, watching(url, "/ws/jobs") as watcher, patiently():
        for number in range(start, start + count, BATCH):
            body = {
                "prompt": f"image {number}",
                "checkpoint_model": "sd15.safetensors",
                "batch_size": BATCH,
                "width": 64,
                "height": 64,
                "params": {"steps": 1, "seed": 100 * number},
            }
            async with http.post(f"{url}/api/v1/generation-jobs/", json=body) as answer:
                assert answer.status == 201, await answer.text()
            ended = 0
            while ended < BATCH:
                frame = await watcher.frame()
                assert frame.get("status") != "failed", frame
                ended += frame.get("status") == "completed"


async def test_memory_does_not_grow_with_jobs(settings: Settings, tmp_path: Path) -> None:
    port = choose_port()
    replace = msgspec.structs.replace
    settings = replace(settings, web=replace(settings.web, port=port))
    url = f"http://127.0.0.1:{port}"
    async with (
        program(settings, "api", log=tmp_path / "api.log") as api,
        program(settings, "worker", log=tmp_path / "worker.log") as worker,
    ):

        async def is_up() -> bool:
            try:
                async with (
                    aiohttp.ClientSession() as http,
                    http.get(f"{url}/api/v1/health") as answer,
                ):
                    return '"status":"ok"' in await answer.text()
            except aiohttp.ClientError:
                return False

        await eventually(is_up)
        processes = {"api": psutil.Process(api.pid), "worker": psutil.Process(worker.pid)}

        def resident() -> dict[str, int]:
            return {name: one.memory_info().rss for name, one in processes.items()}

        await run_jobs(url, FIRST, start=0)
        before = resident()
        await run_jobs(url, REST, start=FIRST)
        after = resident()
    grown = {name: (after[name] - before[name]) / 2**20 for name in before}
    assert all(mib < LIMIT_MIB for mib in grown.values()), grown
