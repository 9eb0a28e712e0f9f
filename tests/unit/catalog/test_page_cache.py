import asyncio

import pytest

from genonaut.catalog import page_cache
from genonaut.catalog.messages import ChangedFrame, ModelsChanged
from genonaut.catalog.page_cache import PageCache

CHANGED = ModelsChanged(ChangedFrame(reason="edited", report={}))


class Catalogue:
    """A source of pages that counts how often it is read."""

    def __init__(self) -> None:
        self.reads = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def read(self) -> str:
        self.reads += 1
        page = f"page {self.reads}"
        await self.may_answer.wait()
        return page


@pytest.fixture(autouse=True)
def _long_validity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache, "VALID_SECONDS", 3600.0)


async def test_a_page_is_kept_from_its_second_read_on() -> None:
    cache, catalogue = PageCache[str](), Catalogue()
    assert [await cache.get("a", catalogue.read) for _ in range(4)] == ["page 1", *["page 2"] * 3]
    assert await cache.get("b", catalogue.read) == "page 3"


async def test_a_change_of_the_catalogue_empties_it() -> None:
    cache, catalogue = PageCache[str](), Catalogue()
    for _ in range(3):
        await cache.get("a", catalogue.read)
    cache.on_commit(CHANGED)
    assert await cache.get("a", catalogue.read) == "page 3"


async def test_requests_share_a_query_but_not_one_from_before_a_change() -> None:
    cache, catalogue = PageCache[str](), Catalogue()
    catalogue.may_answer.clear()
    before = [asyncio.create_task(cache.get("a", catalogue.read)) for _ in range(5)]
    await asyncio.sleep(0)
    cache.on_commit(CHANGED)
    after = asyncio.create_task(cache.get("a", catalogue.read))
    await asyncio.sleep(0)
    catalogue.may_answer.set()
    assert len(set(await asyncio.gather(*before))) == 1
    assert await after not in set(await asyncio.gather(*before))
    assert catalogue.reads == 2


async def test_an_old_page_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cache, catalogue = PageCache[str](), Catalogue()
    for _ in range(2):
        await cache.get("a", catalogue.read)
    monkeypatch.setattr(page_cache, "VALID_SECONDS", 0.0)
    assert await cache.get("a", catalogue.read) == "page 3"
