"""Find the files of an item, and decide who may read them, without a query for each request."""

import asyncio
import contextlib
import time
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, Text, bindparam, cast, func, select

from genonaut.accounts.audit import AuditLog, is_foreign
from genonaut.accounts.identity import Identity
from genonaut.content.collection_access import is_shared_with
from genonaut.content.messages import FILES_TOPIC, FileAccessChanged
from genonaut.content.tables import ContentItem, ContentThumbnail, ContentType, Visibility
from genonaut.content.thumbnail_files import StoredRow
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.core.messages import Event
from genonaut.core.metrics import CacheMetrics
from genonaut.db.reader import ReadStatement, Row
from genonaut.realtime import Hub
from genonaut.realtime.mailbox import MailboxClosedError
from genonaut.runtime import Runtime
from genonaut.storage.thumbnails import ThumbnailSize

VALID_SECONDS = 1.0
"""Longest time for which a row is used: bounds how late a change of another process applies."""
_MOST = 10_000
_METRICS = CacheMetrics("files")


class FileItem(msgspec.Struct, frozen=True):
    """What a response with a file needs to know about its row."""

    id: int
    user_id: UUID
    is_public: bool
    is_trashed: bool
    title: str
    sha256: str
    size_bytes: int
    mime: str
    storage_key: str
    created_at: datetime
    is_damaged: bool
    thumbnails: list[StoredRow]
    subject: str = "content"
    """What the id names, for messages."""
    content_type: ContentType = ContentType.IMAGE

    @property
    def name(self) -> str:
        """Return how messages name the row."""
        return f"{self.subject} {self.id}"


def _query() -> Select[*tuple[Any, ...]]:
    item, one = ContentItem, ContentThumbnail
    columns = (getattr(one, name) for name in StoredRow.__struct_fields__)
    thumbnails = select(cast(func.json_agg(func.json_build_array(*columns)), Text))
    thumbnails = thumbnails.where(one.content_id == item.id)
    return select(
        item.id,
        item.user_id,
        item.visibility == Visibility.PUBLIC,
        item.deleted_at.is_not(None),
        item.title,
        item.sha256,
        item.size_bytes,
        item.mime,
        item.storage_key,
        item.created_at,
        item.damaged_at.is_not(None),
        item.content_type,
        thumbnails.correlate(item).scalar_subquery(),
    ).where(item.id == bindparam("content_id"))


BY_ID = ReadStatement(_query())


class FileItemCache:
    """Rows of this process that were read less than a second ago.

    Every ``FileAccessChanged`` that this process commits empties it before the response is sent, so a
    deleted or hidden file is not served afterwards. Those of other processes arrive by `follow`.
    """

    def __init__(self) -> None:
        self._entries: dict[int, tuple[FileItem, float]] = {}
        self._generation = 0

    @property
    def generation(self) -> int:
        """Return a number that changes when the cache is emptied; read it before the database."""
        return self._generation

    def find(self, content_id: int) -> FileItem | None:
        """Return the item, if it was read less than a second ago."""
        found = self._entries.get(content_id)
        is_hit = found is not None and time.monotonic() - found[1] < VALID_SECONDS
        _METRICS.count(is_hit=is_hit)
        return found[0] if found is not None and is_hit else None

    def store(self, item: FileItem, *, generation: int, read_at: float) -> None:
        """Keep an item, unless it is damaged or the cache was emptied while it was read.

        A damaged item may be repaired by another process, and then is to be served at once.

        Args:
            item: what the database said.
            generation: ``self.generation`` from before the query.
            read_at: the monotonic time from before the query.
        """
        if generation != self._generation or item.is_damaged:
            return
        self._entries.pop(item.id, None)  # moves it to the end
        self._entries[item.id] = (item, read_at)
        if len(self._entries) > _MOST:
            del self._entries[next(iter(self._entries))]

    def on_commit(self, event: Event) -> None:
        """Forget everything if an event that this process commits changes who may see a file."""
        if isinstance(event, FileAccessChanged):
            self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._generation += 1

    async def follow(self, hub: Hub) -> None:
        """Forget everything when another process changes who may see a file, or Redis is lost."""
        while True:
            async with hub.watch([FILES_TOPIC]) as mailbox:
                self.clear()
                with contextlib.suppress(MailboxClosedError):
                    while True:
                        await mailbox.get()
                        self.clear()
            self.clear()
            await asyncio.sleep(0.1)


class FileAccess:
    """Finds the files that one user may read; an administrator may read all."""

    def __init__(self, runtime: Runtime, cache: FileItemCache, viewer: Identity) -> None:
        self.runtime = runtime
        self._cache = cache
        self._viewer = viewer

    async def item(self, content_id: int, *, in_trash: bool) -> FileItem:
        """Return an own or public item, from the trash only an own one.

        Raises:
            NotFoundError: there is no such item that the viewer may see.
        """
        item = self._cache.find(content_id) or await self._read(content_id)
        if item is None or item.is_trashed != in_trash:
            raise NotFoundError(f"no content {content_id}")
        if self._viewer.is_admin or item.user_id == self._viewer.user_id:
            if not item.is_public and is_foreign(item.user_id):
                await self._record_foreign_read(item)
        elif in_trash or not (item.is_public or await self._is_shared(item)):
            raise NotFoundError(f"no content {content_id}")
        return item

    async def _is_shared(self, item: FileItem) -> bool:
        async with self.runtime.begin() as uow:
            return await is_shared_with(
                uow.session, item.id, owner_id=item.user_id, viewer_id=self._viewer.user_id
            )

    async def _read(self, content_id: int) -> FileItem | None:
        if not is_valid_id(content_id):
            return None
        generation, read_at = self._cache.generation, time.monotonic()
        item = await read_file_item(self.runtime, content_id)
        if item is None:
            return None
        self._cache.store(item, generation=generation, read_at=read_at)
        return item

    async def _record_foreign_read(self, item: FileItem) -> None:
        async with self.runtime.begin() as uow:
            audit = AuditLog(uow.session)
            await audit.record_foreign_read(f"content:{item.id}", owner_id=item.user_id)


async def read_file_item(runtime: Runtime, content_id: int) -> FileItem | None:
    """Return what the database says of an item; the caller decides who may read it."""
    row = await runtime.reader.fetch_one(BY_ID, content_id=content_id)
    return None if row is None else _item_of(row)


def _item_of(row: Row) -> FileItem:
    *plain, content_type, thumbnails = row
    rows = [] if thumbnails is None else msgspec.json.decode(thumbnails)
    found = [StoredRow(ThumbnailSize(size), *rest) for size, *rest in rows]
    return FileItem(*[*plain, found, "content", ContentType(content_type)])
