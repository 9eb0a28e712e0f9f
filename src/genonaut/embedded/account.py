"""The system account of a server: this user, or an account of its own if this process is root."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

SERVER_ACCOUNT = "genonaut"
FALLBACK_ACCOUNT = "nobody"
_CREATE_COMMANDS = (
    # Debian, Fedora, Arch and others; busybox has only adduser.
    (
        "useradd",
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir=/nonexistent",
        "--shell=/usr/sbin/nologin",
    ),
    ("adduser", "-S", "-D", "-H", "-h", "/nonexistent", "-s", "/sbin/nologin"),
)


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

    def own_tree(self, directory: Path) -> None:
        """Make this account the owner of ``directory`` and of everything in it.

        Follows no links, because another account may change the directory meanwhile; skips files
        with several names, which may belong elsewhere.
        """
        for _, directories, files, descriptor in os.fwalk(directory, follow_symlinks=False):
            os.chown(descriptor, self.uid, self.gid)
            for name in (*directories, *files):
                status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                if stat.S_ISDIR(status.st_mode) or status.st_nlink == 1:
                    os.chown(name, self.uid, self.gid, dir_fd=descriptor, follow_symlinks=False)

    def share(self, path: Path, mode: int) -> None:
        """Give ``path`` to this account's group, with ``mode``; the owner does not change."""
        if self.is_other:
            os.chown(path, -1, self.gid)
        path.chmod(mode)

    def restrict_directory(self, directory: Path) -> None:
        """Close a directory to other users, except that this account can enter it."""
        self.share(directory, 0o710 if self.is_other else 0o700)

    def _may_search(self, directory: Path) -> bool:
        status = directory.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def server_account() -> Account:
    """Return the account for servers that this process starts.

    As root it is ``genonaut``, or ``nobody`` if that does not exist.
    """
    uid = os.geteuid()
    if uid != 0:
        return Account(uid, os.getegid(), _name_of(uid), is_other=False)
    entry = _entry_of(SERVER_ACCOUNT) or pwd.getpwnam(FALLBACK_ACCOUNT)
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name, is_other=True)


def create_server_account() -> None:
    """As root, create the system account ``genonaut`` unless it exists.

    Other programs run as ``nobody`` too: as that account they could read the data of the servers.
    If no command creates the account, as on a system with a read-only /etc, nothing changes.
    """
    if os.geteuid() != 0:
        return
    for name, *options in _CREATE_COMMANDS:
        if _entry_of(SERVER_ACCOUNT) is not None:
            return
        if command := shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"):
            subprocess.run(  # noqa: S603 - a fixed command
                [command, *options, SERVER_ACCOUNT],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=20,
                check=False,
            )


def fallback_owns(path: Path) -> bool:
    """Return whether ``path`` belongs to ``nobody``, which ran the servers of earlier versions."""
    entry = _entry_of(FALLBACK_ACCOUNT)
    return entry is not None and path.lstat().st_uid == entry.pw_uid


def owner_name(path: Path) -> str:
    """Return the user name of the owner of ``path``, or the uid if it has no name."""
    return _name_of(path.lstat().st_uid)


def _entry_of(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
