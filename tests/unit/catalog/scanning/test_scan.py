"""Scans open only changed files, return results in batches, and report problems of files."""

import asyncio
import os
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Self

import pytest
from tests.support.timeouts import PATIENCE_SECONDS
from tests.zoo import loras, pickled, unets
from tests.zoo.writer import Specimen

from genonaut.catalog.identification.header import Header
from genonaut.catalog.identification.header_reader import read_header
from genonaut.catalog.scanning import examine as examine_module
from genonaut.catalog.scanning import scan as scan_module
from genonaut.catalog.scanning.examine import Examined, examine
from genonaut.catalog.scanning.health import Hashed, HealthCode, duplicates
from genonaut.catalog.scanning.roots import Root
from genonaut.catalog.scanning.scan import Batch, Fingerprint, scan, scan_in_background
from genonaut.catalog.vocabulary import Architecture, ModelKind

Known = dict[tuple[str, str], Fingerprint]
LORA = loras.kohya(loras.unet(2048))
OLD = time.time() - 3_600


def put(folder: Path, name: str = "a.safetensors", *, age: float | None = 3_600) -> Path:
    path = Specimen(name=name, shapes=LORA, expect={}).write(folder)
    if age is not None:
        os.utime(path, (time.time() - age,) * 2)
    return path


def run(folder: Path, known: Known | None = None) -> list[Batch]:
    return list(scan([Root(str(folder), "loras")], known or {}, processes=0))


def opened(batches: Iterable[Batch]) -> list[Examined]:
    return [examined for batch in batches for examined in batch.examined]


def known_after(batches: Iterable[Batch]) -> Known:
    return {(e.file.path, e.file.root.folder): Fingerprint.of(e.file) for e in opened(batches)}


def codes(examined: Examined) -> list[HealthCode]:
    return [health.code for health in examined.health]


def test_scan_identifies_and_counts_files(tmp_path: Path) -> None:
    put(tmp_path)
    put(tmp_path, "sub/b.safetensors")
    batches = run(tmp_path)
    assert [e.identification.architecture for e in opened(batches)] == [Architecture.SDXL] * 2
    assert [e.health for e in opened(batches)] == [(), ()]
    assert (batches[-1].seen, batches[-1].total, batches[-1].is_last) == (2, 2, True)


def test_the_vectors_of_a_pickled_embedding_are_known_in_their_folder(tmp_path: Path) -> None:
    content = pickled.archive(pickled.inversion(8, 768))
    for folder in ("embeddings", "loras"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "ink.pt").write_bytes(content)
    roots = [Root(str(tmp_path / folder), folder) for folder in ("embeddings", "loras")]
    found = [one.identification for one in opened(scan(roots, {}, processes=0))]
    assert [(one.kind, one.architecture, one.vectors) for one in found] == [
        (ModelKind.EMBEDDING, Architecture.SD1, 8),
        (ModelKind.LORA, Architecture.UNKNOWN, None),
    ]


def test_unchanged_files_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path)
    known = known_after(run(tmp_path))

    def explode(path: str) -> Header:
        raise AssertionError(path)

    monkeypatch.setattr(examine_module, "read_header", explode)
    batches = run(tmp_path, known)
    assert opened(batches) == []
    assert [file.name for batch in batches for file in batch.unchanged] == ["a.safetensors"]


@pytest.mark.parametrize("change", ["content", "time", "sidecar"])
def test_changed_files_are_examined_again(change: str, tmp_path: Path) -> None:
    path = put(tmp_path)
    known = known_after(run(tmp_path))
    if change == "content":
        with path.open("ab") as file:
            file.write(b"more")
        os.utime(path, ns=(0, known[str(path), "loras"].mtime_ns))
    elif change == "time":
        os.utime(path, (OLD - 1, OLD - 1))
    else:
        (tmp_path / "a.json").write_text('{"activation text": "xyz"}')
    (examined,) = opened(run(tmp_path, known))
    if change == "sidecar":
        assert examined.identification.trigger_words == ("xyz",)


