"""Private files and directories, independent of the umask."""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from genonaut.core.private_files import (
    make_private_directory,
    open_private,
    own_temporary_directory,
    private_umask,
)


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_created_directories_are_private_and_existing_ones_keep_their_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private_directory(tmp_path / "a" / "b")
    make_private_directory(tmp_path / "a" / "b")
    assert [mode_of(tmp_path / part) for part in ("", "a", "a/b")] == [0o755, 0o700, 0o700]


def test_a_file_in_the_way_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(FileExistsError):
        make_private_directory(tmp_path / "a")


def test_created_files_are_private(tmp_path: Path) -> None:
    for _ in range(2):
        with open_private(tmp_path / "log", "ab") as file:
            file.write(b"line\n")
    with open_private(tmp_path / "other", "wb") as file:
        file.write(b"x")
    assert (tmp_path / "log").read_bytes() == b"line\nline\n"
    assert mode_of(tmp_path / "log") == mode_of(tmp_path / "other") == 0o600


def test_files_of_libraries_are_private_under_the_umask(tmp_path: Path) -> None:
    with private_umask():
        (tmp_path / "file").touch()
    (tmp_path / "later").touch()
    assert (mode_of(tmp_path / "file"), mode_of(tmp_path / "later")) == (0o600, 0o666)


def test_a_temporary_directory_of_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    name = f"staging-{os.getuid()}"
    assert mode_of(own_temporary_directory("staging")) == 0o700
    (tmp_path / name).chmod(0o777)
    assert mode_of(own_temporary_directory("staging")) == 0o700
    (tmp_path / name).rename(tmp_path / "elsewhere")
    (tmp_path / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="belongs to another user"):
        own_temporary_directory("staging")
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    (tmp_path / "staging-12345").mkdir()
    with pytest.raises(PermissionError, match="belongs to another user"):
        own_temporary_directory("staging")
