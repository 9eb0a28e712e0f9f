"""Query plans of the gallery: no list scans a whole table."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.builders import make_person
from tests.support.gallery import fill_gallery, settle
from tests.support.people import Town

from genonaut.content import facets, repository
from genonaut.content.facets import FACETS, facets_query
from genonaut.content.filters import ContentFilter, Scope
from genonaut.content.ordering import Key, Sort
from genonaut.content.repository import count_query, counted_keys_query, keys_query
from genonaut.content.similar import candidates_query, read_frequencies, search_text_of

pytestmark = pytest.mark.fresh_database
ITEMS = 20_000
NOW = datetime.now(UTC)


async def plan_of(connection: AsyncConnection, query: Executable) -> dict[str, Any]:
    dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
    sql = query.compile(  # type: ignore[attr-defined]
        dialect=dialect, compile_kwargs={"literal_binds": True}
    ).string
    explained = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
    plan: dict[str, Any] = explained.scalar_one()[0]["Plan"]
    return plan


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def rows_sorted(plan: dict[str, Any]) -> int:
    sorts = (node for node in nodes(plan) if node["Node Type"] == "Sort")
    return max((int(node["Plans"][0]["Actual Rows"]) for node in sorts), default=0)


NARROWED: dict[str, dict[str, Any]] = {
    "everything": {},
    "a frequent word": {"words": ["lighthouse"]},
    "a rare word": {"words": ["zeppelin"]},
    "two words": {"words": ["fox", "winter"]},
    "a common tag": {"tags": ["common"]},
    "a rare tag": {"tags": ["rare"]},
    "two tags": {"tags": ["common", "rare"]},
    "a checkpoint": {"checkpoint_model": "checkpoint3.safetensors"},
    "an unknown checkpoint": {"checkpoint_model": "none"},
    "some days": {"created_from": NOW - timedelta(days=9), "created_to": NOW - timedelta(days=8)},
}
SCOPES: tuple[Scope, ...] = ("mine", "community", "all")
DEEP: dict[Sort, Key] = {
    "newest": (NOW - timedelta(days=20), 1),
    "oldest": (NOW - timedelta(days=20), 1),
    "top-rated": (3.0, 1, 1),
}


@pytest.fixture
async def viewer(town: Town) -> UUID:
    ann = await make_person(town.runtime, "ann")
    bob = await make_person(town.runtime, "bob")
    for person in (ann, bob):
        await fill_gallery(town.runtime.engine, person.user_id, count=ITEMS // 2)
    await settle(town.runtime.engine)
    return ann.user_id


async def test_no_page_and_no_neighbour_scans_a_table(town: Town, viewer: UUID) -> None:
    scanned = []
    async with town.runtime.engine.connect() as connection:
        for name, narrowing in NARROWED.items():
            for scope, sort, back in itertools.product(SCOPES, DEEP, (False, True)):
                wanted = ContentFilter(viewer_id=viewer, scope=scope, **narrowing)
                query = keys_query(wanted, sort, after=DEEP[sort], limit=21, is_backwards=back)
                plan = await plan_of(connection, query)
                if any(node["Node Type"] == "Seq Scan" for node in nodes(plan)):
                    scanned.append((name, scope, sort, back, scanned_tables(plan)))
    assert scanned == []


async def test_no_page_of_the_trash_scans_a_table(town: Town, viewer: UUID) -> None:
    wanted = ContentFilter(viewer_id=viewer, in_trash=True)
    async with town.runtime.engine.connect() as connection:
        for sort, after in DEEP.items():
            plan = await plan_of(connection, keys_query(wanted, sort, after=after, limit=21))
            assert not any(node["Node Type"] == "Seq Scan" for node in nodes(plan))


async def test_totals_of_rare_values_scan_no_table(town: Town, viewer: UUID) -> None:
    async with town.runtime.engine.connect() as connection:
        for name, scope in itertools.product(
            ("a rare word", "a rare tag", "two tags", "an unknown checkpoint", "some days"), SCOPES
        ):
            wanted = ContentFilter(viewer_id=viewer, scope=scope, **NARROWED[name])
            plan = await plan_of(connection, count_query(wanted))
            assert not any(node["Node Type"] == "Seq Scan" for node in nodes(plan)), name


async def test_a_page_reads_about_as_many_rows_as_it_shows(town: Town, viewer: UUID) -> None:
    async with town.runtime.engine.connect() as connection:
        for scope, sort, is_deep in itertools.product(SCOPES, DEEP, (False, True)):
            wanted = ContentFilter(viewer_id=viewer, scope=scope)
            after = DEEP[sort] if is_deep else None
            plan = await plan_of(connection, keys_query(wanted, sort, after=after, limit=21))
            assert rows_sorted(plan) <= 42
            read = sum(
                node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
                for node in nodes(plan)
                if "Index" in node["Node Type"]
            )
            assert read <= 150, plan


def indexes(plan: dict[str, Any]) -> set[str]:
    return {node["Index Name"] for node in nodes(plan) if "Index Name" in node}


async def test_a_frequent_word_is_counted_in_the_order_of_the_list(
    town: Town, viewer: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a large gallery, more rows match than are counted: else PostgreSQL may as well sort them.
    monkeypatch.setattr(repository, "COUNTED_UP_TO", 100)
    by_age = {"ix_content_items_owner_search", "ix_content_items_owner_long_search"}
    orders: dict[Sort, set[str]] = {
        "newest": by_age,
        "oldest": by_age,
        "top-rated": {"ix_content_items_owner_rated"},
    }
    wanted = ContentFilter(viewer_id=viewer, words=["AND"])
    async with town.runtime.engine.connect() as connection:
        for sort, names in orders.items():
            plan = await plan_of(connection, counted_keys_query(wanted, sort, limit=21))
            assert indexes(plan) == names, sort
            assert rows_sorted(plan) == 0
            if sort != "top-rated":
                (scan,) = (n for n in nodes(plan) if n["Node Type"] == "Index Only Scan")
                assert scan["Heap Fetches"] == 0


async def test_a_rare_word_is_looked_up_before_the_list(town: Town, viewer: UUID) -> None:
    async with town.runtime.engine.connect() as connection:
        for sort, scope in itertools.product(DEEP, SCOPES):
            wanted = ContentFilter(viewer_id=viewer, scope=scope, words=["Zeppelin"])
            plan = await plan_of(connection, counted_keys_query(wanted, sort, limit=21))
            assert "ix_content_items_search_trgm" in indexes(plan), (sort, scope)
            assert rows_sorted(plan) <= 10


def scanned_tables(plan: dict[str, Any]) -> set[str]:
    return {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}


async def test_facets_read_only_the_items_that_they_count(
    town: Town, viewer: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "FACETS_COUNTED", 100)
    async with town.runtime.engine.connect() as connection:
        for scope in SCOPES:
            query = facets_query(ContentFilter(viewer_id=viewer, scope=scope), FACETS)
            plan = await plan_of(connection, query)
            assert "content_items" not in scanned_tables(plan), scope
            read = max(
                node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
                for node in nodes(plan)
                if node.get("Relation Name") == "content_items"
            )
            assert read <= 500, scope
        rare = ContentFilter(viewer_id=viewer, words=["Zeppelin"])
        plan = await plan_of(connection, facets_query(rare, FACETS))
        assert "ix_content_items_search_trgm" in indexes(plan)


async def test_similar_items_are_looked_up_by_rare_words(town: Town, viewer: UUID) -> None:
    async with town.runtime.begin() as uow:
        frequencies = await read_frequencies(uow.session)
    assert frequencies.rows("and") > frequencies.rows("zeppelin")
    search = search_text_of(["and", "zeppelin"], frequencies)
    assert search is not None
    assert search.startswith("zeppelin")
    async with town.runtime.engine.connect() as connection:
        plan = await plan_of(
            connection, candidates_query("zeppelin", viewer_id=viewer, except_id=1)
        )
        assert indexes(plan) == {"ix_content_items_prompt_words"}
        assert rows_sorted(plan) <= 10