def test_deleted_files_are_missing_but_files_in_unreachable_folders_are_not(tmp_path: Path) -> None:
    put(tmp_path / "here", "a.safetensors")
    put(tmp_path / "unplugged", "b.safetensors")
    roots = [Root(str(tmp_path / "here"), "loras"), Root(str(tmp_path / "unplugged"), "loras")]
    known = known_after(scan(roots, {}, processes=0))
    known["/elsewhere/c.safetensors", "loras"] = Fingerprint(1, 1)
    (tmp_path / "here/a.safetensors").unlink()
    (tmp_path / "unplugged").rename(tmp_path / "gone")
    batches = list(scan(roots, known, processes=0))
    assert batches[-1].missing == (str(tmp_path / "here/a.safetensors"),)
    assert [item.path for batch in batches for item in batch.unreachable] == [roots[1].path]


def test_problems_of_files_have_codes(tmp_path: Path) -> None:
    whole = put(tmp_path, "whole.safetensors").read_bytes()[:-10]
    contents = {
        "cut.safetensors": whole,
        "empty.safetensors": b"",
        "corrupt.safetensors": (4).to_bytes(8, "little") + b"nope",
        "page.safetensors": b"<!DOCTYPE html>",
        "disguise.safetensors": b"\x80\x02}q\x00(X\x04\x00",
        "old.ckpt": b"\x80\x02}q\x00.",
        "cut.pt": b"PK\x03\x04",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        os.utime(tmp_path / name, (OLD, OLD))
    (tmp_path / "whole.json").write_text("{")
    found = {e.file.name: codes(e) for e in opened(run(tmp_path))}
    assert found == {
        "whole.safetensors": [HealthCode.SIDECAR],
        "cut.safetensors": [HealthCode.TRUNCATED],
        "empty.safetensors": [HealthCode.ZERO_BYTES],
        "corrupt.safetensors": [HealthCode.CORRUPT_HEADER],
        "page.safetensors": [HealthCode.NOT_A_MODEL],
        "disguise.safetensors": [HealthCode.UNSAFE_FORMAT],
        "old.ckpt": [HealthCode.UNSAFE_FORMAT],
        "cut.pt": [HealthCode.TRUNCATED],
    }


def test_an_unreadable_file_still_has_the_kind_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "a.pt").write_bytes(b"\x80\x02")
    (examined,) = opened(run(tmp_path))
    assert examined.identification.kind is ModelKind.LORA


def test_a_fresh_incomplete_file_is_growing(tmp_path: Path) -> None:
    path = put(tmp_path, age=None)
    os.truncate(path, path.stat().st_size - 5)
    (examined,) = opened(run(tmp_path))
    assert codes(examined) == [HealthCode.GROWING]


@pytest.mark.parametrize("how", ["grow", "touch", "vanish"])
def test_a_change_during_the_read_is_detected(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path)
    real = read_header

    def meanwhile(name: str) -> object:
        result = real(name)
        if how == "grow":
            with path.open("ab") as file:
                file.write(b"more")
        elif how == "touch":
            os.utime(path)
        else:
            path.unlink()
            return real(name)
        return result

    monkeypatch.setattr(examine_module, "read_header", meanwhile)
    (examined,) = opened(run(tmp_path))
    assert not examined.is_stable
    assert codes(examined)[0] is (HealthCode.MISSING if how == "vanish" else HealthCode.GROWING)


def test_a_file_under_two_roots_is_listed_for_each_and_a_nested_root_adds_nothing(
    tmp_path: Path,
) -> None:
    put(tmp_path)
    roots = [Root(str(tmp_path), "loras"), Root(str(tmp_path), "vae"), Root(str(tmp_path), "loras")]
    assert [e.file.root.folder for e in opened(scan(roots, {}, processes=0))] == ["loras", "vae"]


