"""Read and check the stored thumbnails of items."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import msgspec
from sqlalchemy import select, update

from genonaut.content.tables import ContentItem, ContentThumbnail, ContentType
from genonaut.core.clock import utcnow
from genonaut.runtime import Runtime
from genonaut.storage.errors import BadImageError, FileMissingError
from genonaut.storage.thumbnails import ThumbnailSize


class StoredRow(msgspec.Struct, frozen=True):
    """The row of a thumbnail; sizes in pixels and bytes."""

    size: ThumbnailSize
    storage_key: str
    width: int
    height: int
    size_bytes: int
    sha256: str | None


PICTURED = frozenset({ContentType.IMAGE, ContentType.VIDEO, ContentType.AUDIO})
"""Types of which an image can be made: itself, the first frame, or the waveform."""
AnyRow = ContentThumbnail | StoredRow
Row = TypeVar("Row", ContentThumbnail, StoredRow)


class StoredItem(msgspec.Struct, frozen=True):
    """What making the thumbnails of an item needs to know of it."""

    id: int
    storage_key: str
    sha256: str
    thumbnails_due_at: datetime | None
    content_type: ContentType
    thumbnails: Sequence[StoredRow]

    @property
    def has_picture(self) -> bool:
        """Return whether items of this type have thumbnails."""
        return self.content_type in PICTURED

    @property
    def is_postponed(self) -> bool:
        """Return whether making the thumbnails failed recently."""
        return self.thumbnails_due_at is not None and self.thumbnails_due_at > utcnow()


async def damaged_thumbnails(
    runtime: Runtime, content_id: int, *, records_hashes: bool
) -> list[ThumbnailSize]:
    """Return the thumbnails of an item that are missing or damaged, small first.

    With ``records_hashes`` the hashes of intact files that were stored without one are recorded;
    otherwise nothing is written.

    Raises:
        StorageError: the storage cannot be read.
    """
    item = await find_item(runtime, content_id)
    if item is None or not item.has_picture:
        return []
    damaged = []
    for size in ThumbnailSize:
        row = row_of(item.thumbnails, size)
        data = await intact_file(runtime, row)
        if row is None or data is None or not await _decodes(runtime, row, data):
            damaged.append(size)
        elif records_hashes and row.sha256 is None:
            await _record_hash(runtime, item.id, row, data)
    return damaged


async def find_item(runtime: Runtime, content_id: int) -> StoredItem | None:
    """Return an item with the rows of its thumbnails."""
    item, one = ContentItem, ContentThumbnail
    query = select(
        item.id, item.storage_key, item.sha256, item.thumbnails_due_at, item.content_type
    )
    rows = select(
        one.size, one.storage_key, one.width, one.height, one.size_bytes, one.sha256
    ).where(one.content_id == content_id)
    async with runtime.begin() as uow:
        found = (await uow.session.execute(query.where(item.id == content_id))).one_or_none()
        if found is None:
            return None
        return StoredItem(*found, [StoredRow(*row) for row in await uow.session.execute(rows)])


async def intact_file(runtime: Runtime, row: AnyRow | None) -> bytes | None:
    """Return a stored thumbnail if it is what its row records.

    Raises:
        StorageError: the storage cannot be read.
    """
    if row is None:
        return None
    try:
        data = await runtime.store.read(row.storage_key)
    except FileMissingError:
        return None
    return data if _is_intact(data, row) else None


def _is_intact(data: bytes, row: AnyRow) -> bool:
    if row.sha256 is not None:
        return hashlib.sha256(data).hexdigest() == row.sha256
    # Stored without a hash: compare the length with the row and with the header of the file.
    # Source: RFC 9649, section 2.4 (WebP file header).
    length = int.from_bytes(data[4:8], "little") + 8
    is_webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return is_webp and len(data) == row.size_bytes == length


async def _decodes(runtime: Runtime, row: StoredRow, data: bytes) -> bool:
    """Return whether a file without a recorded hash is an image of the size that its row says."""
    if row.sha256 is not None:
        return True
    try:
        return await runtime.image_processor.size_of_thumbnail(data) == (row.width, row.height)
    except BadImageError:
        return False


async def _record_hash(runtime: Runtime, content_id: int, row: StoredRow, data: bytes) -> None:
    one = ContentThumbnail
    statement = update(one).where(
        one.content_id == content_id, one.size == row.size, one.sha256.is_(None)
    )
    async with runtime.begin() as uow:
        await uow.session.execute(statement.values(sha256=hashlib.sha256(data).hexdigest()))


def row_of(thumbnails: Sequence[Row], size: ThumbnailSize) -> Row | None:
    """Return the row of one size."""
    return next((one for one in thumbnails if one.size == size), None)
