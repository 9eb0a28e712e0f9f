"""Directories that vanish with their process; those of killed ones go when the next one starts."""

import fcntl
import functools
import os
import shutil
import tempfile
from pathlib import Path

_LOCK = "lock"


class LockedTemporaryDirectory:
    """A temporary directory, held by a lock for as long as this process lives."""

    def __init__(self, prefix: str) -> None:
        _sweep(tempfile.gettempdir(), prefix)
        self.path = Path(tempfile.mkdtemp(prefix=prefix))
        unheld = self.path / "lock-to-be"
        self._lock = os.open(unheld, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        unheld.rename(self.path / _LOCK)  # only now may others ask whether it is held

    def close(self) -> None:
        """Remove the directory with everything in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


@functools.cache
def _sweep(place: str, prefix: str) -> None:
    """Remove what dead processes of this user left; without a lock nobody knows whose it is."""
    with os.scandir(place) as entries:
        found = [Path(one) for one in entries if one.name.startswith(prefix) and _is_own(one)]
    for directory in found:
        try:
            lock = os.open(directory / _LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(directory, ignore_errors=True)
        except OSError:  # held: its process lives
            continue
        finally:
            os.close(lock)


def _is_own(entry: os.DirEntry[str]) -> bool:
    try:
        is_directory = entry.is_dir(follow_symlinks=False)
        return is_directory and entry.stat(follow_symlinks=False).st_uid == os.getuid()
    except OSError:  # gone meanwhile
        return False
