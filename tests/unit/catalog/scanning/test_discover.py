"""Model files are found under each of their names, with any name, and the search always ends."""

import os
from pathlib import Path

import pytest

from genonaut.catalog.scanning import discover as module
from genonaut.catalog.scanning.discover import FoundFile, Unreachable, discover
from genonaut.catalog.scanning.roots import Root


def find_files(*folders: Path) -> tuple[list[FoundFile], list[Unreachable]]:
    found = list(discover(Root(str(folder), "loras") for folder in folders))
    return (
        [item for item in found if isinstance(item, FoundFile)],
        [item for item in found if isinstance(item, Unreachable)],
    )


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def test_models_in_subfolders_have_comfyui_names(tmp_path: Path) -> None:
    for name in (
        "a.safetensors",
        "sub dir/b.GGUF",
        "sub dir/deep/c.ckpt",
        "d.txt",
        ".e.safetensors",
        ".git/f.ckpt",
    ):
        touch(tmp_path / name)
    files, unreachable = find_files(tmp_path)
    assert {file.name for file in files} == {
        "a.safetensors",
        "sub dir/b.GGUF",
        "sub dir/deep/c.ckpt",
    }
    assert unreachable == []


@pytest.mark.parametrize(
    "name",
    [
        "line\nbreak.safetensors",
        "quo\"te's.safetensors",
        "ünï✓😀.safetensors",
        "..safetensors.safetensors",
        "a\tb.ckpt",
        " .ckpt",
        "-rf.ckpt",
    ],
)
def test_unusual_names_are_kept_and_can_be_printed(name: str, tmp_path: Path) -> None:
    touch(tmp_path / name)
    if name.startswith("."):
        assert find_files(tmp_path)[0] == []
        return
    (file,), _ = find_files(tmp_path)
    assert file.name == name
    assert file.display_name.isprintable()
    assert Path(file.path).exists()


def test_names_that_are_not_utf8_are_kept_and_can_be_sent(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/bad\xff.safetensors"
    Path(os.fsdecode(raw)).write_bytes(b"")
    (file,), _ = find_files(tmp_path)
    assert file.display_name.encode() == b"bad?.safetensors"
    assert os.fsencode(file.path) == raw


def test_links_are_followed_except_loops(tmp_path: Path) -> None:
    touch(tmp_path / "root/real/a.safetensors")
    outside = touch(tmp_path / "outside/b.safetensors")
    (tmp_path / "root/linked").symlink_to(outside.parent)
    (tmp_path / "root/again").symlink_to(outside.parent)
    (tmp_path / "root/real/up").symlink_to(tmp_path / "root")
    (tmp_path / "root/self").symlink_to("self")
    (tmp_path / "root/self.safetensors").symlink_to("self.safetensors")
    (tmp_path / "root/dangling.safetensors").symlink_to("nowhere")
    files, unreachable = find_files(tmp_path / "root")
    assert {file.name for file in files} == {
        "real/a.safetensors",
        "linked/b.safetensors",
        "again/b.safetensors",
    }
    assert len({file.inode for file in files}) == 2
    reasons = {Path(item.path).name: item.reason for item in unreachable}
    assert reasons["up"] == "a link to a folder that contains it"
    assert set(reasons) == {"up", "self.safetensors", "dangling.safetensors"}


def test_folders_that_link_to_each_other_end(tmp_path: Path) -> None:
    names = [f"d{number}" for number in range(9)]
    for name in names:
        (tmp_path / name).mkdir()
        touch(tmp_path / name / "m.safetensors")
    for name in names:
        for other in names:
            if other != name:
                (tmp_path / name / other).symlink_to(tmp_path / other)
    files, unreachable = find_files(tmp_path)
    assert len(files) <= len(names) * (module.MAX_VISITS + 1)
    assert any("more than" in item.reason and "names" in item.reason for item in unreachable)


def test_depth_is_bounded(tmp_path: Path) -> None:
    touch(tmp_path / "/".join(["d"] * 40) / "m.safetensors")
    files, unreachable = find_files(tmp_path)
    assert files == []
    assert "deeper than" in unreachable[0].reason


def test_unreadable_folders_are_reported_and_the_scan_continues(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path / "good/a.safetensors")
    touch(tmp_path / "locked/b.safetensors")
    touch(tmp_path / "file")
    real = os.scandir

    def scandir(path: str) -> object:
        # The root user may read everything, so the error is raised by a replaced os.scandir.
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr("genonaut.catalog.scanning.discover.os.scandir", scandir)
    files, unreachable = find_files(tmp_path, tmp_path / "absent", tmp_path / "file", Path("nul\0"))
    assert [file.name for file in files] == ["good/a.safetensors"]
    assert [item.reason for item in unreachable][:3] == [
        "Permission denied",
        "No such file or directory",
        "not a folder",
    ]
    assert len(unreachable) == 4
    assert str(unreachable[0]).endswith("locked: Permission denied")


def test_a_fifo_with_a_model_suffix_is_not_a_model(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.safetensors")
    files, unreachable = find_files(tmp_path)
    assert files == []
    assert unreachable[0].reason == "not a regular file"


def test_a_folder_with_too_many_entries_is_listed_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_ENTRIES_A_FOLDER", 3)
    for number in range(9):
        touch(tmp_path / f"{number}.ckpt")
    files, unreachable = find_files(tmp_path)
    assert len(files) == 4
    assert "more than 3 entries" in unreachable[0].reason


def test_neighbours_are_found_with_their_time(tmp_path: Path) -> None:
    touch(tmp_path / "a.safetensors")
    os.utime(touch(tmp_path / "a.png"), ns=(5, 7_000))
    os.utime(touch(tmp_path / "a.json"), ns=(5, 9_000))
    (file,), _ = find_files(tmp_path)
    assert (file.neighbours.preview, file.neighbours.sidecars) == ("a.png", ("a.json",))
    assert file.neighbours_ns == 9_000
