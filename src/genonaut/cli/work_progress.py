"""The progress of long work of this process: bars on a terminal, else a line now and then."""

import time
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.progress import TimeRemainingColumn as TimeLeft

from genonaut.cli.output import can_redraw, console, printable

_LINE_SECONDS = 5.0
"""Interval of the lines where no bar can be drawn."""


class WorkProgress:
    """Shows one bar per phase on standard error; standard output stays for results."""

    def __init__(self) -> None:
        self._screen = console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeLeft(),
            console=self._screen,
        )
        self._tasks: dict[str, TaskID] = {}
        self._lines: dict[str, float] = {}

    def __enter__(self) -> Self:
        """Start drawing."""
        if can_redraw(self._screen):
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop drawing."""
        if self._progress.live.is_started:  # stopping what was not started prints an empty line
            self._progress.stop()

    def show(self, phase: str, done: int, total: int | None) -> None:
        """Show how much of a phase is done; ``total`` is None while it is not known."""
        if not can_redraw(self._screen):
            self._print_line(phase, done, total)
            return
        if phase not in self._tasks:
            self._tasks[phase] = self._progress.add_task(printable(phase), total=total)
        self._progress.update(self._tasks[phase], completed=done, total=total)

    def _print_line(self, phase: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if done != total and now - self._lines.get(phase, now - _LINE_SECONDS) < _LINE_SECONDS:
            return
        self._lines[phase] = now
        of_total = "" if total is None else f" of {total}"
        self._screen.print(printable(f"{phase}: {done}{of_total}"), soft_wrap=True)
