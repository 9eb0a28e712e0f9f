"""Measure resident memory, and the CPU time of an idle worker."""

import asyncio
from typing import Any

import psutil
from benchmarks.installation import Installation


async def footprint(here: Installation, seconds: float) -> dict[str, Any]:
    """Return resident memory in MiB, and the worker's CPU time over ``seconds`` in percent of a core."""
    worker = psutil.Process(here.worker_pid)
    before = worker.cpu_times()
    await asyncio.sleep(seconds)
    after = worker.cpu_times()
    used = (after.user + after.system) - (before.user + before.system)
    return {
        "api_rss_mib": round(here.rss_mib(here.api_pid), 1),
        "worker_rss_mib": round(here.rss_mib(here.worker_pid), 1),
        "idle_worker_percent_of_a_core": round(100 * used / seconds, 2),
    }
