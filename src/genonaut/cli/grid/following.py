"""Follow the cells of a grid until all jobs have ended."""

import asyncio
import signal
from collections import Counter
from collections.abc import Awaitable, Callable

import click

from genonaut.cli.generate.follow import TERMINAL, JobState, JobTracker, Watcher
from genonaut.cli.grid.api import Grid, GridApi
from genonaut.core.errors import GenonautError


async def follow(api: GridApi, grid: Grid) -> bool | None:
    """Wait until all jobs have ended; Ctrl-C cancels them.

    Returns:
        Whether Ctrl-C cancelled the grid; None if it was pressed a second time.
    """
    stop, leave = asyncio.Event(), asyncio.Event()
    cancelling = asyncio.create_task(_cancel_at(stop, api, grid.id))
    try:
        if await _wait(api, grid, leave, lambda: leave.set() if stop.is_set() else stop.set()):
            return stop.is_set()
        click.echo("exiting; the server still cancels the jobs", err=True)
        return None
    finally:
        cancelling.cancel()
        await asyncio.gather(cancelling, return_exceptions=True)


async def watch(api: GridApi, grid: Grid) -> bool:
    """Wait until all jobs have ended; returns False if Ctrl-C ended that, which cancels nothing."""
    leave = asyncio.Event()
    return await _wait(api, grid, leave, leave.set)


async def _wait(
    api: GridApi, grid: Grid, leave: asyncio.Event, on_interrupt: Callable[[], None]
) -> bool:
    """Return True when all jobs have ended, False when ``leave`` is set before."""
    ids = [one.job_id for one in grid.cells if one.job_id and one.status not in TERMINAL]
    if not ids:
        return True
    tracker = JobTracker(ids, _Progress(grid, len(ids)).show)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, on_interrupt)
    tasks: list[asyncio.Task[object]] = [
        asyncio.create_task(one) for one in (_done(Watcher(api, tracker).watch()), leave.wait())
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if not tasks[0].done():
            return False
        tasks[0].result()
        return True
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _done(work: Awaitable[None]) -> bool:
    await work
    return True


async def _cancel_at(stop: asyncio.Event, api: GridApi, grid_id: int) -> None:
    await stop.wait()
    click.echo("cancelling; press Ctrl-C again to exit at once", err=True)
    try:
        await api.cancel_grid(grid_id)
    except GenonautError as error:
        click.echo(str(error), err=True)


class _Progress:
    """Prints the number of ended cells, one line for each tenth, and the errors of failed ones."""

    def __init__(self, grid: Grid, open_count: int) -> None:
        self._count = len(grid.cells)
        self._ended: Counter[str] = Counter(ended=self._count - open_count)
        self._shown = -1
        click.echo(f"grid {grid.id}: {self._count} cells", err=True)

    def show(self, state: JobState) -> None:
        """Count a job that has ended."""
        if not state.is_terminal:
            return
        self._ended[state.status] += 1
        if state.status == "failed":
            click.echo(f"job {state.job_id} failed: {state.error}", err=True)
        ended = self._ended.total()
        tenth = 10 * ended // self._count
        if tenth != self._shown:
            self._shown = tenth
            click.echo(f"{ended} of {self._count} cells", err=True)
