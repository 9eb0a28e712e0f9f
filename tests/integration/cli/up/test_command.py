"""``genonaut up`` as a process: signals, a second start, a crash."""

import asyncio
import io
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from rich.console import Console
from tests.integration.cli.conftest import clean_variables, until
from tests.support.timeouts import PATIENCE_SECONDS

from genonaut.cli.running_services import ServiceRecord, running_services
from genonaut.cli.up.options import UpOptions
from genonaut.cli.up.plan import make_plan
from genonaut.cli.up.preflight import locked_environment
from genonaut.cli.up.reporter import Reporter
from genonaut.cli.up.run import _until_signal
from genonaut.config import load_settings
from genonaut.core.errors import UnavailableError
from genonaut.embedded.account import server_account

UP = [sys.executable, "-m", "genonaut.cli", "up", "--env", "test", "--simulator", "--migrate"]


def _wait_for_record(process: "subprocess.Popen[str]", variables: dict[str, str]) -> ServiceRecord:
    settings = load_settings("test", variables)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        record = running_services(settings)
        if record is not None and record.api_url:
            return record
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError("it did not come up")


def _wait_for_end(pids: dict[str, int]) -> None:
    _, alive = psutil.wait_procs(
        [psutil.Process(pid) for pid in pids.values() if psutil.pid_exists(pid)],
        PATIENCE_SECONDS,
    )
    assert not alive


def _start(variables: dict[str, str], *more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*UP, *more],
        env=variables,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        umask=0,
    )


def test_an_environment_starts_again_after_a_crash_and_stops_in_order(data_root: Path) -> None:
    variables = clean_variables(data_root / "crash")
    with _start(variables) as first:
        record = _wait_for_record(first, variables)
        assert set(record.pids) == {"postgres", "redis", "simulator", "api", "worker"}

        second = subprocess.run(UP, env=variables, text=True, capture_output=True, check=False)
        assert second.returncode == 1
        assert second.stderr.startswith(f"Error: test is already running at {record.api_url}")
        assert "Traceback" not in second.stderr

        first.kill()
        _wait_for_end(record.pids)
        assert running_services(load_settings("test", variables)) is None

    with _start(variables, "--seed") as third:
        record = _wait_for_record(third, variables)
        assert third.stdout is not None
        output = ""
        while "Ctrl-C stops everything" not in output:
            line = third.stdout.readline()
            assert line, third.communicate()
            output += line
        third.send_signal(signal.SIGINT)
        rest, errors = third.communicate(timeout=PATIENCE_SECONDS)
        assert third.returncode == 0, errors
        assert errors == ""
    assert "✓ made 5 images" in output
    assert f"API         {record.api_url}" in output
    assert "simulated, process" in output
    stops = [line.split()[-1] for line in rest.splitlines() if line.startswith("  stopping")]
    assert stops == ["worker", "api", "simulator"]
    assert rest.endswith("✓ test is stopped\n")
    _wait_for_end(record.pids)
    logs = data_root / "crash" / "test" / "logs"
    assert {"api.log", "api.log.1", "worker.log.1"} <= {path.name for path in logs.iterdir()}
    assert not (logs.parent / "services.json").exists()
    assert _files_open_to_others(logs.parent.parent) == []


def _files_open_to_others(directory: Path) -> list[str]:
    """Return what users other than the owner and the servers' account can read or enter."""
    group = server_account().gid
    return [
        f"{path} {status.st_mode:o}"
        for path in (directory, *directory.rglob("*"))
        if not stat.S_ISLNK((status := path.lstat()).st_mode)
        and (
            status.st_mode & stat.S_IRWXO
            or (status.st_mode & stat.S_IRWXG and status.st_gid != group)
        )
    ]


def _refused(variables: dict[str, str], *more: str) -> str:
    result = subprocess.run(
        [*UP, *more], env=variables, text=True, capture_output=True, check=False, timeout=60
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_a_port_in_use_is_one_line(data_root: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        variables = clean_variables(data_root / "taken") | {"GENONAUT_WEB__PORT": str(port)}
        assert (
            f"the API cannot listen on 127.0.0.1:{port} (in use by process {os.getpid()}"
            in _refused(variables)
        )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"REDIS_URL_TEST": "redis://127.0.0.1:1/0"}, "Redis at 127.0.0.1:1/0 does not answer"),
        (
            {
                "DATABASE_URL_TEST": "postgresql+asyncpg://u:p@127.0.0.1:1/d",
                "REDIS_URL_TEST": "redis://127.0.0.1:1/0",
            },
            "does not answer",
        ),
        ({"GENONAUT_EMBEDDED__DATA_DIR": "/dev/null/x"}, "cannot write to /dev/null/x/test"),
        ({"GENONAUT_WEB__PROT": "1"}, "GENONAUT_WEB__PROT is not a setting"),
    ],
)
async def test_an_error_at_the_start_is_one_line(
    data_root: Path, changes: dict[str, str], words: str
) -> None:
    variables = clean_variables(data_root / "missing") | changes
    assert words in await asyncio.to_thread(_refused, variables)


async def _run_until(
    variables: dict[str, str], options: UpOptions, *signals: signal.Signals
) -> str:
    """Run in this process, so that the signals reach this event loop."""
    settings = load_settings("test", variables)
    output = io.StringIO()
    reporter = Reporter(Console(file=output, markup=False, highlight=False, width=200))
    with locked_environment(settings) as directory:
        work = asyncio.create_task(_until_signal(make_plan(settings, options), directory, reporter))

        async def is_up_or_done() -> bool:
            return work.done() or "Ctrl-C stops everything" in output.getvalue()

        await until(is_up_or_done)
        for number in signals if not work.done() else ():
            os.kill(os.getpid(), number)
            await asyncio.sleep(0.05)
        await work
    return output.getvalue()


async def test_a_signal_stops_it_in_order_and_a_second_one_at_once(data_root: Path) -> None:
    variables = clean_variables(data_root / "signals")
    options = UpOptions(simulator=True, migrate=True, seed=True)
    output = await _run_until(variables, options, signal.SIGTERM, signal.SIGINT)
    assert "✓ made 5 images" in output
    assert "Genonaut is up (test)" in output
    assert output.endswith("✓ test is stopped\n")


async def test_without_migrate_an_old_schema_is_refused(data_root: Path) -> None:
    variables = clean_variables(data_root / "old")
    with pytest.raises(UnavailableError, match=r"is at revision none.*start with --migrate"):
        await _run_until(variables, UpOptions(simulator=True))
