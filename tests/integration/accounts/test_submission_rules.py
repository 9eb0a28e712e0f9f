"""Limits of a submission: waiting jobs per user, and the prompt policy."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tests.contract.access.world import make_backend
from tests.support.accounts import make_key, make_user, with_login
from tests.support.service import Api, running_api

from genonaut.config import Settings
from genonaut.core.errors import UnavailableError
from genonaut.jobs.tables import GenerationBatch, GenerationJob

JOBS = "/api/v1/generation-jobs"


async def submit(api: Api, headers: dict[str, str], prompt: str = "a fox", size: int = 1) -> int:
    body = {"prompt": prompt, "checkpoint_model": "sd15.safetensors", "batch_size": size}
    return (await api.http.post(JOBS, json=body, headers=headers)).status_code


async def stored(api: Api) -> tuple[int, int]:
    async with api.runtime.begin() as uow:
        jobs = await uow.session.scalar(select(func.count()).select_from(GenerationJob))
        batches = await uow.session.scalar(select(func.count()).select_from(GenerationBatch))
    return jobs or 0, batches or 0


async def test_the_number_of_waiting_jobs_per_user_is_limited(settings: Settings) -> None:
    async with running_api(with_login(settings, jobs__max_waiting_per_user=4)) as api:
        await make_backend(api.runtime)
        grace = await make_key(api.runtime, (await make_user(api.runtime, "grace")).id)
        ada = await make_key(api.runtime, (await make_user(api.runtime, "ada")).id)
        assert await submit(api, grace, size=3) == 201
        body = {"prompt": "x", "checkpoint_model": "sd15.safetensors", "batch_size": 2}
        refused = await api.http.post(JOBS, json=body, headers=grace)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        assert "at most 4 of your jobs may wait" in refused.json()["detail"]
        assert await stored(api) == (3, 1)
        assert await submit(api, ada, size=4) == 201, "others have lines of their own"
        assert await submit(api, grace) == 201
        first = (await api.http.get(f"{JOBS}?limit=1", headers=grace)).json()["items"][0]["id"]
        await api.http.post(f"{JOBS}/{first}/cancel", headers=grace)
        retried = await api.http.post(f"{JOBS}/{first}/retry", headers=grace)
        assert retried.status_code == 201
        assert (await api.http.post(f"{JOBS}/{first}/retry", headers=grace)).status_code == 429


async def test_concurrent_submissions_stay_within_the_limit(settings: Settings) -> None:
    async with running_api(with_login(settings, jobs__max_waiting_per_user=5)) as api:
        await make_backend(api.runtime)
        headers = await make_key(api.runtime, (await make_user(api.runtime, "grace")).id)
        statuses = await asyncio.gather(*[submit(api, headers) for _ in range(12)])
        assert sorted(statuses) == [201] * 5 + [429] * 7
        assert await stored(api) == (5, 5)


async def test_a_repeated_submission_does_not_count_twice(settings: Settings) -> None:
    async with running_api(with_login(settings, jobs__max_waiting_per_user=1)) as api:
        await make_backend(api.runtime)
        key = await make_key(api.runtime, (await make_user(api.runtime, "grace")).id)
        headers = {**key, "Idempotency-Key": "once"}
        assert [await submit(api, headers) for _ in range(3)] == [201] * 3
        assert await stored(api) == (1, 1)


async def test_prompts_on_the_deny_list_are_refused(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "deny.txt"
    path.write_text("[house rule]\npurple elephant\n", encoding="utf-8")
    async with running_api(with_login(settings, policy__deny_list=str(path))) as api:
        await make_backend(api.runtime)
        headers = await make_key(api.runtime, (await make_user(api.runtime, "grace")).id)
        body = {"prompt": "a Purple-Elephant!", "checkpoint_model": "sd15.safetensors"}
        refused = await api.http.post(JOBS, json=body, headers=headers)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "prompt"
        assert "house rule" in refused.text
        assert "elephant" not in refused.text.lower()
        assert str(tmp_path) not in refused.text
        assert await stored(api) == (0, 0)
        assert await submit(api, headers, "a purple cat") == 201
        wanted = {**body, "prompt": "a cat", "negative_prompt": "purple elephant"}
        assert (await api.http.post(JOBS, json=wanted, headers=headers)).status_code == 201
        path.unlink()
        away = await api.http.post(JOBS, json=wanted, headers=headers)
        assert away.status_code == 503
        assert str(tmp_path) not in away.text


async def test_a_missing_deny_list_prevents_the_start(settings: Settings, tmp_path: Path) -> None:
    settings = with_login(settings, policy__deny_list=str(tmp_path / "none.txt"))
    unreadable = pytest.RaisesExc(UnavailableError, match="deny_list")
    # Litestar runs the lifespan in a task group.
    with pytest.RaisesGroup(unreadable, flatten_subgroups=True):
        async with running_api(settings):
            pass
