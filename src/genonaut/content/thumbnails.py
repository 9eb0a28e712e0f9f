"""Make the thumbnails of items again.

A thumbnail is a copy: whatever happens to it, it can be made again while the image is intact.
"""

import asyncio
import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from weakref import WeakValueDictionary

import msgspec
import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.downloads import damaged_file_error
from genonaut.content.file_access import FileItem
from genonaut.content.messages import FileAccessChanged
from genonaut.content.tables import ContentItem, ContentThumbnail, ContentType
from genonaut.content.thumbnail_files import (
    StoredItem,
    find_item,
    intact_file,
    row_of,
)
from genonaut.content.trash import delete_files
from genonaut.core.clock import utcnow
from genonaut.core.errors import NotFoundError
from genonaut.runtime import Runtime
from genonaut.storage.errors import BadImageError, BadImageReason, BadKeyError, FileMissingError
from genonaut.storage.layout import thumbnail_key
from genonaut.storage.results import process_result
from genonaut.storage.thumbnails import THUMBNAIL_MIME, Thumbnail, ThumbnailSize

log = structlog.get_logger()
AGAIN_AFTER = timedelta(hours=6)
"""A thumbnail that could not be made is rarely possible later: only with a restored or repaired image."""


class RebuildOutcome(StrEnum):
    """The outcome of making thumbnails again."""

    REBUILT = "rebuilt"
    GONE = "gone"
    """The item was deleted."""
    IMAGE_MISSING = "image_missing"
    IMAGE_DAMAGED = "image_damaged"
    FAILED = "failed"
    """The image is intact, but thumbnails cannot be made from it."""


class _Rebuild(msgspec.Struct, frozen=True):
    outcome: RebuildOutcome
    made: Sequence[Thumbnail] = ()


# One rebuild per item and process at a time; a second one in another process writes the same bytes.
_locks: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()


async def read_thumbnail(runtime: Runtime, item: FileItem, size: ThumbnailSize) -> bytes:
    """Return a thumbnail as WebP; a missing or damaged one is made again from the image.

    Raises:
        FileMissingError: the image is missing too.
        NotFoundError: the item has no such thumbnail, and it cannot be made at present.
        ContentFileDamagedError: the thumbnail is damaged, and it cannot be made at present.
        StorageError: the storage cannot be read or written.
    """
    data = await intact_file(runtime, row_of(item.thumbnails, size))
    if data is not None:
        return data
    async with _lock_of(runtime, item.id):
        current = await find_item(runtime, item.id)
        if current is None:
            raise NotFoundError(f"no content {item.id}")
        # Another request may have made it while this one waited.
        data = await intact_file(runtime, row_of(current.thumbnails, size))
        if data is not None:
            return data
        log.warning("content.thumbnail_damaged", content=item.id, size=size)
        rebuild = _Rebuild(RebuildOutcome.FAILED)
        if not current.is_postponed:
            rebuild = await _rebuild(runtime, current, frozenset(ThumbnailSize))
    return _made(rebuild, current, size)


async def rebuild_thumbnails(
    runtime: Runtime, content_id: int, *, sizes: Collection[ThumbnailSize] = tuple(ThumbnailSize)
) -> RebuildOutcome:
    """Make the thumbnails of an item again from its image, and store them and their hashes.

    Args:
        runtime: database, storage and image processor.
        content_id: the item, in the gallery or in the trash.
        sizes: the thumbnails to make; the others are kept as they are.

    Raises:
        StorageError: the storage cannot be read or written.
    """
    async with _lock_of(runtime, content_id):
        item = await find_item(runtime, content_id)
        if item is None:
            return RebuildOutcome.GONE
        return (await _rebuild(runtime, item, frozenset(sizes))).outcome


async def rebuild_due_thumbnails(runtime: Runtime, *, most: int = 1000) -> int:
    """Make the thumbnails that could not be made before, the longest due first; return their items.

    What still fails is postponed by 6 hours.

    Raises:
        StorageError: the storage cannot be read or written.
    """
    query = (
        select(ContentItem.id)
        .where(ContentItem.thumbnails_due_at <= func.now())
        .order_by(ContentItem.thumbnails_due_at)
        .limit(most)
    )
    async with runtime.begin() as uow:
        due = (await uow.session.scalars(query)).all()
    outcomes = [await rebuild_thumbnails(runtime, content_id) for content_id in due]
    if due:
        rebuilt = outcomes.count(RebuildOutcome.REBUILT)
        log.info("content.thumbnails_rebuilt", items=rebuilt, failed=len(due) - rebuilt)
    return outcomes.count(RebuildOutcome.REBUILT)


async def number_of_items(runtime: Runtime) -> int:
    """Return the number of items, with those in the trash."""
    async with runtime.begin() as uow:
        return await uow.session.scalar(select(func.count()).select_from(ContentItem)) or 0


async def next_items(runtime: Runtime, *, after: int, limit: int) -> Sequence[int]:
    """Return the next ids after one, ascending, with those in the trash."""
    query = select(ContentItem.id).where(ContentItem.id > after).order_by(ContentItem.id)
    async with runtime.begin() as uow:
        return (await uow.session.scalars(query.limit(limit))).all()


def _lock_of(runtime: Runtime, content_id: int) -> asyncio.Lock:
    return _locks.setdefault((id(runtime), content_id), asyncio.Lock())


