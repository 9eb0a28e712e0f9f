"""Evaluate conditional requests, ranges and Accept headers for a stored file.

Source: RFC 9110, sections 12.5.1 (Accept), 13 (conditional requests) and 14 (range requests).
"""

import re
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

import msgspec

from genonaut.core.errors import GenonautError

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_WEIGHT = re.compile(r"q\s*=\s*([01](?:\.\d{0,3})?)", re.ASCII)
JPEG = "image/jpeg"
IMMUTABLE = "private, max-age=31536000, immutable"
REVALIDATED = "private, max-age=0, must-revalidate"


class UnsatisfiableRangeError(GenonautError):
    """The requested range is beyond the end of the file."""

    code = "range_not_satisfiable"

    def __init__(self, size_bytes: int) -> None:
        super().__init__(f"the file has {size_bytes} bytes; ask for a range within them")
        self.size_bytes = size_bytes


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """The request headers that decide what is sent; None when absent."""

    if_none_match: str | None = None
    if_modified_since: str | None = None
    if_range: str | None = None
    range: str | None = None


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A stored file: size in bytes, strong entity tag, and time of creation."""

    size_bytes: int
    etag: str
    modified: datetime

    @property
    def last_modified(self) -> str:
        """Return the time in the format of HTTP dates."""
        return _http_date(self.modified)


@lru_cache(maxsize=1024)
def _http_date(moment: datetime) -> str:
    return format_datetime(moment.replace(microsecond=0), usegmt=True)


class ByteRange(msgspec.Struct, frozen=True):
    """The bytes to send: ``start`` inclusive, ``end`` exclusive."""

    start: int
    end: int

    def content_range(self, size_bytes: int) -> str:
        """Return the value of Content-Range for a file of ``size_bytes``."""
        return f"bytes {self.start}-{self.end - 1}/{size_bytes}"


def is_unchanged(conditions: Conditions, stored: Stored) -> bool:
    """Return whether the client already has the file; If-None-Match wins over the date."""
    if conditions.if_none_match is not None:
        tags = [tag.strip().removeprefix("W/") for tag in conditions.if_none_match.split(",")]
        return "*" in tags or stored.etag in tags
    if conditions.if_modified_since is None:
        return False
    since = _date(conditions.if_modified_since)
    return since is not None and stored.modified.replace(microsecond=0) <= since


def requested_range(conditions: Conditions, stored: Stored) -> ByteRange | None:
    """Return the range to send, or None for the whole file.

    Requests with several ranges, other units or an outdated If-Range get the whole file.

    Raises:
        UnsatisfiableRangeError: the range starts beyond the end of the file.
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
    return ByteRange(start, end)


@lru_cache(maxsize=256)
def prefers_webp(accept: str | None) -> bool:
    """Return whether to send WebP instead of JPEG; without an Accept header it is JPEG."""
    weights = dict(map(_weighted, (accept or "").lower().split(",")))
    webp = _weight(weights, "image/webp")
    return webp > 0 and webp >= _weight(weights, JPEG)


def _weight(weights: dict[str, float], kind: str) -> float:
    ranges = (kind, kind.partition("/")[0] + "/*", "*/*")
    return next((weights[one] for one in ranges if one in weights), 0.0)


def _weighted(item: str) -> tuple[str, float]:
    """Return a media range and its weight; an invalid weight counts as 1."""
    kind, *parameters = (part.strip() for part in item.split(";"))
    found = next((one for one in map(_WEIGHT.fullmatch, parameters) if one), None)
    return kind, float(found[1]) if found else 1.0


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
