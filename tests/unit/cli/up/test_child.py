"""Child processes: start, readiness, stop, and end with their supervisor."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.timeouts import PATIENCE_SECONDS, patiently

from genonaut.cli.up.child import Child, ChildSpec
from genonaut.cli.up.errors import StartFailedError
from genonaut.cli.up.readiness import describe_exit, wait_ready


@pytest.fixture
async def simulator(tmp_path: Path) -> AsyncIterator[Child]:
    child = _child(tmp_path, "simulator", "--port", "0", "--env", "test")
    yield child
    if child.pid is not None:
        os.kill(child.pid, signal.SIGKILL)
        await child.wait()


def _child(directory: Path, *arguments: str) -> Child:
    variables = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
    spec = ChildSpec("simulator", arguments)
    return Child(spec, variables=variables, log=directory / "simulator.log")


async def _has_started(child: Child) -> bool:
    return any("simulator.started" in line for line in child.last_log_lines())


async def test_a_child_starts_and_stops_in_order(simulator: Child) -> None:
    assert simulator.pid is None
    await simulator.start()
    await wait_ready(simulator, _has_started)
    assert await simulator.stop(asyncio.Event())
    assert simulator.pid is None
    assert await simulator.wait() == 0
    assert "simulator.stopped" in simulator.last_log_lines()[-1]
    assert await simulator.stop(asyncio.Event())


async def test_a_child_that_ignores_sigterm_is_killed(simulator: Child) -> None:
    await simulator.start()
    await wait_ready(simulator, _has_started)
    assert simulator.pid is not None
    os.kill(simulator.pid, signal.SIGSTOP)
    assert not await simulator.stop(asyncio.Event(), seconds=0.05)
    assert await simulator.wait() == -signal.SIGKILL


async def test_hurry_kills_a_child_that_is_stopping(simulator: Child) -> None:
    await simulator.start()
    await wait_ready(simulator, _has_started)
    assert simulator.pid is not None
    os.kill(simulator.pid, signal.SIGSTOP)
    hurry = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, hurry.set)
    async with patiently():
        assert not await simulator.stop(hurry, seconds=600)


async def test_a_child_that_does_not_start_is_reported_with_its_last_log_line(
    tmp_path: Path,
) -> None:
    child = _child(tmp_path, "simulator", "--host", "192.0.2.1", "--env", "test")
    await child.start()
    with pytest.raises(StartFailedError, match=r"did not start .exit status 1.*cannot listen on"):
        await wait_ready(child, _has_started)


async def test_a_child_that_does_not_become_ready_is_reported(simulator: Child) -> None:
    async def never(child: Child) -> bool:
        del child
        return False

    await simulator.start()
    with pytest.raises(StartFailedError, match=r"was not ready after 0 s, see .*simulator.log"):
        await wait_ready(simulator, never, seconds=0.01)


async def test_a_child_that_was_never_started_cannot_be_awaited(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"never started"):
        await _child(tmp_path, "simulator").wait()


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (0, "exit status 0"),
        (3, "exit status 3"),
        (-9, "killed by SIGKILL"),
        (-99, "killed by signal 99"),
    ],
)
def test_exit_statuses_are_described(status: int, text: str) -> None:
    assert describe_exit(status) == text


_CHILD = (
    "import signal, time\n"
    "from genonaut.cli.up.parent_watch import end_with_supervisor\n"
    "{ignore}end_with_supervisor(grace_seconds=0.1)\n"
    "print('ready', flush=True)\n"
    "time.sleep(60)\n"
)


@pytest.mark.parametrize(
    ("ignore", "status"),
    [("", -signal.SIGTERM), ("signal.signal(signal.SIGTERM, signal.SIG_IGN)\n", 1)],
    ids=["obedient", "hanging"],
)
def test_a_child_ends_when_its_standard_input_ends(ignore: str, status: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD.format(ignore=ignore)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(PATIENCE_SECONDS) == status
