"""Keyset pagination: opaque cursors, and totals whose cost is bounded."""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Generic, TypeVar

import msgspec
from msgspec import Meta

from genonaut.core.errors import InvalidInputError
from genonaut.core.schemas import NO_NUL

T = TypeVar("T")
C = TypeVar("C", bound="Position")

DEFAULT_LIMIT = 20
MAX_PAGE = 100
COUNTED_UP_TO = 10_000
"""Totals beyond this are reported as unknown: counting them would cost more than the page."""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAST_MICROSECOND = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND

CursorTime = Annotated[int, Meta(ge=0, le=_LAST_MICROSECOND)]
"""A time in a cursor: microseconds since 1970, the precision of PostgreSQL."""
CursorText = Annotated[str, Meta(max_length=1_000, pattern=NO_NUL)]
"""A text in a cursor: PostgreSQL must accept it as a parameter."""


class Position(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Base of the content of a cursor: the sort key of the last row of a page.

    Clients can forge cursors, so fields need types with bounds: ``Id`` for ids, ``CursorText`` for texts.
    """


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None
    total: int | None
    """Exact up to 10,000 on the first page; null beyond, and on every later page."""


class Slice(msgspec.Struct, Generic[T], frozen=True):
    """The rows of one page and the cursor of the next, as services return them."""

    rows: Sequence[T]
    next_cursor: str | None
    total: int | None


def encode_cursor(position: Position) -> str:
    """Return the position as URL-safe text."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(position)).rstrip(b"=").decode()


def decode_cursor(text: str, kind: type[C]) -> C:
    """Decode a position that ``encode_cursor`` encoded.

    Raises:
        InvalidInputError: the text is not a cursor of this list and order.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return msgspec.msgpack.decode(data, type=kind)
    except (binascii.Error, ValueError, RecursionError, msgspec.MsgspecError):
        message = "is not a valid cursor of this list; omit it to get the first page"
        raise InvalidInputError.of("cursor", message) from None


def to_cursor_time(moment: datetime) -> CursorTime:
    """Return the time as cursors contain it."""
    return (moment - _EPOCH) // _MICROSECOND


def from_cursor_time(microseconds: CursorTime) -> datetime:
    """Return the time that ``to_cursor_time`` converted."""
    return _EPOCH + microseconds * _MICROSECOND


def bounded_total(counted: int) -> int | None:
    """Return an exact total, or None when the count reached its limit."""
    return counted if counted <= COUNTED_UP_TO else None
