"""The web app: its unit tests, and the journeys that need an installation of their own."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from tests.e2e.conftest import address_of, running_installation
from tests.support.journeys import FirstFailures, run_build, run_journeys
from tests.support.processes import Servers

from genonaut.config import Settings

MANY = 100_000
# Copies of one image: rows of their own that share the files.
_MULTIPLY = """
WITH sample AS (SELECT * FROM content_items ORDER BY id LIMIT 1),
made AS (
    INSERT INTO content_items (
        user_id, content_type, title, prompt, negative_prompt, checkpoint_model, storage_key,
        width, height, size_bytes, mime, sha256, placeholder, metadata, created_at
    )
    SELECT user_id, content_type, 'image ' || n, prompt, negative_prompt, checkpoint_model,
        'many/' || n, width, height, size_bytes, mime, sha256, placeholder, metadata,
        created_at - n * interval '1 second'
    FROM sample, generate_series(1, :many) AS n
    RETURNING id
)
INSERT INTO content_thumbnails (content_id, size, storage_key, width, height, size_bytes, mime)
SELECT made.id, one.size, one.storage_key, one.width, one.height, one.size_bytes, one.mime
FROM made, content_thumbnails AS one WHERE one.content_id = (SELECT id FROM sample)
"""


# Ended jobs of 3 and of 20 days ago, and three images of 40 days ago.
_HISTORY = """
INSERT INTO job_statistics_hourly (hour, outcome, error_code, backend, model, architecture, operation,
    job_count, wait_count, wait_seconds, wait_seconds_max, render_count, render_seconds,
    render_seconds_max)
VALUES
    (date_trunc('hour', now() - interval '3 days'), 'completed', '', 'sim1', 'earlier.safetensors',
        'sd1', 'generate', 2, 2, 4, 3, 2, 20, 12),
    (date_trunc('hour', now() - interval '3 days'), 'failed', 'execution_failed', 'sim1',
        'earlier.safetensors', 'sd1', 'generate', 3, 3, 6, 3, 0, 0, 0),
    (date_trunc('hour', now() - interval '20 days'), 'completed', '', 'gone', 'earlier.safetensors',
        'sd1', 'generate', 4, 4, 8, 3, 4, 40, 12);
"""
_AGED = """
UPDATE content_items SET created_at = created_at - interval '40 days'
WHERE id IN (SELECT id FROM content_items ORDER BY id LIMIT 3)
"""


# The limits of the tests are the highest of all, so that they start first.
@pytest.mark.timeout(1800)
def test_unit_tests() -> None:
    done = run_build("vitest", "run")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.timeout(1800)
async def test_gallery_of_100_000_images(
    installation: Settings, browser: str, first_failures: FirstFailures, tmp_path: Path
) -> None:
    engine = create_async_engine(installation.database.url)
    async with engine.begin() as connection:
        await connection.execute(text(_MULTIPLY), {"many": MANY})
    async with engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(
            text("ANALYZE content_items, content_thumbnails")
        )
    await engine.dispose()
    await run_journeys(
        "large",
        tmp_path / "report.json",
        first_failures=first_failures,
        GENONAUT_TEST_WEB_URL=address_of(installation),
        GENONAUT_CHROMIUM=browser,
    )


@pytest.mark.timeout(1800)
async def test_journeys_with_login(
    guarded: dict[str, str], browser: str, first_failures: FirstFailures, tmp_path: Path
) -> None:
    await run_journeys(
        "login",
        tmp_path / "report.json",
        first_failures=first_failures,
        **guarded,
        GENONAUT_CHROMIUM=browser,
    )


@pytest.mark.timeout(1800)
async def test_journeys_of_monitoring(
    web_app: None,
    servers: Servers,
    template: str,
    browser: str,
    *,
    first_failures: FirstFailures,
    tmp_path: Path,
) -> None:
    async with running_installation(servers, template, tmp_path, check_seconds=1) as settings:
        engine = create_async_engine(settings.database.url)
        async with engine.begin() as connection:
            await connection.execute(text(_HISTORY))
            await connection.execute(text(_AGED))
        await engine.dispose()
        await run_journeys(
            "monitoring",
            tmp_path / "report.json",
            first_failures=first_failures,
            GENONAUT_TEST_WEB_URL=address_of(settings),
            GENONAUT_CHROMIUM=browser,
        )
