"""Open untrusted files safely: a name may belong to a FIFO, a device or a folder."""

import os
import stat
from pathlib import Path
from typing import BinaryIO


class NotARegularFileError(OSError):
    """The name belongs to a folder, a FIFO, a socket or a device."""


def open_regular(path: Path | str, *, buffering: int = -1) -> BinaryIO:
    """Open a regular file for reading; never blocks, as opening a FIFO would.

    Raises:
        OSError: The file does not exist or cannot be read.
        NotARegularFileError: The name does not belong to a regular file, or contains NUL.
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
