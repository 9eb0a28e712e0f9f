"""The system account of a server: ``nobody`` if this process runs as root, else its own user."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group of the system; ``is_other`` if it is not the user of this process.

    PostgreSQL refuses to run as root, and initdb requires a passwd entry for its uid.
    """

    uid: int
    gid: int
    name: str
    is_other: bool

    def owns(self, path: Path) -> bool:
        """Return whether this account owns ``path``."""
        return path.lstat().st_uid == self.uid

    def can_traverse(self, directory: Path) -> bool:
        """Return whether this account may enter every existing part of an absolute path.

        Checks permission bits only, not access control lists.
        """
        return all(
            self._may_search(part) for part in (directory, *directory.parents) if part.exists()
        )

    def own(self, path: Path, mode: int) -> None:
        """Make this account the owner of ``path``, with ``mode``."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)

    def share(self, path: Path, mode: int) -> None:
        """Give ``path`` to this account's group, with ``mode``; the owner does not change."""
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
    """Return the account for servers that this process starts."""
    uid = os.geteuid()
    if uid != 0:
        return Account(uid, os.getegid(), _name_of(uid), is_other=False)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid, "nobody", is_other=True)


def owner_name(path: Path) -> str:
    """Return the user name of the owner of ``path``, or the uid if it has no name."""
    return _name_of(path.lstat().st_uid)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
