"""Memory, and what an idle worker costs."""

import asyncio
from typing import Any

import psutil
from benchmarks.installation import Installation


async def footprint(here: Installation, seconds: float) -> dict[str, Any]:
    """Return resident memory in MiB and the idle worker's share of one core in percent."""
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
