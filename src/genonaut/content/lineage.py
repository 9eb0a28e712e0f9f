"""From which items an item was made, and which items were made from it."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    cast,
    literal_column,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from genonaut.content.filters import IS_PUBLIC, NOT_TRASHED
from genonaut.content.tables import ContentItem

MAX_CHILDREN = 100


class Lineage(msgspec.Struct, frozen=True):
    """The items around one item, as far as the viewer may see them, with their thumbnails."""

    parents: Sequence[ContentItem]
    """In the order in which the job named them."""
    children: Sequence[ContentItem]
    """The newest first, at most ``MAX_CHILDREN``."""
    has_more_children: bool


async def lineage_of(session: AsyncSession, item: ContentItem, *, viewer_id: UUID) -> Lineage:
    """Return the parents and children of an item that are the viewer's own or public."""
    parents: dict[int, ContentItem] = {}
    if item.source_content_ids:
        query = _visible(viewer_id).where(ContentItem.id.in_(item.source_content_ids))
        parents = {one.id: one for one in await session.scalars(query)}
    query = (
        _visible(viewer_id)
        .where(*made_from(item.id))
        .order_by(ContentItem.id.desc())
        .limit(MAX_CHILDREN + 1)
    )
    children = (await session.scalars(query)).all()
    return Lineage(
        [parents[one] for one in item.source_content_ids if one in parents],
        children[:MAX_CHILDREN],
        has_more_children=len(children) > MAX_CHILDREN,
    )


def made_from(content_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of items that were made from an item; an index serves them."""
    sources = ContentItem.source_content_ids
    contains = sources.op("@>", is_comparison=True)(cast([content_id], ARRAY(BigInteger)))
    # A literal, not a parameter: PostgreSQL needs the value to choose a partial index.
    return contains, sources != literal_column("'{}'")


def _visible(viewer_id: UUID) -> Select[ContentItem]:
    return (
        select(ContentItem)
        .options(selectinload(ContentItem.thumbnails))
        .where(NOT_TRASHED, or_(ContentItem.user_id == viewer_id, IS_PUBLIC))
    )
