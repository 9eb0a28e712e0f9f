"""Which bytes answer a request for a stored file: conditions and ranges of HTTP.

Source: RFC 9110, sections 13 (conditional requests) and 14 (range requests).
"""

import re
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

import msgspec

from genonaut.core.errors import GenonautError

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
IMMUTABLE = "private, max-age=31536000, immutable"
REVALIDATED = "private, max-age=0, must-revalidate"


class UnsatisfiableRangeError(GenonautError):
    """The range lies beyond the end of the file."""

    code = "range_not_satisfiable"

    def __init__(self, size_bytes: int) -> None:
        super().__init__(f"the file has {size_bytes} bytes; ask for a range within them")
        self.size_bytes = size_bytes


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """The headers of a request that decide what is sent; None where absent."""

    if_none_match: str | None = None
    if_modified_since: str | None = None
    if_range: str | None = None
    range: str | None = None


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored: its size in bytes, a strong tag of its bytes, and when it was made."""

    size_bytes: int
    etag: str
    modified: datetime

    @property
    def last_modified(self) -> str:
        """Return the time as HTTP writes it."""
        return format_datetime(self.modified.replace(microsecond=0), usegmt=True)


class Part(msgspec.Struct, frozen=True):
    """The bytes to send: ``start`` inclusive, ``end`` exclusive."""

    start: int
    end: int


def is_unchanged(conditions: Conditions, stored: Stored) -> bool:
    """Tell whether the client already has the file; If-None-Match wins over the date."""
    if conditions.if_none_match is not None:
        tags = [tag.strip().removeprefix("W/") for tag in conditions.if_none_match.split(",")]
        return "*" in tags or stored.etag in tags
    if conditions.if_modified_since is None:
        return False
    since = _date(conditions.if_modified_since)
    return since is not None and stored.modified.replace(microsecond=0) <= since


def part_wanted(conditions: Conditions, stored: Stored) -> Part | None:
    """Return the part to send, None for the whole file.

    Several ranges at once, other units, and ranges of an older version are answered whole.

    Raises:
        UnsatisfiableRangeError: the range starts beyond the end.
    """
    found = _ONE_RANGE.fullmatch((conditions.range or "").strip())
    if found is None or found.groups() == ("", "") or not _matches_if_range(conditions, stored):
        return None
    first, last = found.groups()
    size = stored.size_bytes
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise UnsatisfiableRangeError(size)
    return Part(start, end)


def _matches_if_range(conditions: Conditions, stored: Stored) -> bool:
    return conditions.if_range is None or conditions.if_range in {
        stored.etag,
        stored.last_modified,
    }


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo is not None else None
