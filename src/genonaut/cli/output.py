"""Output of the commands: tables on a terminal, plain columns in a pipe, no control characters."""

from collections.abc import Iterable, Sequence

import click
from rich.box import SIMPLE
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

# In characters: the space between two columns, and the smallest useful width of the last one.
_GAP = 3
_MIN_LAST_WIDTH = 24
# Not printable for Python, but part of emoji and of Persian words, and harmless.
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"


def console(*, stderr: bool = False) -> Console:
    """Return a console that prints text unchanged; prompts may contain rich's markup."""
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def can_redraw(screen: Console) -> bool:
    """Return whether lines can be redrawn in place: on a terminal, except with ``TERM=dumb``."""
    return screen.is_terminal and not screen.is_dumb_terminal


def printable(text: str) -> str:
    """Return the text on one line, without characters that would control the terminal."""
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
    """A table for a terminal of any width; status words are coloured, see ``status_style``.

    Only the last column is wrapped. If it would become too narrow, optional columns are omitted.
    """

    def __init__(
        self,
        headers: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        title: str = "",
        optional: Sequence[str] = (),
    ) -> None:
        """Prepare a table.

        Args:
            headers: One per column.
            rows: One text per column.
            title: Printed above the table.
            optional: Headers of columns that may be omitted, in the order of omission.
        """
        lines = [headers, *([printable(cell) for cell in row] for row in rows)]
        self._columns = [list(column) for column in zip(*lines, strict=True)]
        self._title = title
        self._optional = optional

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render the table for the width of the console."""
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
        for header in self._optional:
            *others, last = (max(map(cell_len, column)) for column in kept)
            if sum(others) + _GAP * len(kept) + min(last, _MIN_LAST_WIDTH) <= width:
                break
            kept = [column for column in kept if column[0] != header]
        return kept


def print_table(
    headers: Sequence[str], rows: Iterable[Sequence[str]], *, optional: Sequence[str] = ()
) -> None:
    """Print rows on standard output: a table on a terminal, else columns of full width.

    ``optional`` names the columns that a narrow terminal omits.
    """
    out = console()
    if out.is_terminal:
        out.print(FittingTable(headers, rows, optional=optional))
    else:
        click.echo("\n".join(plain_lines(headers, rows)))


def plain_lines(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return aligned columns, two spaces apart; nothing is shortened."""
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
    """Return the colour of a status word, or an empty string for other text."""
    return _STYLES.get(word, "")
