"""``genonaut storage verify``: rows against files and files against rows."""

import os
import time
import tracemalloc
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update
from tests.builders import keys_of, make_content
from tests.support.commands import genonaut
from tests.support.people import Person, Town

from genonaut.content import store_check
from genonaut.content.cleanup import clean_up
from genonaut.content.file_check import FileCheck
from genonaut.content.store_check import Finding, Problem
from genonaut.content.tables import ContentItem, ContentThumbnail
from genonaut.db.advisory_locks import AdvisoryLock, try_lock_session

LONG_AGO = time.time() - 48 * 3600
ORPHAN = "images/x/2026/01/01/1-1-a.png"


def root(town: Town) -> Path:
    return Path(town.runtime.settings.storage.root)


async def item_of(town: Town, content_id: int) -> ContentItem:
    async with town.runtime.begin() as uow:
        return (
            await uow.session.scalars(select(ContentItem).where(ContentItem.id == content_id))
        ).one()


async def put_orphan(town: Town, key: str = ORPHAN, *, is_old: bool = True) -> Path:
    await town.runtime.store.put({key: b"left behind"})
    path = root(town) / key
    if is_old:
        os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def flip_last_byte(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


async def verify(town: Town, *options: str) -> tuple[int, dict[str, Any]]:
    result = await genonaut(town.runtime.settings, "storage", "verify", "--json", *options)
    return result.exit_code, msgspec.json.decode(result.stdout)


async def test_an_intact_store_is_clean(town: Town, ann: Person) -> None:
    for _ in range(3):
        await make_content(town.runtime, ann.identity)
    await put_orphan(town, is_old=False)
    status, report = await verify(town)
    assert (status, report["is_clean"], report["items"]) == (0, True, 3)
    assert report["findings"] == []
    text = await genonaut(town.runtime.settings, "storage", "verify")
    summary = (
        "checked 3 items with their files, and for 0 older files whether a row references them"
    )
    assert text.stdout == f"{summary}\n", "young files are not checked"
    assert "items: 3 of 3" in text.stderr


async def test_every_kind_of_problem_is_found_and_nothing_is_changed(
    town: Town, ann: Person
) -> None:
    missing, damaged, smaller, whole = [
        await make_content(town.runtime, ann.identity) for _ in range(4)
    ]
    (root(town) / (await item_of(town, missing)).storage_key).unlink()
    flip_last_byte(root(town) / (await item_of(town, damaged)).storage_key)
    thumbnail = next(key for key in await keys_of(town.runtime, smaller) if key.endswith(".webp"))
    (root(town) / thumbnail).unlink()
    orphan = await put_orphan(town)
    status, report = await verify(town)
    found = {(one["problem"], one["content_id"]) for one in report["findings"]}
    assert status == 3
    assert found == {
        ("missing", missing),
        ("damaged", damaged),
        ("thumbnail_missing", smaller),
        ("orphaned", None),
    }
    # The three sizes of a small image share one file.
    assert report["problems"]["thumbnail_missing"] == 3
    assert report["repaired"] == {}
    assert orphan.exists()
    assert (await item_of(town, damaged)).damaged_at is None
    text = await genonaut(town.runtime.settings, "storage", "verify")
    assert f"orphaned: {ORPHAN}\n" in text.stdout
    assert f"(content {missing})" in text.stdout
    assert "1 files without a row\n" in text.stdout
    assert (await ann.http.get(f"/content/{whole}/image")).status_code == 200


async def test_only_a_repair_records_hashes_of_thumbnails(town: Town, ann: Person) -> None:
    content_id = await make_content(town.runtime, ann.identity)

    async def hashes() -> set[str | None]:
        async with town.runtime.begin() as uow:
            query = select(ContentThumbnail.sha256)
            query = query.where(ContentThumbnail.content_id == content_id)
            return set(await uow.session.scalars(query))

    recorded = await hashes()
    async with town.runtime.begin() as uow:  # as earlier versions stored them
        await uow.session.execute(update(ContentThumbnail).values(sha256=None))
    assert (await verify(town))[0] == 0
    assert await hashes() == {None}, "without --repair nothing is written"
    assert (await verify(town, "--repair"))[0] == 0
    assert await hashes() == recorded


async def test_a_repair_marks_images_and_deletes_orphaned_files(town: Town, ann: Person) -> None:
    content_id = await make_content(town.runtime, ann.identity)
    path = root(town) / (await item_of(town, content_id)).storage_key
    data = path.read_bytes()
    flip_last_byte(path)
    orphan = await put_orphan(town)
    status, report = await verify(town, "--repair")
    assert (status, report["repaired"]) == (3, {"orphaned": 1}), "the image is still damaged"
    assert not orphan.exists()
    answer = await ann.http.get(f"/content/{content_id}/image")
    assert answer.json()["code"] == "file_damaged"
    path.write_bytes(data)
    assert (await verify(town, "--repair"))[0] == 0
    assert (await ann.http.get(f"/content/{content_id}/image")).status_code == 200


async def test_a_repair_makes_thumbnails_again(town: Town, ann: Person) -> None:
    missing, damaged = [await make_content(town.runtime, ann.identity) for _ in range(2)]
    for content_id, act in ((missing, Path.unlink), (damaged, flip_last_byte)):
        keys = await keys_of(town.runtime, content_id)
        act(root(town) / next(key for key in keys if key.endswith(".webp")))
    _, found = await verify(town)
    assert found["problems"] == {"thumbnail_missing": 3, "thumbnail_damaged": 3}
    status, report = await verify(town, "--repair")
    assert (status, report["repaired"]) == (0, report["problems"])
    assert (await verify(town))[1]["findings"] == []


async def test_quick_compares_sizes_only(town: Town, ann: Person) -> None:
    changed, cut = [await make_content(town.runtime, ann.identity) for _ in range(2)]
    flip_last_byte(root(town) / (await item_of(town, changed)).storage_key)
    path = root(town) / (await item_of(town, cut)).storage_key
    path.write_bytes(path.read_bytes()[:-1])
    _, report = await verify(town, "--quick")
    assert [one["content_id"] for one in report["findings"]] == [cut]


async def test_a_new_database_does_not_empty_the_store(town: Town) -> None:
    orphan = await put_orphan(town)
    status, report = await verify(town, "--repair")
    assert (status, report["problems"], report["repaired"]) == (3, {"orphaned": 1}, {})
    assert orphan.exists()


async def test_an_item_that_is_purged_during_the_check_is_no_problem(
    town: Town, ann: Person
) -> None:
    await make_content(town.runtime, ann.identity, is_trashed=True)
    found: list[Finding] = []
    check = FileCheck(town.runtime, on_finding=found.append)
    batches = check._batches()
    batch = await anext(batches)
    emptied = await ann.http.delete("/content/trash")
    assert emptied.status_code == 200, emptied.text
    await check.check_row(batch[0])
    assert found == []


async def test_a_file_that_gets_its_row_before_the_deletion_is_kept(
    town: Town, ann: Person
) -> None:
    content_id = await make_content(town.runtime, ann.identity)
    orphan = await put_orphan(town)
    check = FileCheck(town.runtime, is_repairing=True)
    async with town.runtime.begin() as uow:
        await uow.session.execute(
            update(ContentItem).where(ContentItem.id == content_id).values(storage_key=ORPHAN)
        )
    await check._check_keys([ORPHAN], may_delete=True)
    assert orphan.exists()


async def test_no_file_is_deleted_while_a_backup_runs(town: Town, ann: Person) -> None:
    await make_content(town.runtime, ann.identity)
    orphan = await put_orphan(town)
    async with try_lock_session(town.runtime.engine, AdvisoryLock.FILE_DELETION) as is_ours:
        assert is_ours
        assert (await verify(town, "--repair"))[1]["repaired"] == {}
        assert (await clean_up(town.runtime)).orphaned_files == 0
        assert orphan.exists()
    assert (await clean_up(town.runtime)).orphaned_files == 1


async def test_memory_does_not_grow_with_the_number_of_files(
    town: Town, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With ten times the files the peak is about the same: batches, not lists."""
    await make_content(town.runtime, ann.identity)
    monkeypatch.setattr(store_check, "_KEYS", 50)
    folder = root(town) / "images" / "y"
    folder.mkdir(parents=True)
    peaks = []
    for first, count in ((0, 500), (500, 5000)):
        for one in range(first, first + count):
            path = folder / f"{one}.png"
            path.touch()
            os.utime(path, (LONG_AGO, LONG_AGO))
        tracemalloc.start()
        report = await FileCheck(town.runtime).run()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert report.problems == {Problem.ORPHANED: 5500}
    assert peaks[1] < 3 * peaks[0] + 500_000


async def test_rows_are_read_in_batches(
    town: Town, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_check, "_ROWS", 2)
    monkeypatch.setattr(store_check, "_AT_ONCE", 2)
    for _ in range(5):
        await make_content(town.runtime, ann.identity)
    steps: list[tuple[str, int, int | None]] = []
    report = await FileCheck(town.runtime, on_progress=lambda *step: steps.append(step)).run()
    assert report.items == 5
    assert [step[1] for step in steps if step[0] == "items"] == [2, 4, 5]


async def test_an_unreadable_store_exits_with_1(town: Town, ann: Person) -> None:
    await make_content(town.runtime, ann.identity)
    result = await genonaut(
        town.runtime.settings,
        "storage",
        "verify",
        GENONAUT_STORAGE__ROOT="s3://bucket/files",
        AWS_ENDPOINT="https://127.0.0.1:9",
        AWS_REGION="x",
        AWS_ACCESS_KEY_ID="x",
        AWS_SECRET_ACCESS_KEY="x",
    )
    assert result.exit_code == 1
    assert "the storage" in result.stderr
