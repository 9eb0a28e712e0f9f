"""Submissions under load, beside an application that only stores their rows; the queue is paused."""

import asyncio
import json
import os
import statistics
import sys
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from benchmarks.installation import Installation
from benchmarks.pipeline import cpu_seconds

from genonaut.embedded.ports import choose_port

_BODY = {"prompt": "a lighthouse at dusk", "params": {"seed": 1}}
ROWS = {"c1": (1, 1), "c16": (16, 1), "batch16": (1, 16)}
"""Connections and batch size of each row."""
_PATH = "/api/v1/generation-jobs/"


async def writes(here: Installation, *, rounds: int, seconds: float) -> dict[str, Any]:
    """Return the medians of each row, for Genonaut and for the bare application, in turn."""
    url = here.settings.database.url.replace("postgresql+asyncpg", "postgresql")
    connection = await asyncpg.connect(url)
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{here.api_url}/api/v1/queue/pause", json={}) as answer:
            answer.raise_for_status()
        owner = await connection.fetchval("SELECT id FROM users LIMIT 1")
        port = choose_port()
        bare = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.bare_application",
            *(url, str(port), str(owner), here.settings.storage.root),
        )
        try:
            await _answers(http, f"http://127.0.0.1:{port}/jobs")
            servers = {
                "bare": (port, "/jobs", bare.pid),
                "api": (here.settings.web.port, _PATH, here.api_pid),
            }
            found = {row: await _row(row, servers, connection, rounds, seconds) for row in ROWS}
        finally:
            bare.terminate()
            await bare.wait()
            # Else the next benchmark would measure how thousands of jobs are rendered.
            await connection.execute("TRUNCATE generation_batches CASCADE")
            await connection.close()
        async with http.post(f"{here.api_url}/api/v1/queue/resume", json={}) as answer:
            answer.raise_for_status()
    return found


async def _row(
    row: str,
    servers: dict[str, tuple[int, str, int]],
    connection: "asyncpg.Connection[asyncpg.Record]",
    rounds: int,
    seconds: float,
) -> dict[str, Any]:
    connections, size = ROWS[row]
    body = json.dumps({**_BODY, "batch_size": size})
    samples: dict[str, list[dict[str, float]]] = {name: [] for name in servers}
    for _ in range(rounds):
        for name, server in servers.items():
            await connection.execute("TRUNCATE generation_batches CASCADE")
            samples[name].append(await _load(server, connections, seconds, body))
    found: dict[str, Any] = {
        name: {
            key: round(statistics.median(one[key] for one in taken), 2)
            for key in ("rps", "p50_ms", "p99_ms", "cpu_ms", "failures")
        }
        for name, taken in samples.items()
    }
    found["cpu_ratio"] = round(found["bare"]["cpu_ms"] / found["api"]["cpu_ms"], 3)
    return found


async def _load(
    server: tuple[int, str, int], connections: int, seconds: float, body: str
) -> dict[str, float]:
    port, path, pid = server
    before = cpu_seconds(pid)
    generator = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.load",
        *(str(port), path, str(connections), str(seconds)),
        env={**os.environ, "BODY": body},
        cwd=Path(__file__).parents[1],
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await generator.communicate()
    if generator.returncode != 0:
        raise SystemExit(f"the load generator failed for {path}")
    found: dict[str, float] = json.loads(output)
    return {**found, "cpu_ms": 1000 * (cpu_seconds(pid) - before) / found["requests"]}


async def _answers(http: aiohttp.ClientSession, url: str) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                async with http.get(url) as answer:
                    answer.raise_for_status()
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
