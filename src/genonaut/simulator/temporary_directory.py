"""Temporary directories that are removed with their process, or by the next process if it was killed."""

import fcntl
import functools
import os
import shutil
import tempfile
from pathlib import Path

_LOCK = "lock"


class LockedTemporaryDirectory:
    """A temporary directory that is locked while this process runs."""

    def __init__(self, prefix: str) -> None:
        _remove_abandoned(tempfile.gettempdir(), prefix)
        self.path = Path(tempfile.mkdtemp(prefix=prefix))
        unlocked = self.path / "lock-to-be"
        self._lock = os.open(unlocked, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        unlocked.rename(self.path / _LOCK)  # from now on other processes check the lock

    def close(self) -> None:
        """Remove the directory with its content."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


@functools.cache
def _remove_abandoned(place: str, prefix: str) -> None:
    """Remove directories of dead processes of this user; one without a lock file is kept."""
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
        except OSError:  # locked: its process is running
            continue
        finally:
            os.close(lock)


def _is_own(entry: os.DirEntry[str]) -> bool:
    try:
        is_directory = entry.is_dir(follow_symlinks=False)
        return is_directory and entry.stat(follow_symlinks=False).st_uid == os.getuid()
    except OSError:  # removed in the meantime
        return False
