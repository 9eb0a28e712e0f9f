"""The terminal of ``genonaut monitor``: redrawn in place, left with q or Ctrl-C."""

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
from genonaut.cli.monitor.snapshot import Look, take_look
from genonaut.cli.monitor.view import headline, sections_of
from genonaut.cli.output import FittingTable, console, plain_lines, printable
from genonaut.config import Settings


async def run(
    settings: Settings, server: str | None, *, interval_seconds: float, once: bool
) -> None:
    """Show the environment until the user quits; a single time without a terminal."""
    async with open_api(settings, server) as api:
        if once or not console().is_terminal:
            look = await take_look(api, settings.database.url)
            click.echo("\n".join(plain_text(look)))
            if look.health is None:
                raise SystemExit(1)
        else:
            await _live(api, settings.database.url, interval_seconds)


def plain_text(look: Look) -> list[str]:
    """Return the look as lines without colours."""
    lines = [printable(headline(look))]
    for section in sections_of(look):
        lines += ["", section.title, *plain_lines(section.headers, section.rows)]
    return [*lines, *(f"! {printable(complaint)}" for complaint in look.complaints)]


def drawing(look: Look) -> RenderableType:
    """Return the look as it is drawn on a terminal."""
    parts: list[RenderableType] = [Text(printable(headline(look)), style="bold"), Text()]
    parts += [
        FittingTable(section.headers, section.rows, title=section.title, spare=section.spare)
        for section in sections_of(look)
    ]
    parts += [Text(f"! {printable(complaint)}", style="yellow") for complaint in look.complaints]
    return Group(*parts, Text("q quits", style="bright_black"))


async def _live(api: ApiClient, database_url: str, interval_seconds: float) -> None:
    quit_asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, quit_asked.set)
    screen = console()
    with _keys(quit_asked), Live(console=screen, screen=True, auto_refresh=False) as live:
        while not quit_asked.is_set():
            live.update(drawing(await take_look(api, database_url)), refresh=True)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(interval_seconds):
                    await quit_asked.wait()


@contextlib.contextmanager
def _keys(quit_asked: asyncio.Event) -> Iterator[None]:
    """Hear q without Enter; the terminal is as before afterwards."""
    if not sys.stdin.isatty():
        yield
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    loop = asyncio.get_running_loop()

    def read() -> None:
        if set(os.read(descriptor, 64)) & set(b"qQ"):
            quit_asked.set()

    tty.setcbreak(descriptor)
    loop.add_reader(descriptor, read)
    try:
        yield
    finally:
        loop.remove_reader(descriptor)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