def test_scanning_in_processes_gives_the_same_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_module, "MIN_FILES_FOR_PROCESSES", 1)
    monkeypatch.setattr(scan_module, "BATCH", 2)
    for number in range(5):
        put(tmp_path, f"{number}.safetensors")
    batches = list(scan([Root(str(tmp_path), "loras")], {}, processes=1))
    assert [len(batch.examined) for batch in batches[1:-1]].count(2) == 2
    assert sorted(opened(batches), key=lambda e: e.file.name) == opened(run(tmp_path))


def test_a_killed_process_does_not_lose_files(tmp_path: Path) -> None:
    put(tmp_path)
    files = [e.file for e in opened(run(tmp_path))]
    future: Future[list[Examined]] = Future()
    future.set_exception(BrokenProcessPool())
    assert scan_module._result(future, files) == [examine(files[0])]


def test_processes_that_cannot_start_do_not_lose_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def submit(self, *_: object) -> None:
            raise BrokenProcessPool

        def shutdown(self, **_: object) -> None:
            pass

    put(tmp_path)
    files = [e.file for e in opened(run(tmp_path))]
    monkeypatch.setattr(scan_module, "ProcessPoolExecutor", Broken)
    assert list(scan_module._examine_in_processes([files], 2)) == [[examine(files[0])]]


async def test_scanning_does_not_block_the_event_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        put(tmp_path, f"{number}.safetensors")

    ticks = 0

    def slow(file: object) -> Examined:
        before = ticks
        deadline = time.monotonic() + PATIENCE_SECONDS
        while ticks < before + 5 and time.monotonic() < deadline:
            time.sleep(0.005)
        return examine(file)  # type: ignore[arg-type]

    monkeypatch.setattr(scan_module, "examine", slow)

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.005)
            ticks += 1

    ticking = asyncio.create_task(tick())
    batches = [b async for b in scan_in_background([Root(str(tmp_path), "loras")], {}, processes=0)]
    ticking.cancel()
    assert len(opened(batches)) == 3
    assert ticks >= 15


async def test_a_cancelled_scan_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_module, "BATCH", 1)
    for number in range(5):
        put(tmp_path, f"{number}.safetensors")
    examined: list[object] = []
    started, may_end = threading.Event(), threading.Event()

    def slow(file: object) -> Examined:
        examined.append(file)
        started.set()
        may_end.wait(PATIENCE_SECONDS)
        return examine(file)  # type: ignore[arg-type]

    monkeypatch.setattr(scan_module, "examine", slow)

    async def consume() -> None:
        async for _ in scan_in_background([Root(str(tmp_path), "loras")], {}, processes=0):
            pass

    task = asyncio.create_task(consume())
    await asyncio.to_thread(started.wait, PATIENCE_SECONDS)
    task.cancel()
    try:
        _, waiting = await asyncio.wait({task}, timeout=PATIENCE_SECONDS / 2)
        assert not waiting, "the loop waited for the disk"
    finally:
        may_end.set()
    assert task.cancelled()
    assert len(examined) < 5


def test_closing_a_scan_stops_it(tmp_path: Path) -> None:
    put(tmp_path)
    batches: Iterator[Batch] = scan([Root(str(tmp_path), "loras")], {}, processes=0)
    assert next(batches).total == 1
    batches.close()  # type: ignore[attr-defined]
    assert list(batches) == []


def test_duplicates_are_found_by_tensor_hash() -> None:
    files = [
        Hashed("/b", (1, 1), "aaa"),
        Hashed("/a", (1, 2), "aaa"),
        Hashed("/hardlink-of-a", (1, 2), "aaa"),
        Hashed("/c", (1, 3), "ccc"),
        Hashed("/d", (1, 4), ""),
        Hashed("/e", (1, 5), ""),
    ]
    assert duplicates(files) == {"aaa": ("/a", "/b")}


def test_a_checkpoint_among_loras_is_a_conflict(tmp_path: Path) -> None:
    Specimen(
        name="x.safetensors", shapes={**unets.XL_UNET, **unets.XL_TEXT, **unets.VAE}, expect={}
    ).write(tmp_path)
    (examined,) = opened(run(tmp_path))
    assert examined.identification.kind is ModelKind.CHECKPOINT
    assert examined.identification.conflicts
