"""Directories for servers, which go with the tests that use them."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from genonaut.simulator.scratch import Scratch


@contextlib.contextmanager
def open_directory(prefix: str) -> Iterator[Path]:
    """Yield a directory that others may traverse: as root, servers run as another user."""
    scratch = Scratch(prefix)
    scratch.path.chmod(0o755)
    try:
        yield scratch.path
    finally:
        scratch.close()
