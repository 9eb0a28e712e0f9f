"""Files and directories that other users of the machine cannot read, independent of the umask."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

PRIVATE_DIRECTORY = 0o700
PRIVATE_FILE = 0o600


def make_private_directory(path: Path) -> None:
    """Create a directory with mode 0700, and its missing parents also with 0700.

    Directories that exist keep their mode.

    Raises:
        OSError: a directory cannot be created, or a file of that name exists.
    """
    if path.is_dir():
        return
    missing = [part for part in (path, *path.parents) if not part.exists()]
    for part in reversed(missing):
        part.mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)
    if not path.is_dir():
        path.mkdir()  # raises


def open_private(path: Path, mode: Literal["wb", "ab", "a+b"]) -> BinaryIO:
    """Open a file for writing; if it is created, its mode is 0600.

    Raises:
        OSError: the file cannot be created or opened.
    """
    flags = os.O_WRONLY | os.O_TRUNC if mode == "wb" else os.O_RDWR | os.O_APPEND
    descriptor = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
    return os.fdopen(descriptor, mode)


@contextmanager
def private_umask() -> Iterator[None]:
    """Let every file that this process creates be private, also those of libraries."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def own_temporary_directory(name: str) -> Path:
    """Return this user's directory ``name`` below the system's directory for temporary files.

    Every user can create files there, so that a directory of another user, or a link, is refused.

    Raises:
        PermissionError: the directory belongs to another user, or is a link.
        OSError: the directory cannot be created.
    """
    path = Path(tempfile.gettempdir(), f"{name}-{os.getuid()}")
    path.mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise PermissionError(errno.EPERM, "belongs to another user", str(path))
    path.chmod(PRIVATE_DIRECTORY)
    return path
