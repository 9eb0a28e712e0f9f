"""The live view of ``genonaut generate``: bars on a terminal, plain lines elsewhere.

Everything goes to standard error, so that standard output holds the paths alone.
"""

from collections.abc import Iterable
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from genonaut.cli.generate.follow import JobState
from genonaut.cli.output import console, printable

_LINE_STEP = 25
"""Percent between two plain lines of one job."""


class Display(Protocol):
    """Shows the jobs of one batch while it is entered."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(self, *error: object) -> None:
        """Leave the last state standing."""

    def show(self, state: JobState) -> None:
        """Show a change of one job."""

    def say(self, text: str) -> None:
        """Show a line that stays."""


def display_for(job_ids: Iterable[int]) -> Display:
    """Return what fits standard error: bars on a terminal, else lines."""
    screen = console(stderr=True)
    return BarDisplay(job_ids, screen) if screen.is_terminal else LineDisplay(screen)


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
        """Begin to draw."""
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop drawing; the bars stay."""
        self._progress.stop()

    def show(self, state: JobState) -> None:
        """Move the job's bar."""
        task = self._tasks[state.job_id]
        percent = 100 if state.status == "completed" else state.progress
        self._progress.update(task, completed=percent, note=words_of(state))
        if state.is_terminal:
            self._progress.stop_task(task)

    def say(self, text: str) -> None:
        """Print a line above the bars."""
        self._progress.console.print(printable(text), markup=False, highlight=False)


class LineDisplay:
    """A line whenever a job's state changes, and at every quarter of a render."""

    def __init__(self, screen: Console) -> None:
        self._screen = screen
        self._last: dict[int, tuple[str, int]] = {}

    def __enter__(self) -> Self:
        """Do nothing."""
        return self

    def __exit__(self, *error: object) -> None:
        """Do nothing."""

    def show(self, state: JobState) -> None:
        """Print a line if there is news."""
        quarter = int(state.progress // _LINE_STEP) if state.status == "running" else 0
        news = (state.status, quarter)
        if self._last.get(state.job_id) == news:
            return
        self._last[state.job_id] = news
        percent = f" {state.progress:.0f}%" if state.status == "running" else ""
        self.say(f"job {state.job_id}: {state.status}{percent}{_detail(state)}")

    def say(self, text: str) -> None:
        """Print a line."""
        self._screen.print(printable(text), soft_wrap=True)


def words_of(state: JobState) -> str:
    """Return the state and what there is to say of it."""
    return printable(f"{state.status}{_detail(state)}")


def _detail(state: JobState) -> str:
    said = state.error if state.status == "failed" else state.note
    return f": {said}" if said and state.status != "completed" else ""
