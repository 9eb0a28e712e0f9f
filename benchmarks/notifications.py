"""Time the unread count among 100,000 notifications, on a PostgreSQL server of its own.

Standalone: ``python benchmarks/notifications.py [--rows 100000] [--queries 1000]``; prints one JSON
object of milliseconds. ``server`` is the time reported by EXPLAIN ANALYZE; ``round_trip`` the query over
asyncpg, with ``SELECT 1`` as its floor; ``service`` the call of the service with its session. All rows
belong to one user, the worst case; the count stops at 10,000.
"""

import argparse
import asyncio
import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

import genonaut.content.tables
import genonaut.jobs.tables  # noqa: F401  # tables that notifications refer to
from genonaut.accounts.tables import Role, User
from genonaut.config.settings import DatabaseSettings
from genonaut.db import UnitOfWork, migrations
from genonaut.db.engine import make_engine
from genonaut.embedded import Source, postgres
from genonaut.notifications.repository import unread_count_query
from genonaut.notifications.service import NotificationService

SHARES = {"1 % unread": 100, "10 % unread": 10, "all unread": 1}
"""Every n-th row is unread."""
_EXECUTION = re.compile(r"Execution Time: ([0-9.]+) ms")
_FILL = text(
    "INSERT INTO user_notifications (user_id, title, message, notification_type, read_status) "
    "SELECT :user_id, '8 of 8 done', repeat('a lighthouse at dusk ', 5), 'job_completed', "
    "n % :every <> 0 FROM generate_series(1, :rows) AS n"
)


async def timed(act: Callable[[], Awaitable[Any]], queries: int) -> dict[str, float]:
    """Return median and 99th percentile of consecutive calls."""
    for _ in range(10):
        await act()
    taken = []
    for _ in range(queries):
        began = time.perf_counter()
        await act()
        taken.append((time.perf_counter() - began) * 1000)
    return summary(taken)


def summary(milliseconds: list[float]) -> dict[str, float]:
    """Return median and 99th percentile."""
    ordered = sorted(milliseconds)
    return {
        "p50_ms": round(statistics.median(ordered), 3),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)], 3),
    }


async def fill(engine: AsyncEngine, user_id: UUID, rows: int, every: int) -> None:
    """Replace all notifications by ``rows`` new ones, vacuumed and analysed."""
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL synchronous_commit = on"))
        await connection.execute(text("TRUNCATE user_notifications"))
        await connection.execute(_FILL, {"user_id": user_id, "every": every, "rows": rows})
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE user_notifications"))


async def measure(engine: AsyncEngine, url: str, user_id: UUID, queries: int) -> dict[str, Any]:
    """Time the count in the server, over asyncpg and through the service."""
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    compiled = unread_count_query(user_id).compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    query = str(compiled)

    async def ask() -> int:
        async with UnitOfWork(sessions()) as uow:
            return await NotificationService(uow, user_id=user_id).unread_count()

    connection = await asyncpg.connect(url.replace("postgresql+asyncpg", "postgresql"))
    try:
        in_server = []
        for _ in range(queries):
            lines = await connection.fetch(f"EXPLAIN (ANALYZE, TIMING OFF) {query}")
            found = _EXECUTION.search("\n".join(line[0] for line in lines))
            in_server.append(float(found[1]) if found else float("nan"))
        return {
            "unread": await ask(),
            "server": summary(in_server),
            "floor_select_1": await timed(lambda: connection.fetchval("SELECT 1"), queries),
            "round_trip": await timed(lambda: connection.fetchval(query), queries),
            "service": await timed(ask, queries),
        }
    finally:
        await connection.close()


async def unread_counts(*, rows: int, queries: int) -> dict[str, Any]:
    """Time the count for several shares of unread rows."""
    with tempfile.TemporaryDirectory(prefix="genonaut-notifications-") as folder:
        Path(folder).chmod(0o755)  # as root, PostgreSQL runs as another user
        async with postgres(
            source=Source("auto"), data_dir=Path(folder) / "postgres", port=None, durable=False
        ) as server:
            url = server.url_for("postgres")
            await migrations.upgrade(url)
            engine = make_engine(DatabaseSettings(url=url), application="benchmark")
            user = User(id=uuid4(), username="ann", role=Role.USER)
            async with UnitOfWork(async_sessionmaker(engine, expire_on_commit=False)()) as uow:
                uow.session.add(user)
            result: dict[str, Any] = {"rows": rows, "queries": queries}
            for name, every in SHARES.items():
                await fill(engine, user.id, rows, every)
                result[name] = await measure(engine, url, user.id, queries)
            await engine.dispose()
            return result


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=1_000)
    options = parser.parse_args()
    result = asyncio.run(unread_counts(rows=options.rows, queries=options.queries))
    sys.stdout.write(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
