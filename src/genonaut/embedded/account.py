"""The system account a server runs as: nobody when we are root, ourselves otherwise."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group of the system; ``is_other`` when it is not the user we run as.

    PostgreSQL refuses to run as root, and initdb wants a uid that has a passwd entry.
    """

    uid: int
    gid: int
    name: str
    is_other: bool

    def owns(self, path: Path) -> bool:
        """Tell whether files of ``path`` were made by a server of this account."""
        return path.lstat().st_uid == self.uid

    def can_traverse(self, directory: Path) -> bool:
        """Tell whether every existing part of an absolute path lets this account through.

        Looks at permission bits only; access control lists are not considered.
        """
        return all(
            self._may_search(part) for part in (directory, *directory.parents) if part.exists()
        )

    def take(self, path: Path, mode: int) -> None:
        """Make ``path`` this account's own, with ``mode``."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)

    def admit(self, path: Path, mode: int) -> None:
        """Let this account's group use ``path`` as ``mode`` says, while it stays ours."""
        if self.is_other:
            os.chown(path, -1, self.gid)
        path.chmod(mode)

    def _may_search(self, directory: Path) -> bool:
        status = directory.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def server_account() -> Account:
    """Return who servers started by this process run as."""
    uid = os.geteuid()
    if uid != 0:
        return Account(uid, os.getegid(), _name_of(uid), is_other=False)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid, "nobody", is_other=True)


def owner_name(path: Path) -> str:
    """Return the owner of ``path`` as people write it: a name, or the bare uid without one."""
    return _name_of(path.lstat().st_uid)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
