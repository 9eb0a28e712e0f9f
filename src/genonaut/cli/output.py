"""What people see: tables on a terminal, plain columns in a pipe, nothing that moves the cursor."""

from collections.abc import Iterable, Sequence

import click
from rich.box import SIMPLE
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

# Characters: what the box draws and leaves blank for each column, and what the last one needs.
_GAP = 3
_LEAST_LAST = 24
# Between the signs that make up one emoji, or the letters of Persian; they move nothing else.
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"


def console(*, stderr: bool = False) -> Console:
    """Return a console that takes text literally; prompts may contain brackets."""
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def printable(text: str) -> str:
    """Return the text on one line, without characters that would drive the terminal."""
    return "".join(
        character
        if character.isprintable() or character in _JOINERS
        else " "
        if character.isspace()
        else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def shortened(text: str, width: int) -> str:
    """Return the text on one line of at most ``width`` characters."""
    line = printable(text)
    return line if len(line) <= width else line[: width - 1] + "…"


class FittingTable:
    """A table for a terminal of any width; cells may be styled by ``status_style``.

    Only the last column is wrapped. Where it would become too narrow, columns are left out.
    """

    def __init__(
        self,
        headers: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        title: str = "",
        spare: Sequence[str] = (),
    ) -> None:
        """Take what is to be drawn.

        Args:
            headers: One word a column.
            rows: A text for each column.
            title: Above the table.
            spare: Headers of columns that can be done without, the first to go first.
        """
        lines = [headers, *([printable(cell) for cell in row] for row in rows)]
        self._columns = [list(column) for column in zip(*lines, strict=True)]
        self._title = title
        self._spare = spare

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it as wide as there is room."""
        columns = self._fitting(options.max_width)
        table = Table(box=SIMPLE, title=self._title or None, title_justify="left", pad_edge=False)
        for column in columns[:-1]:
            table.add_column(column[0], no_wrap=True, overflow="ellipsis")
        table.add_column(columns[-1][0], overflow="fold")
        for row in zip(*(column[1:] for column in columns), strict=True):
            table.add_row(*(Text(cell, style=status_style(cell)) for cell in row))
        yield table

    def _fitting(self, width: int) -> list[list[str]]:
        kept = self._columns
        for header in self._spare:
            *others, last = (max(map(cell_len, column)) for column in kept)
            if sum(others) + _GAP * len(kept) + min(last, _LEAST_LAST) <= width:
                break
            kept = [column for column in kept if column[0] != header]
        return kept


def print_table(
    headers: Sequence[str], rows: Iterable[Sequence[str]], *, spare: Sequence[str] = ()
) -> None:
    """Print rows on standard output: a table on a terminal, else columns of full width.

    ``spare`` names columns that a narrow terminal does without.
    """
    out = console()
    if out.is_terminal:
        out.print(FittingTable(headers, rows, spare=spare))
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
    "retired": "bright_black",
}


def status_style(word: str) -> str:
    """Return the colour of a status word, empty for every other text."""
    return _STYLES.get(word, "")
