"""Temporary directories for servers."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from genonaut.simulator.temporary_directory import LockedTemporaryDirectory


@contextlib.contextmanager
def open_directory(prefix: str) -> Iterator[Path]:
    """Yield a directory that other users may traverse: as root, servers run as another user."""
    directory = LockedTemporaryDirectory(prefix)
    directory.path.chmod(0o755)
    try:
        yield directory.path
    finally:
        directory.close()
