"""Import bookmarks as items of collections, pinned ones also as favourites."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.collection_tables import DESCRIPTION_LENGTH, Collection, CollectionItem
from genonaut.content.favourites import set_favourite
from genonaut.content.tables import ContentItem
from genonaut.core.clock import utcnow
from genonaut.legacy.collections import unsorted_collection
from genonaut.legacy.context import ImportContext
from genonaut.legacy.id_map import BOOKMARK, COLLECTION, ITEM, USER
from genonaut.legacy.source import Row
from genonaut.legacy.values import aware, plain

_MEMBERS = """
SELECT bookmark_id::text AS bookmark, category_id::text AS category, position
FROM bookmark_category_members
WHERE bookmark_id = ANY(CAST(:ids AS uuid[]))
ORDER BY bookmark_id, category_id
"""


class _Place(msgspec.Struct, frozen=True):
    """A collection of a bookmark; without a position it goes to the end."""

    collection_id: int
    position: int | None


class _Bookmark(msgspec.Struct, frozen=True):
    row: Row
    user_id: UUID
    content_id: int
    places: Sequence[_Place]


async def import_bookmarks(context: ImportContext) -> None:
    """Import the bookmarks of imported users to imported items."""
    total, done = await context.database.count("bookmarks"), 0
    async for batch in context.database.batches("bookmarks"):
        rows = [one for one in batch if one.get("deleted_at") is None]
        rows = await context.unknown(BOOKMARK, rows)
        users = await context.ids.known(USER, [row["user_id"] for row in rows])
        members, private = await _members(context, rows), await _private_to_others(context, rows)
        for row in rows:
            user, content_id = users.get(str(row["user_id"])), await _item(context, row)
            if user is None or content_id is None:
                context.report.add(BOOKMARK, row["id"], "its item or its user was not imported")
                continue
            if row["id"] in private:
                context.report.add(BOOKMARK, row["id"], "its item is private to another user")
                continue
            places = members.get(str(row["id"]))
            if not places:
                unsorted = await unsorted_collection(context, row["user_id"], UUID(user))
                places = [_Place(int(unsorted), None)]
            await _import_bookmark(context, _Bookmark(row, UUID(user), int(content_id), places))
        done += len(batch)
        context.on_progress("bookmarks", done, total)


async def _item(context: ImportContext, row: Row) -> str | None:
    kind = ITEM[_source_type(row)]
    return (await context.ids.known(kind, [row["content_id"]])).get(str(row["content_id"]))


def _source_type(row: Row) -> str:
    return "auto" if row.get("content_source_type") == "auto" else "items"


async def _members(context: ImportContext, rows: Sequence[Row]) -> dict[str, list[_Place]]:
    """Return the imported collections of each bookmark."""
    if not rows or not context.database.has("bookmark_category_members"):
        return {}
    found = await context.database.select(_MEMBERS, ids=[str(row["id"]) for row in rows])
    known = await context.ids.known(COLLECTION, {row["category"] for row in found})
    places: dict[str, list[_Place]] = {}
    for row in found:
        if row["category"] in known:
            place = _Place(int(known[row["category"]]), row["position"])
            places.setdefault(row["bookmark"], []).append(place)
    return places


async def _import_bookmark(context: ImportContext, bookmark: _Bookmark) -> None:
    async def write(session: AsyncSession) -> int:
        if bookmark.row.get("pinned"):
            await set_favourite(
                session, bookmark.content_id, user_id=bookmark.user_id, is_favourite=True
            )
        for place in bookmark.places:
            await _add_item(session, bookmark, place)
        await _add_note(context, session, bookmark)
        return bookmark.content_id

    await context.store(BOOKMARK, bookmark.row["id"], write)


async def _private_to_others(context: ImportContext, rows: Sequence[Row]) -> set[UUID]:
    """Return the bookmarks of private items of another user."""
    found = set()
    for source_type in ITEM:
        some = [row for row in rows if _source_type(row) == source_type]
        items = await context.database.items_of(source_type, [row["content_id"] for row in some])
        owners = {one["id"]: one["creator_id"] for one in items if one["is_private"] is not False}
        found |= {
            row["id"]
            for row in some
            if owners.get(row["content_id"], row["user_id"]) != row["user_id"]
        }
    return found


async def _add_item(session: AsyncSession, bookmark: _Bookmark, place: _Place) -> None:
    entry = CollectionItem
    position: float | None = None if place.position is None else place.position + 1
    if position is None or position <= 0:
        last = select(func.max(entry.position)).where(entry.collection_id == place.collection_id)
        position = (await session.scalar(last) or 0.0) + 1
    added = insert(entry).values(
        collection_id=place.collection_id,
        content_id=bookmark.content_id,
        position=position,
        added_by=bookmark.user_id,
        added_at=aware(bookmark.row.get("created_at")) or utcnow(),
    )
    await session.execute(added.on_conflict_do_nothing())


async def _add_note(context: ImportContext, session: AsyncSession, bookmark: _Bookmark) -> None:
    """Add the note, with the title of the item, to the description of the collection.

    Items of collections have no notes here. A note for which there is no space is reported.
    """
    note = plain(bookmark.row.get("note")).strip()
    if not note:
        return
    titled = select(ContentItem.title).where(ContentItem.id == bookmark.content_id)
    line = f"\n{await session.scalar(titled)}: {note}"
    has_space = func.length(Collection.description) + len(line) <= DESCRIPTION_LENGTH
    statement = (
        update(Collection)
        .where(Collection.id == bookmark.places[0].collection_id, has_space)
        .values(description=func.ltrim(Collection.description + line, "\n"))
        .returning(Collection.id)
    )
    if await session.scalar(statement) is None:
        context.report.add(BOOKMARK, bookmark.row["id"], f"its note was not imported: {note}")
