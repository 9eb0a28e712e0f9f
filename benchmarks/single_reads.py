"""Time reads of jobs and content over HTTP, one after another; floors: a query over asyncpg, and an empty route."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import asyncpg
from benchmarks.figures import timed
from benchmarks.installation import Installation

ROWS = 100_000
_FILL = f"""
INSERT INTO generation_batches (id, user_id, request_hash, size, open_count, ended_at)
SELECT gen_random_uuid(), u.id, '', 1, 0, now() FROM users u LIMIT 1;
INSERT INTO generation_jobs (user_id, batch_id, batch_index, job_type, status, prompt,
    negative_prompt, checkpoint_model, lora_models, width, height, batch_size, params, needs,
    attempt, created_at, completed_at)
SELECT b.user_id, b.id, 0, 'image', 'completed', 'an image of thing ' || n, '',
    'sd15.safetensors', '[]', 512, 512, 1,
    '{{"seed": 1, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal",
      "denoise": 1.0, "version": 1}}', '{{}}', 1, now(), now()
FROM generate_series(1, {ROWS}) AS n, (SELECT * FROM generation_batches WHERE request_hash = '') b;
ANALYZE;
"""  # noqa: S608  # constants


async def single_reads(here: Installation, samples: int) -> dict[str, Any]:
    """Insert 100,000 jobs and time the requests of the web app's pages."""
    url = here.settings.database.url.replace("postgresql+asyncpg", "postgresql")
    connection = await asyncpg.connect(url)
    await connection.execute(_FILL)
    job_id = await connection.fetchval("SELECT max(id) - 500 FROM generation_jobs")
    async with aiohttp.ClientSession() as http:

        def get(path: str) -> Callable[[], Awaitable[Any]]:
            async def act() -> None:
                async with http.get(here.api_url + path) as answer:
                    answer.raise_for_status()
                    await answer.read()

            return act

        jobs = "/api/v1/generation-jobs/"
        found = {
            "floor_asyncpg_by_id": await timed(
                lambda: connection.fetchrow("SELECT * FROM generation_jobs WHERE id = $1", job_id),
                samples,
            ),
            "floor_empty_route": await timed(get("/health/live"), samples),
            "job_by_id": await timed(get(f"{jobs}{job_id}"), samples),
            "job_list_first_page": await timed(get(jobs), samples),
            "job_list_search": await timed(get(f"{jobs}?search=thing+777"), samples),
            "content_list": await timed(get("/api/v1/content/"), samples),
        }
    await connection.close()
    return {"rows": ROWS, **found}
