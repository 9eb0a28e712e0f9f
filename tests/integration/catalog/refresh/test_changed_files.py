"""Deleted, moved, changed, damaged and conflicting files, and hashing them."""

import asyncio
import dataclasses
import os
from pathlib import Path

import msgspec
import pytest
from tests.support.models import hash_all, move, put, refresh, rows, specimen

from genonaut.catalog import hashing
from genonaut.catalog.details import details_of
from genonaut.catalog.messages import RefreshModels
from genonaut.catalog.refresh.hashing_task import backlog
from genonaut.catalog.refresh.refresher import refresh_models
from genonaut.catalog.service import CatalogService, Correction
from genonaut.runtime import Runtime

ONE = "checkpoints/one.safetensors"


async def correct(runtime: Runtime, name: str, **fields: object) -> int:
    model_id = (await rows(runtime))[name].id
    async with runtime.begin() as uow:
        await CatalogService(uow).correct(model_id, Correction(**fields))  # type: ignore[arg-type]
    return model_id


async def test_deleted_files_that_return_keep_their_corrections(
    runtime: Runtime, models: Path
) -> None:
    path = put(specimen("sd1"), models / ONE)
    await refresh(runtime)
    model_id = await correct(runtime, ONE, notes="mine", enabled=False)
    path.rename(models / "elsewhere")
    assert (await refresh(runtime))["missing"] == 1
    gone = (await rows(runtime))[ONE]
    assert gone.unavailable_since is not None
    (models / "elsewhere").rename(path)
    await refresh(runtime)
    back = (await rows(runtime))[ONE]
    assert (back.id, back.overrides, back.enabled) == (model_id, {"notes": "mine"}, False)
    assert back.unavailable_since is None


@pytest.mark.parametrize("is_hashed", [True, False])
async def test_moved_files_keep_their_corrections(
    runtime: Runtime, models: Path, *, is_hashed: bool
) -> None:
    path = put(specimen("sd1"), models / ONE)
    await refresh(runtime)
    model_id = await correct(runtime, ONE, display_name="Mine")
    to = models / "checkpoints" / "sub" / "two.safetensors"
    if is_hashed:  # moved to another file system: recognised only by its hash
        await hash_all(runtime)
        move(path, to)
        await refresh(runtime)
        assert len(await rows(runtime)) == 2
        await hash_all(runtime)
    else:  # moved within one file system: the inode stays the same
        to.parent.mkdir()
        path.rename(to)
        assert (await refresh(runtime))["moved"] == 1
    found = await rows(runtime)
    assert list(found) == ["checkpoints/sub/two.safetensors"]
    moved = found["checkpoints/sub/two.safetensors"]
    assert (moved.id, moved.title, moved.unavailable_since) == (model_id, "Mine", None)
    again = await refresh(runtime)
    assert (again["added"], again["changed"], again["missing"]) == (0, 0, 0)


async def test_hashes_are_kept_until_the_file_changes(runtime: Runtime, models: Path) -> None:
    path = put(specimen("sd1"), models / ONE)
    await refresh(runtime)
    await hash_all(runtime)
    first = (await rows(runtime))[ONE]
    assert len(first.sha256 or "") == 64
    assert len(first.tensors_sha256 or "") == 64
    os.utime(path, (1_700_000_100, 1_700_000_100))
    await refresh(runtime)
    assert (await rows(runtime))[ONE].sha256 is None
    await hash_all(runtime)
    assert (await rows(runtime))[ONE].sha256 == first.sha256


