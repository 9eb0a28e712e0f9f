"""Time pages of a gallery of 100,000 items on a PostgreSQL server of its own.

Standalone: ``python benchmarks/gallery.py [--items 100000] [--rounds 20]``; prints one JSON object of
milliseconds (median and maximum) of calls of the service: SQL and objects, without HTTP.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support.gallery import fill_gallery, settle

from genonaut.accounts.tables import Role, User
from genonaut.config.settings import DatabaseSettings
from genonaut.content.facets import FACETS, facets_of, facets_query
from genonaut.content.filters import ContentFilter
from genonaut.content.ordering import Sort
from genonaut.content.repository import count_query, counted_keys_query, keys_query
from genonaut.content.service import ContentService
from genonaut.content.stats import gallery_stats
from genonaut.content.tag_usage import complete_tag
from genonaut.core.clock import utcnow
from genonaut.db import UnitOfWork, migrations
from genonaut.db.engine import make_engine
from genonaut.embedded import Source, postgres

Work = Callable[[UnitOfWork], Awaitable[object]]


def pages(viewer_id: UUID) -> dict[str, Work]:
    """Return the work to time by name: first pages with totals, as the gallery requests them."""

    def page(sort: Sort = "newest", **filters: object) -> Work:
        async def work(uow: UnitOfWork) -> object:
            wanted = ContentFilter(viewer_id=viewer_id, **filters)  # type: ignore[arg-type]
            service = ContentService(uow, viewer_id=viewer_id, is_admin=False)
            return await service.page(wanted, sort=sort, cursor=None, limit=50)

        return work

    async def last_page(uow: UnitOfWork) -> object:
        service = ContentService(uow, viewer_id=viewer_id, is_admin=False)
        wanted = ContentFilter(viewer_id=viewer_id)
        oldest = await service.page(wanted, sort="oldest", cursor=None, limit=1)
        return await service.neighbours(oldest.rows[0].item.id, wanted, sort="newest")

    def facets(**filters: object) -> Work:
        async def work(uow: UnitOfWork) -> object:
            wanted = ContentFilter(viewer_id=viewer_id, **filters)  # type: ignore[arg-type]
            return await facets_of(uow.session, wanted)

        return work

    day = utcnow() - timedelta(days=90)
    return {
        "mine, newest": page(),
        "mine, top rated": page("top-rated"),
        "community": page(scope="community"),
        "mine and public": page(scope="all"),
        "mine and public, top rated": page("top-rated", scope="all"),
        "trash": page(in_trash=True),
        "frequent word": page(words=["lighthouse"]),
        "rare word": page(words=["zeppelin"]),
        "absent word": page(words=["quetzalcoatl"], scope="all"),
        "common tag": page(tags=["common"]),
        "rare tag": page(tags=["rare"], scope="all"),
        "checkpoint": page(checkpoint_model="checkpoint3.safetensors"),
        "one day": page(created_from=day, created_to=day + timedelta(days=1)),
        "neighbours at the end": last_page,
        "statistics": lambda uow: gallery_stats(uow, viewer_id=viewer_id),
        "facets": facets(),
        "facets, mine and public": facets(scope="all"),
        "facets, frequent word": facets(words=["lighthouse"]),
        "facets, rare word": facets(words=["zeppelin"], scope="all"),
        "facets, tag and model": facets(
            tags=["common"], checkpoint_model="checkpoint3.safetensors"
        ),
        "tags": lambda uow: complete_tag(uow, viewer_id=viewer_id, typed="co", limit=20),
    }


async def time_all(engine: AsyncEngine, viewer_id: UUID, rounds: int) -> dict[str, object]:
    """Return median and maximum of every page in milliseconds."""
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    found: dict[str, object] = {}
    for name, work in pages(viewer_id).items():
        taken = []
        for _ in range(rounds):
            async with UnitOfWork(sessions()) as uow:
                began = time.perf_counter()
                await work(uow)
                taken.append((time.perf_counter() - began) * 1000)
        found[name] = _figures(taken)
    return found | await time_in_database(engine, viewer_id, rounds)


async def time_in_database(
    engine: AsyncEngine, viewer_id: UUID, rounds: int
) -> dict[str, dict[str, float]]:
    """Return what PostgreSQL needs to plan and run first pages, those of words with their totals."""

    def wanted(**filters: object) -> ContentFilter:
        return ContentFilter(viewer_id=viewer_id, **filters)  # type: ignore[arg-type]

    queries: dict[str, Select[Any]] = {
        "frequent word": counted_keys_query(wanted(words=["lighthouse"]), "newest", limit=51),
        "rare word": counted_keys_query(wanted(words=["zeppelin"]), "newest", limit=51),
        "mine": keys_query(wanted(), "newest", after=None, limit=51),
        "mine and public": keys_query(wanted(scope="all"), "newest", after=None, limit=51),
        "top rated": keys_query(wanted(scope="all"), "top-rated", after=None, limit=51),
        "total": count_query(wanted(scope="all")),
        "facets": facets_query(wanted(scope="all"), FACETS),
        "facets of a frequent word": facets_query(wanted(words=["lighthouse"]), FACETS),
    }
    found = {}
    async with engine.connect() as connection:
        for name, query in queries.items():
            taken = []
            for _ in range(rounds):
                plan = (await connection.exec_driver_sql(_explained(query))).scalar_one()[0]
                taken.append(plan["Planning Time"] + plan["Execution Time"])
            found[f"{name}, in PostgreSQL"] = _figures(taken)
    return found


def _explained(query: Select[Any]) -> str:
    dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
    sql = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    return f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}"


def _figures(taken: list[float]) -> dict[str, float]:
    # Without the first one, which fills the caches of PostgreSQL and SQLAlchemy.
    return {
        "median_ms": round(statistics.median(taken[1:]), 1),
        "worst_ms": round(max(taken[1:]), 1),
    }


async def run(items: int, rounds: int) -> dict[str, object]:
    """Create items of two users, half each, and time the pages of one of them."""
    with tempfile.TemporaryDirectory(prefix="genonaut-gallery-") as folder:
        Path(folder).chmod(0o755)  # as root, PostgreSQL runs as another user
        async with postgres(
            source=Source("auto"), data_dir=Path(folder) / "postgres", port=None, durable=False
        ) as server:
            url = server.url_for("postgres")
            await migrations.upgrade(url)
            engine = make_engine(DatabaseSettings(url=url), application="benchmark")
            users = [User(id=uuid4(), username=name, role=Role.USER) for name in ("ann", "bob")]
            owners = [user.id for user in users]
            async with UnitOfWork(async_sessionmaker(engine)()) as uow:
                uow.session.add_all(users)
            for owner in owners:
                await fill_gallery(engine, owner, count=items // 2)
            await settle(engine)
            result = await time_all(engine, owners[0], rounds)
            await engine.dispose()
            return {"items": items, "page_size": 50, **result}


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    result = asyncio.run(run(options.items, options.rounds))
    sys.stdout.write(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
