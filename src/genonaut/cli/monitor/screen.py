"""The screen of ``genonaut monitor``: redrawn in place until q or Ctrl-C."""

import asyncio
import contextlib
import os
import signal
import sys
import termios
import tty
from collections.abc import Iterator

import click
from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from genonaut.cli.api_client import ApiClient, open_api
from genonaut.cli.monitor.snapshot import Snapshot, take_snapshot
from genonaut.cli.monitor.view import headline, sections_of
from genonaut.cli.output import FittingTable, can_redraw, console, plain_lines, printable
from genonaut.config import Settings


async def run(
    settings: Settings, server: str | None, *, interval_seconds: float, once: bool
) -> None:
    """Show the environment until the user quits; without a terminal that can redraw, print it once."""
    async with open_api(settings, server) as api:
        if once or not can_redraw(console()):
            snapshot = await take_snapshot(api)
            click.echo("\n".join(plain_text(snapshot)))
            if snapshot.health is None:
                raise SystemExit(1)
        else:
            await _live(api, interval_seconds)


def plain_text(snapshot: Snapshot) -> list[str]:
    """Return the snapshot as lines of plain text."""
    lines = [printable(headline(snapshot))]
    for section in sections_of(snapshot):
        lines += ["", section.title, *plain_lines(section.headers, section.rows)]
    return [*lines, *(f"! {printable(problem)}" for problem in snapshot.problems)]


def rendered(snapshot: Snapshot) -> RenderableType:
    """Return the snapshot as tables for a terminal."""
    parts: list[RenderableType] = [Text(printable(headline(snapshot)), style="bold"), Text()]
    parts += [
        FittingTable(section.headers, section.rows, title=section.title, optional=section.optional)
        for section in sections_of(snapshot)
    ]
    parts += [Text(f"! {printable(problem)}", style="yellow") for problem in snapshot.problems]
    return Group(*parts, Text("q quits", style="bright_black"))


async def _live(api: ApiClient, interval_seconds: float) -> None:
    quit_requested = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, quit_requested.set)
    screen = console()
    with _quit_on_q(quit_requested), Live(console=screen, screen=True, auto_refresh=False) as live:
        while not quit_requested.is_set():
            live.update(rendered(await take_snapshot(api)), refresh=True)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(interval_seconds):
                    await quit_requested.wait()


@contextlib.contextmanager
def _quit_on_q(quit_requested: asyncio.Event) -> Iterator[None]:
    """Set the event when q is pressed; restores the mode of the terminal on exit."""
    if not sys.stdin.isatty():
        yield
        return
    descriptor = sys.stdin.fileno()
    saved = termios.tcgetattr(descriptor)
    loop = asyncio.get_running_loop()

    def read() -> None:
        if set(os.read(descriptor, 64)) & set(b"qQ"):
            quit_requested.set()

    tty.setcbreak(descriptor)
    loop.add_reader(descriptor, read)
    try:
        yield
    finally:
        loop.remove_reader(descriptor)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, saved)
