"""What the supervisor tells the person who started it."""

from collections.abc import Iterable
from contextlib import suppress

from rich.console import Console
from rich.text import Text

from genonaut.cli.output import FittingTable, console, plain_lines, printable


class Reporter:
    """Prints steps, complaints and the final table; a terminal that went away is no error."""

    def __init__(self, out: Console | None = None) -> None:
        self._out = out or console()

    def step(self, text: str) -> None:
        """Report something that is done."""
        self._print(Text.assemble(("✓ ", "green"), printable(text)))

    def note(self, text: str) -> None:
        """Report something under way."""
        self._print(Text(f"  {printable(text)}", style="bright_black"))

    def warn(self, text: str, lines: Iterable[str] = ()) -> None:
        """Report something that went wrong, with the last lines of its log."""
        self._print(Text.assemble(("! ", "yellow"), printable(text)))
        for line in lines:
            self._print(Text(f"    {printable(line)}", style="bright_black"))

    def log_line(self, name: str, line: str) -> None:
        """Show one line of a child's log."""
        self._print(Text(f"{name:>9} | {printable(line)}", style="bright_black"))

    def table(self, title: str, rows: list[tuple[str, str, str]], hints: Iterable[str]) -> None:
        """Show what runs where."""
        headers = ("Service", "Where", "Details")
        if self._out.is_terminal:
            self._print(FittingTable(headers, rows, title=title))
        else:
            self._print(title)
            for line in plain_lines(headers, rows):
                self._print(line)
        for hint in hints:
            self._print(hint)

    def _print(self, content: object) -> None:
        with suppress(OSError):  # the terminal was closed; stopping in order matters more
            self._out.print(content, soft_wrap=not self._out.is_terminal)
