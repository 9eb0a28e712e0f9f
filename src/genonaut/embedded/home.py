"""The directory of one embedded server: data, password, log, record of the process, and lock."""

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil

from genonaut.core.private_files import make_private_directory, open_private
from genonaut.embedded.account import (
    FALLBACK_ACCOUNT,
    SERVER_ACCOUNT,
    Account,
    create_server_account,
    fallback_owns,
    owner_name,
    server_account,
)
from genonaut.embedded.errors import DataInUseError, EmbeddedServerError

# For servers of root, if their account cannot enter the requested directory.
_ROOT_HOMES = Path("/var/lib/genonaut")


class ServerRecord(msgspec.Struct, frozen=True):
    """Describes the running server, so that other processes can find it and the next start can stop it."""

    pid: int
    started: float
    """Creation time of the process in seconds since the epoch, because pids are reused."""
    program: str
    port: int
    origin: str

    def process(self) -> psutil.Process | None:
        """Return the recorded process, None if it has ended, also if its pid was reused."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < 2.0  # noqa: PLR2004 - clock steps
        except psutil.NoSuchProcess:
            return None
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None


@dataclass(frozen=True, slots=True)
class Home:
    """The directory of one server.

    This process owns the directory; the server's account owns only ``data``. So this process
    never writes in a directory that the account controls.
    """

    path: Path
    requested: Path
    account: Account

    @property
    def data(self) -> Path:
        """Return the data directory of the server; it does not exist before the first start."""
        return self.path / "data"

    @property
    def log(self) -> Path:
        """Return the file for the output of the server."""
        return self.path / "server.log"

    @property
    def is_relocated(self) -> bool:
        """Return whether the data are not in the requested directory."""
        return self.path != self.requested

    def describe(self) -> str:
        """Return a text that says where the data are; the path is relative if possible."""
        path = self.path
        if path.is_relative_to(Path.cwd()):
            path = path.relative_to(Path.cwd())
        notes = []
        if self.is_relocated:
            notes.append(f"user {self.account.name} cannot enter {self.requested}")
        if self.account.is_other and self.account.name == FALLBACK_ACCOUNT:
            notes.append(f"runs as {FALLBACK_ACCOUNT}: account {SERVER_ACCOUNT} is missing")
        return f"data in {path} ({'; '.join(notes)})" if notes else f"data in {path}"

    def write_secret(self, name: str, text: str, *, for_server: bool = False) -> Path:
        """Write a file that only this user can read, with ``for_server`` also the server's account."""
        path = self.path / name
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        if for_server and self.account.is_other:
            self.account.share(path, 0o640)
        return path

    def password(self) -> str:
        """Return the password of the server; it is generated at the first use."""
        path = self.path / "password"
        if not path.exists():
            self.write_secret(path.name, secrets.token_urlsafe(24))
        return path.read_text()

    def make_data(self, name: str = "data") -> Path:
        """Create an empty directory that the server's account owns."""
        path = self.path / name
        path.mkdir(mode=0o700)
        self.account.own(path, 0o700)
        return path

    def write_record(self, record: ServerRecord) -> None:
        """Replace the record of the running server atomically."""
        made = self.path / "server.json.new"
        with open_private(made, "wb") as file:
            file.write(msgspec.json.encode(record))
        made.replace(self.path / "server.json")

    def read_record(self) -> ServerRecord | None:
        """Return the record of the last server, None if there is no valid one.

        Raises:
            EmbeddedServerError: the directory belongs to another user.
        """
        try:
            return msgspec.json.decode((self.path / "server.json").read_bytes(), type=ServerRecord)
        except PermissionError as error:
            raise EmbeddedServerError(f"cannot read {error.filename}: {error.strerror}.") from error
        except (FileNotFoundError, msgspec.DecodeError):
            return None


def home_of(data_dir: Path) -> Home:
    """Return the directory of the server for ``data_dir``; creates nothing.

    As root, a directory that the server's account cannot enter is replaced by one under
    ``/var/lib/genonaut``, always the same for the same ``data_dir``.
    """
    requested = data_dir.absolute()
    account = server_account()
    if not account.is_other or account.can_traverse(requested.parent):
        return Home(requested, requested, account)
    digest = hashlib.sha256(str(requested).encode()).hexdigest()[:12]
    return Home(_ROOT_HOMES / f"{requested.name}-{digest}", requested, account)


@contextmanager
def locked_home(data_dir: Path) -> Iterator[Home]:
    """Create the directory of a server and lock it against other processes.

    The kernel releases the lock when this process ends for any reason.

    Raises:
        DataInUseError: another process has locked the directory.
        EmbeddedServerError: the directory cannot be created, or belongs to another user.
    """
    create_server_account()
    home = home_of(data_dir)
    try:
        _create(home)
        lock = _lock(home)
    except OSError as error:
        raise EmbeddedServerError(f"cannot use {error.filename}: {error.strerror}.") from error
    try:
        if home.data.exists() and home.account.is_other and fallback_owns(home.data):
            home.account.own_tree(home.data)
        if home.data.exists() and not home.account.owns(home.data):
            raise EmbeddedServerError(
                f"the data in {home.path} belong to user {owner_name(home.data)}, but the server "
                f"would run as {home.account.name}: start it as that user, or delete the directory."
            )
        yield home
    finally:
        os.close(lock)


def discard(home: Home) -> None:
    """Delete the directory of a server."""
    shutil.rmtree(home.path, ignore_errors=True)


def make_data_directory(path: Path) -> None:
    """Create a directory for servers, closed to other users; the servers' account can enter it.

    Missing parents are created in the same way; those that exist keep their mode.

    Raises:
        OSError: the directory cannot be created, or belongs to another user.
    """
    create_server_account()
    _make_enterable(path, server_account())


def _create(home: Home) -> None:
    _make_enterable(home.path, home.account)


def _make_enterable(path: Path, account: Account) -> None:
    for part in reversed([part for part in path.parents if not part.exists()]):
        make_private_directory(part)
        account.restrict_directory(part)
    make_private_directory(path)
    account.restrict_directory(path)


def _lock(home: Home) -> int:
    path = home.path / "lock"
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.pread(lock, 20, 0).decode()
            os.close(lock)
            raise DataInUseError(
                f"the data in {home.path} are in use by {_describe_process(pid)}: "
                "stop it first, or choose another environment."
            ) from None
        if path.exists() and os.fstat(lock).st_ino == path.stat().st_ino:
            break
        os.close(lock)  # the previous process deleted the directory while we opened the file
        _create(home)
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def _describe_process(pid: str) -> str:
    try:
        process = psutil.Process(int(pid))
        return f"process {pid} ({' '.join(process.cmdline())[:120]})"
    except (ValueError, psutil.Error):
        return "another process"
