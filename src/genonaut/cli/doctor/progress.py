"""The progress of ``genonaut doctor``, on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from genonaut.cli.output import can_redraw, console


@contextmanager
def shown_progress() -> Iterator[Callable[[str], None]]:
    """Yield a function that shows which check runs: in place on a terminal, else as a line."""
    screen = console(stderr=True)
    if not can_redraw(screen):
        yield lambda subject: screen.print(f"checking {subject} ...")
        return
    with screen.status("checking ...") as status:
        yield lambda subject: status.update(f"checking {subject} ...")
