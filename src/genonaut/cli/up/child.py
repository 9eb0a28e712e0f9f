"""One child process of the supervisor: a ``genonaut`` command in its own session."""

import asyncio
import os
import signal
import sys
from collections.abc import Collection, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from genonaut.cli.up.logs import last_lines
from genonaut.core.private_files import open_private

STOP_SECONDS = 25.0
"""Longer than a worker needs to hand back its jobs."""


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A child's name and the arguments of its ``genonaut`` command."""

    name: str
    arguments: tuple[str, ...]


class Child:
    """A child process; it can be started again after it has ended."""

    def __init__(
        self,
        spec: ChildSpec,
        *,
        variables: Mapping[str, str],
        log: Path | None,
        descriptors: Collection[int] = (),
    ) -> None:
        """Prepare a process whose output is appended to ``log``, or is that of this process.

        ``descriptors`` are open files that it inherits.
        """
        self.name = spec.name
        self.log = log
        self._arguments = spec.arguments
        self._variables = dict(variables)
        self._descriptors = tuple(descriptors)
        self._process: asyncio.subprocess.Process | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """The process id, None while it does not run."""
        if self._process is None or self._process.returncode is not None:
            return None
        return self._process.pid

    async def start(self) -> None:
        """Start the process."""
        with ExitStack() as stack:
            log = None
            if self.log is not None:
                log = stack.enter_context(open_private(self.log, "ab"))
                self._log_start = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                # -P: a file in the working directory, say redis.py, must not hide a library.
                sys.executable,
                "-P",
                "-m",
                "genonaut.cli",
                *self._arguments,
                "--supervised",
                stdin=asyncio.subprocess.PIPE,  # kept open, never written: see parent_watch
                stdout=log,
                stderr=log,
                env=self._variables,
                pass_fds=self._descriptors,
                # Ctrl-C must reach only the supervisor, which stops its children in order.
                start_new_session=True,
            )

    async def wait(self) -> int:
        """Wait until the process ends and return its exit status; negative for a signal."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        return await self._process.wait()

    async def stop(self, hurry: asyncio.Event, *, seconds: float = STOP_SECONDS) -> bool:
        """Stop the process with SIGTERM, or with SIGKILL if that takes too long; wait until it ends.

        Args:
            hurry: When set, the process is killed at once.
            seconds: How long an orderly stop may take.

        Returns:
            Whether the process ended without SIGKILL.
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

    def last_log_lines(self, count: int = 5) -> list[str]:
        """Return the last lines that the current process wrote to the log; none without a log."""
        if self.log is None:
            return []
        return last_lines(self.log, count, since=self._log_start)

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
