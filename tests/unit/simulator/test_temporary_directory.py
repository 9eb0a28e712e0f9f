"""Temporary directories are removed however a process ends."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVE = [sys.executable, "-m", "genonaut.cli", "simulator", "--port", "0", "--env", "test"]
_ORDERLY = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


@contextlib.contextmanager
def simulator(place: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a simulator in a separate process; yields once it listens."""
    variables = {**os.environ, "TMPDIR": str(place), "GENONAUT_LOGGING__LEVEL": "info"}
    variables["GENONAUT_LOGGING__FORMAT"] = "json"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(SERVE, env=variables, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            assert process.stdout is not None
            assert any("simulator.started" in line for line in process.stdout)
            yield process
        finally:
            process.kill()


def left(place: Path) -> list[Path]:
    return sorted(place.glob("genonaut-simulator-*"))


@pytest.mark.parametrize("number", _ORDERLY, ids=[one.name for one in _ORDERLY])
def test_a_terminated_process_removes_its_directory(tmp_path: Path, number: signal.Signals) -> None:
    with simulator(tmp_path) as process:
        assert len(left(tmp_path)) == 1
        process.send_signal(number)
        assert process.wait(30) == 0
    assert left(tmp_path) == []


def test_a_new_process_removes_only_directories_of_killed_processes(tmp_path: Path) -> None:
    unknown = tmp_path / "genonaut-simulator-without-lock"
    unknown.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "genonaut-simulator-link").symlink_to(tmp_path / "elsewhere")
    others = {unknown, tmp_path / "genonaut-simulator-link"}
    with simulator(tmp_path) as killed, simulator(tmp_path):
        both = set(left(tmp_path)) - others
        assert len(both) == 2
        killed.kill()
        killed.wait(30)
        assert set(left(tmp_path)) - others == both
        with simulator(tmp_path):
            now = set(left(tmp_path)) - others
            assert len(now) == 2
            assert len(now & both) == 1, "the directory of a running process was removed"
    assert others <= set(left(tmp_path))
    assert (tmp_path / "elsewhere").is_dir()


def test_a_terminated_test_run_removes_its_directories(tmp_path: Path) -> None:
    inner = tmp_path / "test_waiting.py"
    inner.write_text(
        "import time\n"
        "from tests.support.directories import open_directory\n"
        "def test_waiting():\n"
        "    with open_directory('genonaut-simulator-'):\n"
        "        print('WAITING', flush=True)\n"
        "        while True:\n"
        "            time.sleep(0.1)\n",
        encoding="utf-8",
    )
    root = Path(__file__).parents[3]
    options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "tests.conftest", "--rootdir", str(root)]
    command = [sys.executable, "-m", "pytest", *options, str(inner)]
    variables = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        command, env=variables, cwd=root, text=True, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            assert any("WAITING" in line for line in process.stdout)
            process.terminate()
            # Only the time limit of this test bounds how long the teardown may take.
            process.communicate()
        finally:
            process.kill()
    assert left(tmp_path) == []
