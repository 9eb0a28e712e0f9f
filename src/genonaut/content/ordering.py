"""Sort orders of the gallery, and the cursors that name a position in them."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from msgspec import Meta
from sqlalchemy.orm import InstrumentedAttribute

from genonaut.content.tables import ContentItem
from genonaut.core.ids import MAX_ID, Id
from genonaut.core.pagination import (
    CursorTime,
    Position,
    decode_cursor,
    encode_cursor,
    from_cursor_time,
    to_cursor_time,
)

Sort = Literal["newest", "oldest", "top-rated"]
Key = tuple[Any, ...]
"""The values of the sort columns; the last one is the id."""


class _ByAge(Position, frozen=True):
    list: Literal["content"]
    sort: Literal["newest", "oldest"]
    created_us: CursorTime
    content_id: Id


class _ByRating(Position, frozen=True):
    list: Literal["content"]
    sort: Literal["top-rated"]
    average: Annotated[float, Meta(ge=0, le=5)]
    count: Annotated[int, Meta(ge=0, le=MAX_ID)]
    content_id: Id


def columns(sort: Sort) -> Sequence[InstrumentedAttribute[Any]]:
    """Return the columns of a sort order, ending with the id; an index has the same order."""
    if sort == "top-rated":
        return (ContentItem.rating_average, ContentItem.rating_count, ContentItem.id)
    return (ContentItem.created_at, ContentItem.id)


def key_of(item: ContentItem, sort: Sort) -> Key:
    """Return the position of an item in a sort order."""
    return tuple(getattr(item, column.key) for column in columns(sort))


def write_cursor(key: Key, sort: Sort) -> str:
    """Return the cursor of the page after ``key``."""
    if sort == "top-rated":
        return encode_cursor(_ByRating("content", sort, *key))
    created_at, content_id = key
    return encode_cursor(_ByAge("content", sort, to_cursor_time(created_at), content_id))


def read_cursor(cursor: str, sort: Sort) -> Key:
    """Return the key that ``write_cursor`` encoded for the same sort order.

    Raises:
        InvalidInputError: the text is not a cursor of this list and sort order.
    """
    if sort == "top-rated":
        rated = decode_cursor(cursor, _ByRating)
        return (rated.average, rated.count, rated.content_id)
    aged = decode_cursor(cursor, _ByAge)
    if aged.sort != sort:
        decode_cursor("", _ByAge)
    return (from_cursor_time(aged.created_us), aged.content_id)
