"""Timelines: what administrators see of the attempts."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.support.accounts import held
from tests.support.notifications import make_batch
from tests.support.people import Town, running_town

from genonaut.accounts.tables import Role
from genonaut.config import Settings
from genonaut.core.clock import utcnow
from genonaut.jobs.states import AttemptResult
from genonaut.jobs.tables import GenerationAttempt, GenerationJobEvent


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with held(running_town(settings)) as running:
        yield running


async def test_only_administrators_see_the_attempts(town: Town) -> None:
    ann = await town.person("ann")
    root = await town.person("root", role=Role.ADMIN)
    (job_id,) = await make_batch(town.runtime, ann.identity.user_id)
    graph = {"3": {"class_type": "KSampler", "inputs": {"seed": 1}}}
    started = utcnow() - timedelta(minutes=1)
    worker_id = uuid4()
    async with town.runtime.begin() as uow:
        uow.session.add_all(
            [
                GenerationJobEvent(job_id=job_id, attempt=1, kind="started", detail={}),
                GenerationAttempt(
                    job_id=job_id,
                    attempt=1,
                    worker_id=worker_id,
                    backend="b1",
                    comfyui_prompt_id="p1",
                    claimed_at=started,
                    lease_until=started,
                    posted_at=started,
                    executing_at=started,
                    ended_at=utcnow(),
                    verdict=AttemptResult.HANDED_BACK,
                    detail="the worker was stopped",
                    comfyui_version="0.3.64",
                    graph=graph,
                ),
            ]
        )
    path = f"/generation-jobs/{job_id}/events"
    seen = {event["kind"]: event for event in (await ann.http.get(path)).json()}
    assert seen["executing"]["detail"] == {"backend": "b1"}
    assert all(event["attempt_details"] is None for event in seen.values())
    seen = {event["kind"]: event for event in (await root.http.get(path)).json()}
    details = seen.pop("started")["attempt_details"]
    assert all(event["attempt_details"] is None for event in seen.values())
    assert (details["worker_id"], details["comfyui_version"]) == (str(worker_id), "0.3.64")
    assert (details["verdict"], details["detail"]) == ("handed_back", "the worker was stopped")
    assert details["graph"] == graph
