"""The output of ``genonaut up``."""

from collections.abc import Iterable
from contextlib import suppress

from rich.console import Console
from rich.text import Text

from genonaut.cli.output import FittingTable, console, plain_lines, printable


class Reporter:
    """Prints steps, warnings and the final table; a closed terminal is not an error."""

    def __init__(self, out: Console | None = None) -> None:
        self._out = out or console()

    def step(self, text: str) -> None:
        """Print a step that is done."""
        self._print(Text.assemble(("✓ ", "green"), printable(text)))

    def note(self, text: str) -> None:
        """Print a step that has started."""
        self._print(Text(f"  {printable(text)}", style="bright_black"))

    def warn(self, text: str, lines: Iterable[str] = ()) -> None:
        """Print a warning, with the last lines of a log."""
        self._print(Text.assemble(("! ", "yellow"), printable(text)))
        for line in lines:
            self._print(Text(f"    {printable(line)}", style="bright_black"))

    def log_line(self, name: str, line: str) -> None:
        """Print one line of a child's log."""
        self._print(Text(f"{name:>9} | {printable(line)}", style="bright_black"))

    def table(self, title: str, rows: list[tuple[str, str, str]], hints: Iterable[str]) -> None:
        """Print the services and their addresses."""
        headers = ("Service", "Address", "Details")
        if self._out.is_terminal:
            self._print(FittingTable(headers, rows, title=title))
        else:
            self._print(title)
            for line in plain_lines(headers, rows):
                self._print(line)
        for hint in hints:
            self._print(hint)

    def _print(self, content: object) -> None:
        with suppress(
            OSError
        ):  # the terminal was closed: continue, so that everything is stopped in order
            self._out.print(content, soft_wrap=not self._out.is_terminal)
