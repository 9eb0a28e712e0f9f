"""Compare whole installations: every row and every file."""

import hashlib
from pathlib import Path
from typing import Any

from tests.support.databases import connect

_TABLES = """
SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
    AND NOT a.attisdropped
GROUP BY 1
"""


async def all_rows(url: str, *, snapshot: str | None = None) -> dict[str, list[str]]:
    """Return every row of every table as text, with generated columns, sorted.

    ``snapshot`` is the name of an exported snapshot; None: the present rows.
    """
    connection = await connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            if snapshot is not None:
                await connection.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
            tables = [row["name"] for row in await connection.fetch(_TABLES)]
            return {
                name: sorted(
                    row[0]
                    for row in await connection.fetch(f'SELECT t::text FROM public."{name}" AS t')  # noqa: S608
                )
                for name in sorted(tables)
            }
    finally:
        await connection.close()


async def counters(url: str) -> dict[str, Any]:
    """Return the last values of all sequences."""
    connection = await connect(url)
    try:
        rows = await connection.fetch("SELECT sequencename, last_value FROM pg_sequences")
        return {row[0]: row[1] for row in rows}
    finally:
        await connection.close()


def all_files(root: Path) -> dict[str, str]:
    """Return the SHA-256 of every file by its path below ``root``, without staged files."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file() and ".staging" not in path.parts
    }
