import dataclasses
import os
import time
from datetime import timedelta
from pathlib import Path

import msgspec
from sqlalchemy import update
from tests.builders import keys_of, make_content
from tests.support.counters import increase_of
from tests.support.people import Person, Town

from genonaut.content import cleanup
from genonaut.content.cleanup import CleanUpResult, clean_up
from genonaut.content.tables import ContentItem
from genonaut.content.trash import purge_expired
from genonaut.core.clock import utcnow

LONG_AGO = time.time() - 48 * 3600


def files(root: Path) -> dict[str, Path]:
    return {str(path.relative_to(root)): path for path in root.rglob("*") if path.is_file()}


def age(root: Path) -> None:
    for path in files(root).values():
        os.utime(path, (LONG_AGO, LONG_AGO))


async def test_old_files_without_a_row_are_deleted(town: Town, ann: Person, tmp_path: Path) -> None:
    root = tmp_path / "files"
    kept = await keys_of(town.runtime, await make_content(town.runtime, ann.identity))
    trashed = await make_content(town.runtime, ann.identity, is_trashed=True)
    kept |= await keys_of(town.runtime, trashed)
    orphans = {"images/x/2026/01/01/1-1-a.png": b"a", "images/x/2026/01/01/1-1-a.256.webp": b"b"}
    await town.runtime.store.put({**orphans, "other/file.bin": b"c"})
    (root / ".staging" / "left").write_bytes(b"half")
    age(root)
    young = {"images/x/2026/01/01/2-1-a.png": b"d"}
    await town.runtime.store.put(young)
    deleted = increase_of("genonaut_orphaned_files_deleted_total")
    assert await clean_up(town.runtime) == CleanUpResult(0, 2, 1)
    assert deleted.value == 2
    assert set(files(root)) == kept | set(young) | {"other/file.bin"}
    assert await clean_up(town.runtime) == CleanUpResult(0, 0, 0)


async def test_every_file_is_checked_in_batches(town: Town, ann: Person, tmp_path: Path) -> None:
    content_id = await make_content(town.runtime, ann.identity)
    number = cleanup._BATCH_SIZE + 3
    folder = tmp_path / "files" / "images" / "x"
    folder.mkdir()
    for one in range(number):
        (folder / f"{one}.png").write_bytes(b"")
    age(tmp_path / "files")
    assert (await clean_up(town.runtime)).orphaned_files == number
    assert set(files(tmp_path / "files")) == await keys_of(town.runtime, content_id)


async def test_without_items_no_file_is_deleted(town: Town, tmp_path: Path) -> None:
    await town.runtime.store.put({"images/x/1.png": b"other data"})
    age(tmp_path / "files")
    assert await clean_up(town.runtime) == CleanUpResult(0, 0, 0)
    assert await town.runtime.store.exists("images/x/1.png")


async def test_the_trash_is_purged_after_trash_days(town: Town, ann: Person) -> None:
    runtime = town.runtime
    days = runtime.settings.storage.trash_days
    assert days == 30
    old = await make_content(runtime, ann.identity, is_trashed=True)
    young = await make_content(runtime, ann.identity, is_trashed=True)
    kept = await make_content(runtime, ann.identity)
    keys = await keys_of(runtime, old)
    async with runtime.begin() as uow:
        for content_id, ago in ((old, days + 0.01), (young, days - 0.01)):
            await uow.session.execute(
                update(ContentItem)
                .where(ContentItem.id == content_id)
                .values(deleted_at=utcnow() - timedelta(days=ago))
            )
    purged = increase_of("genonaut_trash_items_purged_total")
    assert (await clean_up(runtime)).purged_items == 1
    assert purged.value == 1
    assert not any([await runtime.store.exists(key) for key in keys])
    assert (await ann.http.get(f"/content/{old}?trash=true")).status_code == 404
    assert (await ann.http.get(f"/content/{young}?trash=true")).status_code == 200
    assert (await ann.http.get(f"/content/{kept}")).status_code == 200


async def test_two_workers_clean_up_without_waiting(town: Town, ann: Person) -> None:
    runtime = town.runtime
    content_id = await make_content(runtime, ann.identity, is_trashed=True)
    storage = msgspec.structs.replace(runtime.settings.storage, trash_days=1e-9)
    settings = msgspec.structs.replace(runtime.settings, storage=storage)
    with_short_timeout = dataclasses.replace(runtime, settings=settings)
    async with runtime.begin() as uow:
        held = ContentItem.id == content_id
        await uow.session.execute(update(ContentItem).where(held).values(title="held"))
        assert await purge_expired(with_short_timeout) == 0
    assert await purge_expired(with_short_timeout) == 1
