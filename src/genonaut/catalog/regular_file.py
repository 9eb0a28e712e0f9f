"""Opening files that other people put there, when their names may belong to anything."""

import os
import stat
from pathlib import Path
from typing import BinaryIO


class NotARegularFileError(OSError):
    """The name belongs to a folder, a FIFO, a socket or a device."""


def open_regular(path: Path | str, *, buffering: int = -1) -> BinaryIO:
    """Open a regular file for reading; never waits, as opening a FIFO would.

    Raises:
        OSError: There is no such file, it cannot be read, or its name is none.
        NotARegularFileError: The name belongs to something else.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as error:  # a NUL in the name
        raise NotARegularFileError(str(error)) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotARegularFileError("not a regular file")
        return open(descriptor, "rb", buffering=buffering)  # noqa: PTH123 - a descriptor
    except OSError:
        os.close(descriptor)
        raise
