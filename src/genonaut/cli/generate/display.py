"""The progress display of ``genonaut generate``: bars on a terminal, plain lines elsewhere.

It is written to standard error, so that standard output contains only the paths.
"""

from collections.abc import Iterable
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from genonaut.cli.generate.follow import JobState
from genonaut.cli.output import can_redraw, console, printable

_LINE_STEP = 25
"""Percent of progress between two plain lines of one job."""


class Display(Protocol):
    """Shows the progress of one batch while the context is entered."""

    def __enter__(self) -> Self:
        """Start the display."""

    def __exit__(self, *error: object) -> None:
        """Stop the display; its last state stays visible."""

    def show(self, state: JobState) -> None:
        """Show the state of one job."""

    def print_line(self, text: str) -> None:
        """Print a permanent line."""


def display_for(job_ids: Iterable[int]) -> Display:
    """Return bars if standard error is a terminal that can redraw, else plain lines."""
    screen = console(stderr=True)
    return BarDisplay(job_ids, screen) if can_redraw(screen) else LineDisplay(screen)


class BarDisplay:
    """One bar per image."""

    def __init__(self, job_ids: Iterable[int], screen: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}", markup=False, style="bright_black"),
            console=screen,
        )
        self._tasks = {
            job_id: self._progress.add_task(f"job {job_id}", total=100, note="queued")
            for job_id in job_ids
        }

    def __enter__(self) -> Self:
        """Start to draw."""
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop drawing; the bars stay."""
        self._progress.stop()

    def show(self, state: JobState) -> None:
        """Update the job's bar."""
        task = self._tasks[state.job_id]
        percent = 100 if state.status == "completed" else state.progress
        self._progress.update(task, completed=percent, note=status_text(state))
        if state.is_terminal:
            self._progress.stop_task(task)

    def print_line(self, text: str) -> None:
        """Print a line above the bars."""
        self._progress.console.print(printable(text), markup=False, highlight=False)


class LineDisplay:
    """Prints a line when the status of a job changes, and at every quarter of its progress."""

    def __init__(self, screen: Console) -> None:
        self._screen = screen
        self._last: dict[int, tuple[str, int]] = {}

    def __enter__(self) -> Self:
        """Do nothing."""
        return self

    def __exit__(self, *error: object) -> None:
        """Do nothing."""

    def show(self, state: JobState) -> None:
        """Print a line if the status or the quarter has changed."""
        quarter = int(state.progress // _LINE_STEP) if state.status == "running" else 0
        shown = (state.status, quarter)
        if self._last.get(state.job_id) == shown:
            return
        self._last[state.job_id] = shown
        percent = f" {state.progress:.0f}%" if state.status == "running" else ""
        self.print_line(f"job {state.job_id}: {state.status}{percent}{_detail(state)}")

    def print_line(self, text: str) -> None:
        """Print a line."""
        self._screen.print(printable(text), soft_wrap=True)


def status_text(state: JobState) -> str:
    """Return the status with its reason or note."""
    return printable(f"{state.status}{_detail(state)}")


def _detail(state: JobState) -> str:
    text = state.error if state.status == "failed" else state.note
    return f": {text}" if text and state.status != "completed" else ""
