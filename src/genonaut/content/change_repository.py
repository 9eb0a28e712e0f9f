"""Locks, updates and deletes many items in a few statements; no rules, no commit."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Select,
    String,
    Text,
    case,
    cast,
    column,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
    values,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.actions import ItemState
from genonaut.content.tables import (
    ContentItem,
    ContentPublication,
    ContentTag,
    ContentThumbnail,
)


class Changed(msgspec.Struct, frozen=True):
    """An item before and after a change; ``after`` is None when it is deleted."""

    before: ItemState
    after: ItemState | None


class ChangeRepository:
    """Locks items and writes their changes."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self, ids: Sequence[int], *, owner_id: UUID | None) -> dict[int, ItemState]:
        """Lock the items of an owner (None: of all owners) until the end of the transaction.

        Rows are locked in the order of their ids, so that two requests cannot deadlock.
        """
        item = ContentItem
        query = (
            select(item.id, item.user_id, item.title, item.visibility, item.deleted_at)
            .where(item.id.in_(ids))
            .order_by(item.id)
            .with_for_update(key_share=True)
        )
        if owner_id is not None:
            query = query.where(item.user_id == owner_id)
        rows = (await self._session.execute(query)).all()
        tags = await self._tags([row.id for row in rows])
        return {
            row.id: ItemState(
                id=row.id,
                user_id=row.user_id,
                title=row.title,
                visibility=row.visibility,
                is_trashed=row.deleted_at is not None,
                tags=frozenset(tags.get(row.id, ())),
            )
            for row in rows
        }

    async def write(self, changes: Sequence[Changed]) -> None:
        """Write the changed items that are kept, and their tags."""
        kept = [(one.before, one.after) for one in changes if one.after is not None]
        if not kept:
            return
        await self._write_items([after for _, after in kept])
        removed = [(old.id, tag) for old, new in kept for tag in old.tags - new.tags]
        added = [(old.id, tag) for old, new in kept for tag in new.tags - old.tags]
        if removed:
            row = tuple_(ContentTag.content_id, ContentTag.tag)
            await self._session.execute(delete(ContentTag).where(row.in_(_pairs(removed))))
        if added:
            await self._session.execute(
                insert(ContentTag).from_select(["content_id", "tag"], _pairs(added))
            )

    async def note_published(self, ids: Sequence[int]) -> None:
        """Record that items became visible to all users; only the first time counts."""
        rows = select(func.unnest(cast(sorted(ids), ARRAY(BigInteger))))
        statement = upsert(ContentPublication).from_select(["content_id"], rows)
        await self._session.execute(statement.on_conflict_do_nothing())

    async def remove(self, ids: Sequence[int]) -> list[str]:
        """Delete rows and return the storage keys of their files; the caller deletes the files."""
        images = select(ContentItem.storage_key).where(ContentItem.id.in_(ids))
        thumbnails = select(ContentThumbnail.storage_key).where(
            ContentThumbnail.content_id.in_(ids)
        )
        keys = (await self._session.scalars(images.union(thumbnails))).all()
        await self._session.execute(delete(ContentItem).where(ContentItem.id.in_(ids)))
        return list(keys)

    async def _tags(self, ids: Sequence[int]) -> dict[int, list[str]]:
        query = select(ContentTag.content_id, ContentTag.tag).where(ContentTag.content_id.in_(ids))
        found: dict[int, list[str]] = {}
        for content_id, tag in await self._session.execute(query):
            found.setdefault(content_id, []).append(tag)
        return found

    async def _write_items(self, states: Sequence[ItemState]) -> None:
        rows = values(
            column("id", BigInteger),
            column("title", String),
            column("visibility", String),
            column("is_trashed", Boolean),
            column("tag_text", Text),
            name="changed",
        ).data(
            [
                (one.id, one.title, one.visibility, one.is_trashed, "\n".join(sorted(one.tags)))
                for one in states
            ]
        )
        trashed_at = func.coalesce(ContentItem.deleted_at, func.now())
        await self._session.execute(
            update(ContentItem)
            .where(ContentItem.id == rows.c.id)
            .values(
                title=rows.c.title,
                visibility=rows.c.visibility,
                tag_text=rows.c.tag_text,
                deleted_at=case((rows.c.is_trashed, trashed_at), else_=None),
            )
            .execution_options(synchronize_session=False)
        )


def _pairs(pairs: Sequence[tuple[int, str]]) -> Select[Any, Any]:
    """Return the pairs as rows, with two parameters for any number of pairs."""
    ids, tags = zip(*pairs, strict=True)
    return select(
        func.unnest(cast(list(ids), ARRAY(BigInteger))),
        func.unnest(cast(list(tags), ARRAY(String))),
    )
