"""Hashes equal those of other tools; unstable files are rejected; hashing resumes file by file."""

import asyncio
import hashlib
import os
import threading
import time
from pathlib import Path

import pytest

from genonaut.catalog import hashing
from genonaut.catalog.hashing import (
    Hasher,
    HashingCancelledError,
    HashKey,
    UnstableFileError,
    hash_file,
    pending,
)
from genonaut.catalog.scanning.discover import FoundFile, discover
from genonaut.catalog.scanning.roots import Root
from genonaut.core.errors import NotFoundError

HEADER = b'{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}'
TENSORS = b"12345"


def put(path: Path, content: bytes = len(HEADER).to_bytes(8, "little") + HEADER + TENSORS) -> str:
    path.write_bytes(content)
    os.utime(path, (time.time() - 3_600,) * 2)
    return str(path)


def test_the_hashes_are_those_of_other_tools(tmp_path: Path) -> None:
    path = put(tmp_path / "a.safetensors")
    found = hash_file(path)
    assert found.sha256 == hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert found.autov2 == found.sha256[:10]
    assert found.autov3 == hashlib.sha256(TENSORS).hexdigest()[:12]
    assert found.key == HashKey(path, 66, Path(path).stat().st_mtime_ns)


def test_autov3_survives_an_edit_of_the_metadata(tmp_path: Path) -> None:
    other = b'{"__metadata__":{"title":"x"},' + HEADER[1:]
    first = hash_file(put(tmp_path / "a.safetensors"))
    second = hash_file(
        put(tmp_path / "b.safetensors", len(other).to_bytes(8, "little") + other + TENSORS)
    )
    assert first.autov3 == second.autov3
    assert first.sha256 != second.sha256


@pytest.mark.parametrize("chunk", [1, 7, 60, 61, 64, 1_000])
def test_hashes_do_not_depend_on_the_chunk_size(
    chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path / "a.safetensors")
    expected = hash_file(path)
    monkeypatch.setattr(hashing, "CHUNK_BYTES", chunk)
    seen: list[tuple[int, int]] = []
    assert hash_file(path, progress=lambda done, size: seen.append((done, size))) == expected
    assert seen[-1] == (66, 66)
    assert seen == sorted(seen)


@pytest.mark.parametrize(
    "content", [b"GGUF something", b"x", bytes(9), len(HEADER).to_bytes(8, "little") + HEADER]
)
def test_other_formats_have_no_tensor_hash(content: bytes, tmp_path: Path) -> None:
    assert hash_file(put(tmp_path / "a.gguf", content)).autov3 == ""


def test_empty_files_are_not_hashed(tmp_path: Path) -> None:
    with pytest.raises(UnstableFileError, match="zero bytes"):
        hash_file(put(tmp_path / "a.safetensors", b""))


def test_a_recently_written_file_is_rejected(tmp_path: Path) -> None:
    path = put(tmp_path / "a.safetensors")
    os.utime(path)
    with pytest.raises(UnstableFileError, match="seconds ago"):
        hash_file(path)
    assert hash_file(path, settled_seconds=0).sha256
    os.utime(path, (time.time() + 9_999,) * 2)
    assert hash_file(path).sha256


@pytest.mark.parametrize("how", ["grow", "shrink", "touch"])
def test_a_file_that_changes_while_it_is_hashed_is_rejected(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path / "a.safetensors")
    monkeypatch.setattr(hashing, "CHUNK_BYTES", 16)

    def meddle(done: int, _size: int) -> None:
        if done == 16 and how == "grow":
            with Path(path).open("ab") as file:
                file.write(b"more")
        elif done == 16 and how == "shrink":
            os.truncate(path, 40)
        elif done == 16:
            os.utime(path)

    with pytest.raises(UnstableFileError):
        hash_file(path, progress=meddle)


def test_missing_files_and_folders_are_not_found(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("absent", "pipe", ".", "nul\0"):
        with pytest.raises(NotFoundError):
            hash_file(str(tmp_path / name) if "\0" not in name else name)


def test_hashing_can_be_cancelled(tmp_path: Path) -> None:
    with pytest.raises(HashingCancelledError):
        hash_file(put(tmp_path / "a.safetensors"), is_cancelled=lambda: True)


def test_hashing_resumes_with_the_remaining_files(tmp_path: Path) -> None:
    put(tmp_path / "large.safetensors", b"x" * 100)
    put(tmp_path / "small.safetensors", b"x")
    put(tmp_path / "empty.safetensors", b"")
    os.link(tmp_path / "small.safetensors", tmp_path / "twin.safetensors")
    files = [f for f in discover([Root(str(tmp_path), "loras")]) if isinstance(f, FoundFile)]
    assert [file.name for file in pending(files, set())] == [
        "small.safetensors",
        "large.safetensors",
    ]
    done = {HashKey.of(file) for file in files if file.name == "small.safetensors"}
    assert [file.name for file in pending(files, done)] == ["twin.safetensors", "large.safetensors"]
    os.utime(tmp_path / "small.safetensors", (1, 1))
    files = [f for f in discover([Root(str(tmp_path), "loras")]) if isinstance(f, FoundFile)]
    assert "small.safetensors" in [file.name for file in pending(files, done)]


async def test_the_hasher_reports_in_the_event_loop(tmp_path: Path) -> None:
    path = put(tmp_path / "a.safetensors")
    threads = []
    async with Hasher() as hasher:
        found = await hasher.hash(
            path, lambda _done, _size: threads.append(threading.current_thread())
        )
        await asyncio.sleep(0)
    assert found == hash_file(path)
    assert threads == [threading.main_thread()]


async def test_cancelling_stops_the_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "CHUNK_BYTES", 1)
    path = put(tmp_path / "a.safetensors", b"x" * 100_000)
    started = asyncio.Event()
    async with Hasher() as hasher:
        task = asyncio.create_task(hasher.hash(path, lambda _done, _size: started.set()))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        other = put(tmp_path / "b.safetensors")
        assert (await hasher.hash(other)).sha256


async def test_leaving_the_context_stops_the_current_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "CHUNK_BYTES", 1)
    path = put(tmp_path / "a.safetensors", b"x" * 300_000)
    started = asyncio.Event()
    async with Hasher() as hasher:
        task = asyncio.create_task(hasher.hash(path, lambda _done, _size: started.set()))
        await started.wait()
    with pytest.raises(HashingCancelledError):
        await task