async def test_interrupted_hashing_resumes_with_the_remaining_files(
    runtime: Runtime, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        put(
            specimen("sd1", of="lora"),
            models / "loras" / f"{number}.safetensors",
            metadata={"number": "x" * number},
        )
    await refresh(runtime)
    read: list[str] = []
    reached = asyncio.Event()

    original = hashing.hash_file
    loop = asyncio.get_running_loop()

    def watched(path: str, **keywords: object) -> object:
        read.append(path)
        if len(read) == 4:
            loop.call_soon_threadsafe(reached.set)
        return original(path, **keywords)  # type: ignore[arg-type]

    monkeypatch.setattr(hashing, "hash_file", watched)
    task = asyncio.create_task(hash_all(runtime))
    await reached.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with runtime.begin() as uow:
        left = {os.fsdecode(file.path) for file in (await backlog(uow)).files}
    assert 1 <= len(left) <= 3
    read.clear()
    await hash_all(runtime)
    assert set(read) == left
    assert all(row.sha256 for row in (await rows(runtime)).values())


async def test_hard_links_are_hashed_once(
    runtime: Runtime, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(specimen("sd1"), models / ONE)
    os.link(path, models / "checkpoints" / "two.safetensors")
    await refresh(runtime)
    async with runtime.begin() as uow:
        assert len((await backlog(uow)).files) == 1
    await hash_all(runtime)
    found = await rows(runtime)
    assert found[ONE].sha256 == found["checkpoints/two.safetensors"].sha256
    async with runtime.begin() as uow:
        found_details = await details_of(uow.session, list(found.values()))
    assert [one.health for one in found_details] == [[], []]


async def test_duplicates_are_reported(runtime: Runtime, models: Path) -> None:
    put(specimen("sd1"), models / ONE)
    put(specimen("sd1"), models / "checkpoints" / "two.safetensors")
    await refresh(runtime)
    await hash_all(runtime)
    found = await rows(runtime)
    async with runtime.begin() as uow:
        found_details = await details_of(uow.session, [found[ONE]])
    assert [fault.code for fault in found_details[0].health] == ["duplicate"]
    assert "two.safetensors" in found_details[0].health[0].detail


async def test_damaged_files_are_recorded_and_the_scan_continues(
    runtime: Runtime, models: Path
) -> None:
    folder = models / "checkpoints"
    put(specimen("sd1"), models / ONE)
    whole = put(specimen("sdxl"), folder / "cut.safetensors").read_bytes()
    (folder / "cut.safetensors").write_bytes(whole[:20_000])
    os.utime(folder / "cut.safetensors", (1, 1))
    (folder / "empty.safetensors").touch()
    os.utime(folder / "empty.safetensors", (1, 1))
    (folder / "page.safetensors").write_bytes(b"<!doctype html>")
    (folder / "old.ckpt").write_bytes(b"\x80\x02}q\x00.")
    (folder / "quote'\" \n\u202eü.safetensors").write_bytes(whole)
    (folder / os.fsdecode(b"bad\xff.safetensors")).write_bytes(whole)
    report = await refresh(runtime)
    assert report["files"] == 7
    found = await rows(runtime)
    codes = {name: [fault["code"] for fault in row.health] for name, row in found.items()}
    assert codes["checkpoints/cut.safetensors"] == ["truncated"]
    assert codes["checkpoints/empty.safetensors"] == ["zero_bytes"]
    assert codes["checkpoints/page.safetensors"] == ["not_a_model"]
    assert codes["checkpoints/old.ckpt"] == ["unsafe_format"]
    assert "checkpoints/bad\\udcff.safetensors" in found
    assert "checkpoints/quote'\" \n\u202eü.safetensors" in found
    again = await refresh(runtime)
    assert (again["added"], again["changed"]) == (0, 0)
    await hash_all(runtime)
    assert (await rows(runtime))["checkpoints/cut.safetensors"].sha256 is None


async def test_names_too_long_for_the_index_are_reported(runtime: Runtime, models: Path) -> None:
    folder = models / "checkpoints" / "/".join(["d" * 200] * 5)
    put(specimen("sd1"), folder / "x.safetensors")
    report = await refresh(runtime)
    assert "longer than" in report["problems"][0]
    assert await rows(runtime) == {}


async def test_of_two_files_with_one_name_the_first_root_wins(
    runtime: Runtime, models: Path, tmp_path: Path
) -> None:
    second = tmp_path / "more"
    first = put(specimen("sd1"), models / ONE)
    put(specimen("sdxl"), second / ONE)
    catalog = msgspec.structs.replace(runtime.settings.catalog, roots=(str(models), str(second)))
    settings = msgspec.structs.replace(runtime.settings, catalog=catalog)
    both = dataclasses.replace(runtime, settings=settings)
    await refresh(both)
    assert (await rows(both))[ONE].architecture == "sd1"
    first.unlink()
    await refresh(both)
    await refresh(both)
    found = (await rows(both))[ONE]
    assert (found.architecture, found.unavailable_since) == ("sdxl", None)


async def test_models_of_removed_roots_are_missing(
    runtime: Runtime, models: Path, tmp_path: Path
) -> None:
    put(specimen("sd1"), models / ONE)
    put(specimen("sdxl"), tmp_path / "other" / "checkpoints" / "two.safetensors")
    await refresh(runtime)
    for roots, is_there in (((), True), ((str(tmp_path / "other"),), False)):
        catalog = msgspec.structs.replace(runtime.settings.catalog, roots=roots)
        settings = msgspec.structs.replace(runtime.settings, catalog=catalog)
        await refresh(dataclasses.replace(runtime, settings=settings))
        assert ((await rows(runtime))[ONE].unavailable_since is None) is is_there


async def test_an_unmounted_disk_makes_no_model_missing(runtime: Runtime, models: Path) -> None:
    put(specimen("sd1"), models / ONE)
    await refresh(runtime)
    os.rename(models, models.with_name("away"))  # noqa: PTH104  # a rename is instant
    report = await refresh(runtime)
    assert report["problem_count"] >= 1
    assert (await rows(runtime))[ONE].unavailable_since is None


async def test_one_refresh_runs_at_a_time(runtime: Runtime, models: Path) -> None:
    for number in range(20):
        put(specimen("sd1", of="lora"), models / "loras" / f"{number}.safetensors")
    await asyncio.gather(*(refresh_models(runtime, RefreshModels()) for _ in range(4)))
    assert len(await rows(runtime)) == 20
