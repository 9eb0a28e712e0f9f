"""``genonaut api --with-worker``: both processes serve, stop together, and report a failure."""

import asyncio
import contextlib
import os
import pty
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import msgspec
import psutil
import pytest
from tests.support.programs import program, variables_of
from tests.support.service import eventually

from genonaut.config import Settings
from genonaut.embedded.ports import choose_port

JOB = {"prompt": "a fox", "checkpoint_model": "sd15.safetensors", "params": {"steps": 1}}


@pytest.fixture
def served(settings: Settings) -> Settings:
    """The settings with a free port."""
    web = msgspec.structs.replace(settings.web, port=choose_port())
    return msgspec.structs.replace(settings, web=web)


def url_of(settings: Settings, path: str) -> str:
    return f"http://127.0.0.1:{settings.web.port}{path}"


async def get(settings: Settings, path: str) -> dict[str, object] | None:
    """Return the answer of the API, None while it does not answer."""
    async with aiohttp.ClientSession() as http:
        try:
            async with http.get(url_of(settings, path)) as reply:
                answer: dict[str, object] = await reply.json()
                return answer
        except aiohttp.ClientError:
            return None


async def until_a_worker_runs(settings: Settings) -> None:
    async def has_worker() -> bool:
        health = await get(settings, "/api/v1/health")
        return health is not None and health.get("workers") == 1

    await eventually(has_worker)


def children_of(process: asyncio.subprocess.Process) -> dict[str, psutil.Process]:
    """Return the child processes by their command."""
    found = {}
    for child in psutil.Process(process.pid).children():
        line = child.cmdline()
        found[line[line.index("genonaut.cli") + 1]] = child
    return found


async def test_the_worker_beside_the_api_completes_a_job_and_both_stop(
    served: Settings, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    async with program(served, "api", "--with-worker", log=log) as process:
        await until_a_worker_runs(served)
        async with (
            aiohttp.ClientSession() as http,
            http.post(url_of(served, "/api/v1/generation-jobs/"), json=JOB) as reply,
        ):
            job = await reply.json()

        async def is_completed() -> bool:
            found = await get(served, f"/api/v1/generation-jobs/{job['id']}")
            return found is not None and found["status"] == "completed"

        await eventually(is_completed)
        children = children_of(process)
        assert set(children) == {"api", "worker"}
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        assert not any(child.is_running() for child in children.values())
    assert f"api and worker run at {url_of(served, '')}; Ctrl-C stops them" in log.read_text()


@pytest.mark.parametrize(("lost", "other"), [("worker", "api"), ("api", "worker")])
async def test_a_process_that_ends_is_reported_and_the_other_is_stopped(
    served: Settings, tmp_path: Path, lost: str, other: str
) -> None:
    log = tmp_path / "log"
    async with program(served, "api", "--with-worker", log=log) as process:
        await until_a_worker_runs(served)
        children = children_of(process)
        children[lost].kill()
        assert await process.wait() == 1
        assert not children[other].is_running()
    assert f"Error: the {lost} ended (killed by SIGKILL), see its output above" in log.read_text()


async def test_an_api_that_cannot_start_is_reported_and_nothing_runs(
    served: Settings, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    auth = msgspec.structs.replace(served.auth, mode="single-user")
    web = msgspec.structs.replace(served.web, host="0.0.0.0")  # noqa: S104  # what is refused
    refused = msgspec.structs.replace(served, auth=auth, web=web)
    variables = variables_of(refused) | {"GENONAUT_WEB__HOST": "0.0.0.0"}  # noqa: S104
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "genonaut.cli", "api", "--with-worker"),
            env=variables,
            stdout=output,
            stderr=output,
        )
        assert await process.wait() == 1
    text = log.read_text()
    assert "single-user serves loopback only" in text
    assert "Error: api did not start (exit status 1), see its output above" in text


@contextlib.asynccontextmanager
async def in_terminal(
    settings: Settings, *arguments: str, **more: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, int, bytearray]]:
    """Run a command in a terminal; yields the process, the terminal and what was drawn."""
    master, slave = pty.openpty()
    drawn = bytearray()
    loop = asyncio.get_running_loop()

    def read() -> None:
        try:
            drawn.extend(os.read(master, 65536))
        except OSError:  # the terminal was closed
            loop.remove_reader(master)

    loop.add_reader(master, read)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "genonaut.cli", *arguments),
        env=variables_of(settings) | {"TERM": "xterm", "COLUMNS": "150", "LINES": "40"} | more,
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    try:
        yield process, master, drawn
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        loop.remove_reader(master)
        os.close(master)


async def test_the_monitor_is_shown_in_a_terminal_and_q_stops_everything(
    served: Settings, tmp_path: Path
) -> None:
    data = str(tmp_path / "data")
    switched_on = {"MONITOR_ACTIVE": "1", "GENONAUT_EMBEDDED__DATA_DIR": data}
    async with in_terminal(served, "api", "--with-worker", **switched_on) as (
        process,
        terminal,
        drawn,
    ):

        async def is_shown() -> bool:
            return b"q quits" in drawn and b"Workers" in drawn

        await eventually(is_shown)
        os.write(terminal, b"q")
        assert await process.wait() == 0
    logs = tmp_path / "data" / "test" / "logs"
    assert "worker.started" in (logs / "worker.log").read_text()
    assert (logs / "api.log").exists()


async def test_without_a_terminal_the_switch_has_no_effect(
    served: Settings, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    variables = variables_of(served) | {"MONITOR_ACTIVE": "1"}
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "genonaut.cli", "api"),
            env=variables,
            stdout=output,
            stderr=output,
        )
    try:

        async def is_ready() -> bool:
            return await get(served, "/health/ready") is not None

        await eventually(is_ready)
        assert set(children_of(process)) == {"api"}
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert "q quits" not in log.read_text()
