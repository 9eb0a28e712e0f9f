"""A gallery of any size: rows without files, for query plans and timings."""

import asyncio
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

CHECKPOINTS = 20
WORDS = [
    "lighthouse",
    "harbour",
    "fox",
    "forest",
    "river",
    "mountain",
    "castle",
    "robot",
    "garden",
    "winter",
    "summer",
    "dawn",
    "dusk",
    "neon",
    "portrait",
    "watercolour",
    "oil",
    "ink",
    "dragon",
    "whale",
    "tram",
    "bridge",
    "market",
    "library",
    "kitchen",
    "desert",
]

_ALL_VISIBLE = """
SELECT relallvisible >= 0.95 * relpages FROM pg_class WHERE oid = 'content_items'::regclass
"""
_ITEMS = """
INSERT INTO content_items (user_id, content_type, title, prompt, negative_prompt, checkpoint_model,
    visibility, storage_key, width, height, size_bytes, mime, sha256, placeholder, metadata,
    created_at, deleted_at, rating_sum, rating_count, tag_text)
SELECT CAST(:owner AS uuid), 'image', 'Picture ' || n,
    words[1 + n % 26] || ' and ' || words[1 + n / 26 % 26] || ' by a ' || words[1 + n / 7 % 26]
        || CASE WHEN n % 5000 = 17 THEN ' zeppelin' ELSE '' END || ', ' || md5(n::text),
    '', 'checkpoint' || n % CAST(:checkpoints AS int) || '.safetensors',
    CASE WHEN n % 3 = 0 THEN 'public' ELSE 'private' END,
    'images/' || CAST(CAST(:owner AS uuid) AS text) || '/' || n, 512, 512, 500000, 'image/png', md5(n::text), '',
    CAST('{}' AS jsonb), now() - (CAST(:count AS int) - n) * interval '7 minutes',
    CASE WHEN n % 50 = 49 THEN now() END,
    (n % 6) * (n % 4), CASE WHEN n % 6 > 0 THEN n % 4 ELSE 0 END,
    CASE WHEN n % 4000 = 3 THEN 'rare' WHEN n % 3 = 0 THEN 'common' ELSE '' END
FROM generate_series(1, CAST(:count AS int)) AS n, (SELECT CAST(:words AS text[]) AS words) AS vocabulary
"""
_TAGS = """
INSERT INTO content_tags (content_id, tag)
SELECT id, tag_text FROM content_items WHERE user_id = :owner AND tag_text <> ''
"""
_USAGE = """
INSERT INTO tag_usage (user_id, tag, private_count, public_count)
SELECT user_id, tag_text, count(*) FILTER (WHERE visibility = 'private'),
    count(*) FILTER (WHERE visibility = 'public')
FROM content_items WHERE user_id = :owner AND tag_text <> '' AND deleted_at IS NULL GROUP BY 1, 2
"""


async def fill_gallery(engine: AsyncEngine, owner_id: UUID, *, count: int) -> None:
    """Insert ``count`` items of an owner: a third public, one in 50 trashed, tags rare and common."""
    values = {"owner": owner_id, "count": count, "words": WORDS, "checkpoints": CHECKPOINTS}
    async with engine.begin() as connection:
        await connection.execute(text(_ITEMS), values)
        await connection.execute(text(_TAGS), {"owner": owner_id})
        await connection.execute(text(_USAGE), {"owner": owner_id})


async def settle(engine: AsyncEngine) -> None:
    """Update what PostgreSQL knows of the items, as autovacuum does.

    A page is marked as visible only if no open transaction may miss a row of it: VACUUM is repeated
    until an autovacuum that runs at the same time has ended. Pages at the end that have no rows yet are
    never marked.
    """
    async with engine.connect() as connection, asyncio.timeout(60):
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        is_settled = False
        while not is_settled:
            await connection.execute(text("VACUUM ANALYZE"))
            is_settled = bool(await connection.scalar(text(_ALL_VISIBLE)))
