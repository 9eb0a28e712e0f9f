"""One child of the supervisor: a ``genonaut`` command in a process and a session of its own."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from genonaut.cli.up.logs import last_lines

STOP_SECONDS = 25.0
"""Longer than a worker's own grace: whoever is killed earlier cannot hand back its jobs."""


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What to run: ``arguments`` follow ``genonaut``."""

    name: str
    arguments: tuple[str, ...]


class Child:
    """A child process; it may be started again after it ended."""

    def __init__(self, spec: ChildSpec, *, variables: Mapping[str, str], log: Path) -> None:
        self.name = spec.name
        self.log = log
        self._arguments = spec.arguments
        self._variables = dict(variables)
        self._process: asyncio.subprocess.Process | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """The process id, None when it does not run."""
        if self._process is None or self._process.returncode is not None:
            return None
        return self._process.pid

    async def start(self) -> None:
        """Start the process; its output is appended to the log."""
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                # -P: a file beside the user, say redis.py, must not be taken for a library.
                sys.executable,
                "-P",
                "-m",
                "genonaut.cli",
                *self._arguments,
                "--supervised",
                stdin=asyncio.subprocess.PIPE,  # held, never written: see lifeline
                stdout=log,
                stderr=log,
                env=self._variables,
                # Ctrl-C at the terminal is for the supervisor, which stops its children in order.
                start_new_session=True,
            )

    async def wait(self) -> int:
        """Return the exit status once the process has ended; negative for a signal."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        return await self._process.wait()

    async def stop(self, hurry: asyncio.Event, *, seconds: float = STOP_SECONDS) -> bool:
        """End the process with SIGTERM and wait; with SIGKILL when it takes too long.

        Args:
            hurry: once set, nothing is waited for any more.
            seconds: how long an orderly end may take.

        Returns:
            Whether it ended by itself.
        """
        if self.pid is None:
            return True
        self._signal(signal.SIGTERM)
        ended = asyncio.ensure_future(self.wait())
        hurried = asyncio.ensure_future(hurry.wait())
        await asyncio.wait({ended, hurried}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        orderly = ended.done()
        if not orderly:
            self._signal(signal.SIGKILL)
        await ended
        return orderly

    def last_words(self, count: int = 5) -> list[str]:
        """Return the last lines this run has written."""
        return last_lines(self.log, count, since=self._log_start)

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
