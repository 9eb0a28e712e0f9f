"""The web app: its own unit tests, and its journeys in a real browser."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from tests.e2e.conftest import address_of, npm

from genonaut.config import Settings

MANY = 100_000
# One picture many times: rows of their own, files in common.
_MULTIPLY = """
WITH sample AS (SELECT * FROM content_items ORDER BY id LIMIT 1),
made AS (
    INSERT INTO content_items (
        user_id, content_type, title, prompt, negative_prompt, checkpoint_model, storage_key,
        width, height, size_bytes, mime, sha256, placeholder, metadata, created_at
    )
    SELECT user_id, content_type, 'picture ' || n, prompt, negative_prompt, checkpoint_model,
        'many/' || n, width, height, size_bytes, mime, sha256, placeholder, metadata,
        created_at - n * interval '1 second'
    FROM sample, generate_series(1, :many) AS n
    RETURNING id
)
INSERT INTO content_thumbnails (content_id, size, storage_key, width, height, size_bytes, mime)
SELECT made.id, one.size, one.storage_key, one.width, one.height, one.size_bytes, one.mime
FROM made, content_thumbnails AS one WHERE one.content_id = (SELECT id FROM sample)
"""


@pytest.mark.timeout(1800)
def test_the_units_of_the_web_app() -> None:
    done = npm("test")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.timeout(2400)
async def test_the_journeys_of_the_web_app_in_a_browser(service: str, browser: str) -> None:
    done = await asyncio.to_thread(
        npm, "run", "e2e", GENONAUT_TEST_WEB_URL=service, GENONAUT_CHROMIUM=browser
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


@pytest.mark.timeout(1800)
async def test_the_gallery_with_a_hundred_thousand_pictures(
    installation: Settings, browser: str
) -> None:
    engine = create_async_engine(installation.database.url)
    async with engine.begin() as connection:
        await connection.execute(text(_MULTIPLY), {"many": MANY})
    async with engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(
            text("ANALYZE content_items, content_thumbnails")
        )
    await engine.dispose()
    done = await asyncio.to_thread(
        npm,
        "run",
        "e2e:large",
        GENONAUT_TEST_WEB_URL=address_of(installation),
        GENONAUT_CHROMIUM=browser,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


@pytest.mark.timeout(1800)
async def test_the_journeys_of_people_who_log_in(guarded: dict[str, str], browser: str) -> None:
    done = await asyncio.to_thread(npm, "run", "e2e:login", **guarded, GENONAUT_CHROMIUM=browser)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
