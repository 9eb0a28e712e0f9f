"""The log files of the child processes: rotated at each start, quoted when a process ends."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from genonaut.core.private_files import open_private

KEPT_STARTS = 5
_TAIL_BYTES = 16_384
_POLL_SECONDS = 0.2


def rotate(path: Path, *, kept: int = KEPT_STARTS) -> None:
    """Rename the logs of earlier starts: ``api.log`` becomes ``api.log.1``, and so on."""
    for number in range(kept - 1, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{number + 1}"))
    if path.exists():
        path.replace(path.with_name(f"{path.name}.1"))


def last_lines(path: Path, count: int, *, since: int = 0) -> list[str]:
    """Return the last lines that are not blank; an empty list if the file does not exist.

    Args:
        path: The log file.
        count: Maximum number of lines.
        since: Offset in bytes; earlier lines belong to an earlier process.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(since, size - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return []
    return [line for line in text.splitlines() if line.strip()][-count:]


async def follow(path: Path, show: Callable[[str], None]) -> None:
    """Call ``show`` with every complete line of the log as it is written, until cancelled."""
    # Created if missing: the child may not have started yet.
    with open_private(path, "a+b") as file:
        file.seek(0)
        pending = b""
        while True:
            pending += file.read()
            *lines, pending = pending.split(b"\n")
            for line in lines:
                show(line.decode(errors="replace"))
            await asyncio.sleep(_POLL_SECONDS)
