"""Run many jobs and check that API and worker do not grow: ``just soak [--jobs N]``.

Prints resident memory every 500 jobs. Exits with 1 if a process is more than ``LIMIT_MIB`` above what it
had after the first jobs, when caches and memory pools are filled.
"""

import argparse
import asyncio
import sys
import time

import aiohttp
import msgspec
from benchmarks.installation import Installation, installation

LIMIT_MIB = 10.0
EVERY = 500
_BATCH = 10


async def soak(here: Installation, jobs: int, *, first: int) -> list[tuple[int, float, float]]:
    """Run jobs; return (jobs so far, MiB of the API, MiB of the worker) from ``first`` on."""
    found: list[tuple[int, float, float]] = []
    submitted = completed = 0
    began = time.perf_counter()
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{here.api_url}/ws/jobs") as socket,
    ):
        await socket.receive()
        while completed < jobs:
            while submitted < jobs and submitted - completed < 3 * _BATCH:
                size = min(_BATCH, jobs - submitted)
                await _submit(http, here.api_url, submitted, size)
                submitted += size
            frame = msgspec.json.decode(await socket.receive_str())
            if frame.get("status") == "failed":
                raise SystemExit(f"a job failed: {frame}")
            if frame.get("status") != "completed":
                continue
            completed += 1
            if completed == first or (completed > first and completed % EVERY == 0):
                found.append(_sample(here, completed))
                report(found[-1], completed / (time.perf_counter() - began))
    if not found or found[-1][0] != completed:
        found.append(_sample(here, completed))
        report(found[-1], completed / (time.perf_counter() - began))
    return found


async def _submit(http: aiohttp.ClientSession, url: str, number: int, size: int) -> None:
    body = {"prompt": f"a harbour {number}", "batch_size": size, "params": {"seed": 1000 + number}}
    async with http.post(f"{url}/api/v1/generation-jobs/", json=body) as answer:
        answer.raise_for_status()


def _sample(here: Installation, completed: int) -> tuple[int, float, float]:
    return completed, here.rss_mib(here.api_pid), here.rss_mib(here.worker_pid)


def report(sample: tuple[int, float, float], rate: float) -> None:
    """Write one line to standard error."""
    jobs, api, worker = sample
    sys.stderr.write(f"{jobs} jobs  API {api:.1f} MiB  worker {worker:.1f} MiB  {rate:.1f}/s\n")


def growth(found: list[tuple[int, float, float]]) -> dict[str, float]:
    """Return the growth in MiB since the first sample, by process."""
    return {"API": found[-1][1] - found[0][1], "worker": found[-1][2] - found[0][2]}


async def run(jobs: int) -> bool:
    """Run the soak; return whether every process stayed within the limit."""
    async with installation() as here:
        grown = growth(await soak(here, jobs, first=min(500, jobs // 2)))
    for name, mib in grown.items():
        sys.stdout.write(f"{name} grew by {mib:.1f} MiB (limit {LIMIT_MIB:.0f})\n")
    return all(mib <= LIMIT_MIB for mib in grown.values())


def main() -> None:
    """Run the soak and print the result."""
    parser = argparse.ArgumentParser(prog="just soak", description=__doc__)
    parser.add_argument("--jobs", type=int, default=5_000, help="how many jobs; 5000")
    options = parser.parse_args()
    if not asyncio.run(run(options.jobs)):
        sys.exit(1)


if __name__ == "__main__":
    main()
