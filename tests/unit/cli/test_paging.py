"""Lists that the command line reads page by page."""

from genonaut.cli.api_client import Filters
from genonaut.cli.paging import Page, first_items

ROWS = list(range(250))


async def read(filters: Filters) -> Page[int]:
    """Return a page as the API does; each says another total, as while rows are added."""
    given = dict(filters)
    first = int(given.get("cursor", 0))
    after = first + int(given["limit"])
    cursor = str(after) if after < len(ROWS) else None
    return Page(ROWS[first:after], cursor, len(ROWS) + first)


async def test_a_list_is_read_to_its_end() -> None:
    assert await first_items(read) == Page(ROWS, None, 250)


async def test_no_more_rows_are_read_than_wanted() -> None:
    assert await first_items(read, 120) == Page(ROWS[:120], "120", 250)
    assert await first_items(read, 100) == Page(ROWS[:100], "100", 250)
