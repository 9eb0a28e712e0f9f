"""The directory one server lives in: data, password, log, and who holds it at the moment."""

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

from genonaut.embedded.account import Account, owner_name, server_account
from genonaut.embedded.errors import DataInUseError, EmbeddedServerError

# For root's servers when the asked directory lies where their account cannot go.
_ROOTS_HOMES = Path("/var/lib/genonaut")


class ServerRecord(msgspec.Struct, frozen=True):
    """What a running server leaves in its home, so that others find it and a successor ends it."""

    pid: int
    started: float
    """Creation time of the process, in seconds since the epoch: pids are used again."""
    program: str
    port: int
    origin: str

    def process(self) -> psutil.Process | None:
        """Return the recorded process, None when it is gone or its pid now means another."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < 2.0  # noqa: PLR2004 - clock steps
        except psutil.NoSuchProcess:
            return None
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None


@dataclass(frozen=True, slots=True)
class Home:
    """The files of one server.

    The home itself stays ours; only ``data`` belongs to the account the server runs as, so that
    nothing we write passes through a directory which that account controls.
    """

    path: Path
    asked: Path
    account: Account

    @property
    def data(self) -> Path:
        """Return the server's own directory; absent until the server was prepared."""
        return self.path / "data"

    @property
    def log(self) -> Path:
        """Return the file that takes the server's output."""
        return self.path / "server.log"

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether the data could not be put where they were asked for."""
        return self.path != self.asked

    def describe(self) -> str:
        """Say where the data lie, relative to the working directory when below it."""
        path = self.path
        if path.is_relative_to(Path.cwd()):
            path = path.relative_to(Path.cwd())
        if not self.is_elsewhere:
            return f"data in {path}"
        return f"data in {path} (user {self.account.name} cannot enter {self.asked})"

    def write_secret(self, name: str, text: str, *, for_server: bool = False) -> Path:
        """Write a file only we can read, and with ``for_server`` the server's account too."""
        path = self.path / name
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        if for_server and self.account.is_other:
            self.account.admit(path, 0o640)
        return path

    def password(self) -> str:
        """Return the server's password, made up on first use."""
        path = self.path / "password"
        if not path.exists():
            self.write_secret(path.name, secrets.token_urlsafe(24))
        return path.read_text()

    def make_data(self, name: str = "data") -> Path:
        """Make an empty directory in the home that belongs to the server's account."""
        path = self.path / name
        path.mkdir(mode=0o700)
        self.account.take(path, 0o700)
        return path

    def write_record(self, record: ServerRecord) -> None:
        """Leave word of the running server, whole or not at all."""
        made = self.path / "server.json.new"
        made.write_bytes(msgspec.json.encode(record))
        made.replace(self.path / "server.json")

    def read_record(self) -> ServerRecord | None:
        """Return what the last server left, None when nothing legible.

        Raises:
            EmbeddedServerError: the home is somebody else's.
        """
        try:
            return msgspec.json.decode((self.path / "server.json").read_bytes(), type=ServerRecord)
        except PermissionError as error:
            raise EmbeddedServerError(f"cannot read {error.filename}: {error.strerror}.") from error
        except (FileNotFoundError, msgspec.DecodeError):
            return None


def home_of(data_dir: Path) -> Home:
    """Return where the server of ``data_dir`` lives, without touching the disk.

    As root, a directory that the servers' account cannot enter is replaced by one under
    ``/var/lib/genonaut`` which is always the same for the same ``data_dir``.
    """
    asked = data_dir.absolute()
    account = server_account()
    if not account.is_other or account.can_traverse(asked.parent):
        return Home(asked, asked, account)
    digest = hashlib.sha256(str(asked).encode()).hexdigest()[:12]
    return Home(_ROOTS_HOMES / f"{asked.name}-{digest}", asked, account)


@contextmanager
def claim_home(data_dir: Path) -> Iterator[Home]:
    """Make the home of a server and hold it against every other process.

    The hold is a lock of the kernel, so it ends with this process whatever ends it.

    Raises:
        DataInUseError: another process holds it.
        EmbeddedServerError: the directory cannot be made, or belongs to somebody else.
    """
    home = home_of(data_dir)
    try:
        _make(home)
        lock = _lock(home)
    except OSError as error:
        raise EmbeddedServerError(f"cannot use {error.filename}: {error.strerror}.") from error
    try:
        if home.data.exists() and not home.account.owns(home.data):
            raise EmbeddedServerError(
                f"the data in {home.path} belong to user {owner_name(home.data)}, but the server "
                f"would run as {home.account.name}: start it as that user, or delete the directory."
            )
        yield home
    finally:
        os.close(lock)


def discard(home: Home) -> None:
    """Remove a home and everything in it."""
    shutil.rmtree(home.path, ignore_errors=True)


def _make(home: Home) -> None:
    missing = [path for path in home.path.parents if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        if home.account.is_other:  # whatever our umask, the server must come through
            path.chmod(0o755)
    home.path.mkdir(exist_ok=True)
    home.account.admit(home.path, 0o710 if home.account.is_other else 0o700)


def _lock(home: Home) -> int:
    path = home.path / "lock"
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 20, 0).decode()
            os.close(lock)
            raise DataInUseError(
                f"the data in {home.path} are in use by {_describe_process(holder)}: "
                "stop it first, or choose another environment."
            ) from None
        if path.exists() and os.fstat(lock).st_ino == path.stat().st_ino:
            break
        os.close(lock)  # the previous holder removed the home while we opened it
        home.path.mkdir(exist_ok=True)
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def _describe_process(pid: str) -> str:
    try:
        process = psutil.Process(int(pid))
        return f"process {pid} ({' '.join(process.cmdline())[:120]})"
    except (ValueError, psutil.Error):
        return "another process"