async def _rebuild(runtime: Runtime, item: StoredItem, sizes: frozenset[ThumbnailSize]) -> _Rebuild:
    outcome = RebuildOutcome.FAILED
    if not item.has_picture:
        return _Rebuild(outcome)
    try:
        data = await runtime.store.read(item.storage_key)
        digest = await asyncio.to_thread(hashlib.sha256, data)
        if digest.hexdigest() == item.sha256:
            made = await _thumbnails_of(runtime, item, data)
            return await _store(runtime, item, made, sizes)
        outcome = RebuildOutcome.IMAGE_DAMAGED
    except FileMissingError:
        outcome = RebuildOutcome.IMAGE_MISSING
    except (BadImageError, BadKeyError) as error:
        log.warning("content.thumbnails_failed", content=item.id, error=str(error))
    await _postpone(runtime, item, is_damaged=outcome is RebuildOutcome.IMAGE_DAMAGED)
    return _Rebuild(outcome)


async def _thumbnails_of(runtime: Runtime, item: StoredItem, data: bytes) -> Sequence[Thumbnail]:
    if item.content_type is ContentType.IMAGE:
        return await runtime.image_processor.thumbnails(data)
    async with runtime.store.staging() as path:
        await asyncio.to_thread(path.write_bytes, data)
        work = partial(process_result, path, item.storage_key, item.content_type)
        made = (await runtime.image_processor.run_limited(work)).thumbnails
    if not made:
        raise BadImageError("no thumbnails can be made here", reason=BadImageReason.CORRUPT)
    return made


async def _store(
    runtime: Runtime, item: StoredItem, made: Sequence[Thumbnail], sizes: frozenset[ThumbnailSize]
) -> _Rebuild:
    """Write the files, then the rows that refer to them."""
    keys = {
        one.size: thumbnail_key(item.storage_key, longest_edge_px=one.longest_edge_px)
        for one in made
    }
    files = {keys[one.size]: one.data for one in made if one.size in sizes}
    await runtime.store.put(files)
    # Equal thumbnails share a file, so the rows of other sizes may refer to it too.
    written = [one for one in made if keys[one.size] in files]
    async with runtime.begin() as uow:
        is_there = await _lock(uow.session, item.id)
        if is_there:
            await _write_rows(uow.session, item, written, keys)
    if not is_there:
        await delete_files(runtime, list(files))
        return _Rebuild(RebuildOutcome.GONE)
    return _Rebuild(RebuildOutcome.REBUILT, made)


async def _lock(session: AsyncSession, content_id: int) -> bool:
    """Lock an item against its deletion; return whether it exists."""
    query = select(ContentItem.id).where(ContentItem.id == content_id)
    return await session.scalar(query.with_for_update(key_share=True)) is not None


async def _write_rows(
    session: AsyncSession,
    item: StoredItem,
    written: Sequence[Thumbnail],
    keys: dict[ThumbnailSize, str],
) -> None:
    rows = [
        {
            "content_id": item.id,
            "size": one.size,
            "storage_key": keys[one.size],
            "width": one.width,
            "height": one.height,
            "size_bytes": len(one.data),
            "mime": THUMBNAIL_MIME,
            "sha256": one.sha256,
        }
        for one in written
    ]
    statement = insert(ContentThumbnail).values(rows)
    changed = {
        name: statement.excluded[name] for name in rows[0] if name not in {"content_id", "size"}
    }
    await session.execute(
        statement.on_conflict_do_update(index_elements=["content_id", "size"], set_=changed)
    )
    if {one.size for one in item.thumbnails} | {one.size for one in written} == set(ThumbnailSize):
        await _set_due(session, item.id, due_at=None)


async def _postpone(runtime: Runtime, item: StoredItem, *, is_damaged: bool) -> None:
    """Record that the thumbnails cannot be made at present, and that the image is damaged."""
    async with runtime.begin() as uow:
        await _set_due(uow.session, item.id, due_at=utcnow() + AGAIN_AFTER)
        if is_damaged:
            log.error("content.file_damaged", content=item.id, key=item.storage_key)
            damaged = update(ContentItem).where(
                ContentItem.id == item.id, ContentItem.damaged_at.is_(None)
            )
            damaged = damaged.values(damaged_at=func.now(), updated_at=ContentItem.updated_at)
            owner_id = await uow.session.scalar(damaged.returning(ContentItem.user_id))
            if owner_id is not None:
                uow.publish(FileAccessChanged(user_id=owner_id))


async def _set_due(session: AsyncSession, content_id: int, *, due_at: datetime | None) -> None:
    changed = update(ContentItem).where(
        ContentItem.id == content_id, ContentItem.thumbnails_due_at.is_distinct_from(due_at)
    )
    await session.execute(
        # `updated_at` is for changes that users made.
        changed.values(thumbnails_due_at=due_at, updated_at=ContentItem.updated_at)
    )


def _made(rebuild: _Rebuild, item: StoredItem, size: ThumbnailSize) -> bytes:
    """Return the made thumbnail, or raise why it could not be made."""
    for one in rebuild.made:
        if one.size is size:
            return one.data
    match rebuild.outcome:
        case RebuildOutcome.IMAGE_MISSING:
            raise FileMissingError(f"no file {item.storage_key}")
        case RebuildOutcome.FAILED if row_of(item.thumbnails, size) is None:
            raise NotFoundError(f"content {item.id} has no {size} thumbnail at present")
        case RebuildOutcome.GONE:
            raise NotFoundError(f"no content {item.id}")
        case _:
            raise damaged_file_error(f"content {item.id}")
