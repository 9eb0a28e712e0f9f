"""Damaged files are noticed by comparing them with their hashes, and answered as damaged."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from tests.builders import make_content
from tests.support.people import Person, Town

from genonaut.content import verification
from genonaut.content.tables import ContentItem
from genonaut.content.trash import purge_expired
from genonaut.content.verification import VerificationResult, verify_files
from genonaut.worker.housekeeping import do_maintenance

MONTH, HOUR = timedelta(days=31), timedelta(hours=1)


async def make_due(town: Town, ago: timedelta = MONTH) -> None:
    async with town.runtime.begin() as uow:
        await uow.session.execute(
            update(ContentItem).values(
                verified_at=func.now() - ago, updated_at=ContentItem.updated_at
            )
        )


async def item_of(town: Town, content_id: int) -> ContentItem:
    async with town.runtime.begin() as uow:
        return (
            await uow.session.scalars(select(ContentItem).where(ContentItem.id == content_id))
        ).one()


async def path_of(town: Town, tmp_path: Path, content_id: int) -> Path:
    return tmp_path / "files" / (await item_of(town, content_id)).storage_key


async def status_of(ann: Person, content_id: int, path: str = "image") -> tuple[int, str]:
    answer = await ann.http.get(f"/content/{content_id}/{path}")
    is_problem = answer.headers["content-type"].startswith("application/problem")
    return answer.status_code, answer.json()["code"] if is_problem else ""


async def test_a_changed_file_of_equal_length_is_answered_as_damaged_until_restored(
    town: Town, ann: Person, tmp_path: Path
) -> None:
    content_id = await make_content(town.runtime, ann.identity)
    whole = await make_content(town.runtime, ann.identity)
    path = await path_of(town, tmp_path, content_id)
    data = path.read_bytes()
    path.write_bytes(data[:-20] + bytes(byte ^ 1 for byte in data[-20:]))
    before = (await item_of(town, content_id)).updated_at
    assert await verify_files(town.runtime) == VerificationResult(), "new files are not due"
    await make_due(town)
    assert await verify_files(town.runtime) == VerificationResult(checked=2, damaged=1)
    assert await status_of(ann, content_id) == (404, "file_damaged")
    assert await status_of(ann, content_id, "image?metadata=strip") == (404, "file_damaged")
    assert (await status_of(ann, content_id, "thumbnails/small"))[0] == 200
    assert (await status_of(ann, whole))[0] == 200
    assert await verify_files(town.runtime) == VerificationResult()

    path.write_bytes(data)
    await make_due(town, HOUR)
    assert await verify_files(town.runtime) == VerificationResult(checked=1)
    assert (await status_of(ann, content_id))[0] == 200
    item = await item_of(town, content_id)
    assert (item.damaged_at, item.updated_at) == (None, before)


async def test_missing_files_are_counted_but_not_damaged(
    town: Town, ann: Person, tmp_path: Path
) -> None:
    content_id = await make_content(town.runtime, ann.identity)
    (await path_of(town, tmp_path, content_id)).unlink()
    await make_due(town)
    assert await verify_files(town.runtime) == VerificationResult(checked=1, missing=1)
    assert await status_of(ann, content_id) == (404, "file_missing")


async def test_an_item_that_is_purged_meanwhile_is_not_counted(
    town: Town, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_content(town.runtime, ann.identity, is_trashed=True)
    await make_due(town)
    original = verification.hash_of

    async def purge_first(*arguments: object) -> str | None:
        async with town.runtime.begin() as uow:
            await uow.session.execute(update(ContentItem).values(deleted_at=func.now() - MONTH))
        await purge_expired(town.runtime)
        return await original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(verification, "hash_of", purge_first)
    assert await verify_files(town.runtime) == VerificationResult()


async def test_a_run_is_limited_in_time_and_the_next_continues(
    town: Town, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_BATCH_SIZE", 2)
    for _ in range(5):
        await make_content(town.runtime, ann.identity)
    await make_due(town)
    assert await verify_files(town.runtime, longest=timedelta(0)) == VerificationResult()
    assert await verify_files(town.runtime) == VerificationResult(checked=5)


async def test_housekeeping_verifies_files(town: Town, ann: Person, tmp_path: Path) -> None:
    content_id = await make_content(town.runtime, ann.identity)
    path = await path_of(town, tmp_path, content_id)
    path.write_bytes(bytes(path.stat().st_size))
    await make_due(town)
    await do_maintenance(town.runtime)
    assert (await item_of(town, content_id)).damaged_at is not None
