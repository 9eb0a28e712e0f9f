"""Lists of the API that are read page by page."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import msgspec

from genonaut.cli.api_client import Filters

PAGE_SIZE = 100
Row = TypeVar("Row")


class Page(msgspec.Struct, Generic[Row], frozen=True):
    """One page of a list, or its first pages; ``total`` is None if more are there than were counted."""

    items: list[Row]
    next_cursor: str | None = None
    total: int | None = None


async def first_items(
    read: Callable[[Filters], Awaitable[Page[Row]]], limit: int | None = None
) -> Page[Row]:
    """Return the first items of a list and the total of its first page.

    Args:
        read: requests a page, with the parameters of its size and position.
        limit: at least 1; None reads to the end.
    """
    found: list[Row] = []
    total: int | None = None
    cursor: str | None = None
    while True:
        size = PAGE_SIZE if limit is None else min(PAGE_SIZE, limit - len(found))
        page = await read([("limit", str(size)), *([("cursor", cursor)] if cursor else [])])
        total = total if cursor else page.total
        found += page.items
        cursor = page.next_cursor
        if cursor is None or len(found) == limit:
            return Page(found, cursor, total)
