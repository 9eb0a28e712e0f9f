"""Browser journeys of the web app, run by vitest and reported by name."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from genonaut.config import project_root

FRONTEND = project_root() / "frontend"
_BUILD = FRONTEND / "build.py"
# The tail of vitest's own output is enough to find the cause of a crash.
_OUTPUT_CHARACTERS = 6_000
# Lines of frontend/e2e/main-thread.ts.
_MEASURED = "measured: "

# The property of a test that holds a first failure.
FIRST_FAILURE = "first failure"
# Records the name and the errors of a journey that failed at first and then passed.
FirstFailures = Callable[[str], None]


class _Assertion(msgspec.Struct, rename="camel"):
    """One test in vitest's JSON report (the format of Jest)."""

    full_name: str
    status: str
    duration: float | None = None
    failure_messages: list[str] = []


class _File(msgspec.Struct, rename="camel"):
    name: str
    status: str
    message: str = ""
    assertion_results: list[_Assertion] = []


class _Report(msgspec.Struct, rename="camel"):
    test_results: list[_File]


@dataclass(frozen=True)
class Journey:
    """The outcome of one journey."""

    name: str
    status: str
    seconds: float
    errors: tuple[str, ...]

    @property
    def has_failed(self) -> bool:
        return self.status == "failed"

    @property
    def was_retried(self) -> bool:
        """Whether it failed at first and then passed."""
        return not self.has_failed and bool(self.errors)


def run_build(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run npm, or Vitest without npm, in the web app's folder; without arguments, build the web app.

    Processes that run at the same time wait for the first one to finish the build: build.py locks.
    """
    return subprocess.run(
        [sys.executable, str(_BUILD), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **variables},
    )


async def run_journeys(
    project: str, report: Path, *files: str, first_failures: FirstFailures, **variables: str
) -> None:
    """Run the journeys of a project of Vitest and fail with the names and errors of those that failed.

    Journeys that passed are listed in the captured output, with what they measured.

    Args:
        project: a project of frontend/vitest.e2e.config.ts.
        report: where vitest writes its JSON report.
        first_failures: receives the journeys that failed at first and then passed.
        files: paths below ``frontend``; without any, all files of the project.
        variables: environment variables for the journeys.
    """
    command = ("vitest", "run", "--config", "vitest.e2e.config.ts", "--project", project)
    options = ("--reporter=default", "--reporter=json", f"--outputFile.json={report}")
    done = await asyncio.to_thread(run_build, *command, *files, *options, **variables)
    journeys, crashes = await asyncio.to_thread(read_report, report)
    for one in journeys:
        sys.stdout.write(f"{one.status} {one.seconds:6.1f} s  {one.name}\n")
        if one.was_retried:
            first_failures("\n".join([one.name, *one.errors]))
    for line in done.stdout.splitlines():
        if line.startswith(_MEASURED):
            sys.stdout.write(f"{line}\n")
    output = (done.stdout + done.stderr)[-_OUTPUT_CHARACTERS:]
    failures = _failures(journeys, crashes)
    assert not failures, failures
    assert done.returncode == 0, output
    assert journeys, f"no journey was run:\n{output}"


def read_report(report: Path) -> tuple[list[Journey], list[str]]:
    """Return the journeys of a report, and the errors of files that failed outside a journey."""
    if not report.is_file():
        return [], []
    files = msgspec.json.decode(report.read_bytes(), type=_Report).test_results
    journeys = [
        Journey(one.full_name, one.status, (one.duration or 0) / 1000, tuple(one.failure_messages))
        for file in files
        for one in file.assertion_results
    ]
    return journeys, [f"{file.name}: {file.message}" for file in files if file.message]


def _failures(journeys: list[Journey], crashes: list[str]) -> str:
    """Return the names of the journeys that failed, each with its errors; "" without failures."""
    failed = [one for one in journeys if one.has_failed]
    lines = [] if not failed else [f"{len(failed)} of {len(journeys)} journeys failed"]
    for one in failed:
        lines += ["", f"* {one.name} ({one.seconds:.1f} s)", *one.errors]
    return "\n".join([*lines, *crashes])
