"""What people see: tables on a terminal, plain columns in a pipe, nothing that moves the cursor."""

from collections.abc import Iterable, Sequence

import click
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text


def console(*, stderr: bool = False) -> Console:
    """Return a console that takes text literally; prompts may contain brackets."""
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def printable(text: str) -> str:
    """Return the text on one line, without characters that would drive the terminal."""
    return "".join(
        character
        if character.isprintable()
        else " "
        if character.isspace()
        else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def shortened(text: str, width: int) -> str:
    """Return the text on one line of at most ``width`` characters."""
    line = printable(text)
    return line if len(line) <= width else line[: width - 1] + "…"


def make_table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "") -> Table:
    """Return a table for a terminal; cells may be styled by ``status_style``."""
    table = Table(box=SIMPLE, title=title or None, title_justify="left", pad_edge=False)
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell), style=status_style(cell)) for cell in row))
    return table


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows on standard output: a table on a terminal, else columns of full width."""
    out = console()
    if out.is_terminal:
        out.print(make_table(headers, rows))
    else:
        click.echo("\n".join(plain_lines(headers, rows)))


def plain_lines(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return aligned columns, two blanks apart, nothing cut off."""
    table = [list(headers), *([printable(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(headers))]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]


_STYLES = {
    "completed": "green",
    "ok": "green",
    "up": "green",
    "running": "cyan",
    "failed": "red",
    "down": "red",
    "missing": "red",
    "stuck": "red",
    "degraded": "yellow",
    "warning": "yellow",
    "cancelled": "bright_black",
}


def status_style(word: str) -> str:
    """Return the colour of a status word, empty for every other text."""
    return _STYLES.get(word, "")
