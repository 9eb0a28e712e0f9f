"""Waiting jobs say why they cannot be claimed; impossible combinations are refused."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update
from tests.support.accounts import held
from tests.support.service import Api, running_api

from genonaut.comfyui import NODE_CLASSES
from genonaut.config import Settings
from genonaut.config.settings import BackendSettings
from genonaut.core.clock import utcnow
from genonaut.jobs.backends.repository import BackendRepository
from genonaut.jobs.queue.claim import ClaimService
from genonaut.jobs.queue.waiting_reasons import update_reasons
from genonaut.jobs.tables import GenerationJob, Worker

NODES = [f"nodes/{name}" for name in NODE_CLASSES]
SAMPLING = ["samplers/euler", "schedulers/normal", *NODES]
LORA: dict[str, Any] = {"lora_models": [{"name": "detail.safetensors"}], "params": {"steps": 5}}
CHECKPOINT, DETAIL = "checkpoints/sd15.safetensors", "loras/detail.safetensors"


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[Api]:
    """An API beside a live worker that reports nothing."""
    async with held(running_api(settings)) as running:
        now = utcnow()
        async with running.runtime.begin() as uow:
            uow.session.add(
                Worker(id=uuid4(), hostname="here", pid=1, version="1", started_at=now, seen_at=now)
            )
        yield running


async def report(api: Api, offers: Mapping[str, Sequence[str] | None], *down: str) -> None:
    """Register backends with these offers; None for one that never answered."""
    backends = [BackendSettings(name=name, url=f"http://{name}") for name in offers]
    async with api.runtime.begin() as uow:
        repository = BackendRepository(uow.session)
        await repository.register(backends)
        for name, offered in offers.items():
            is_down = offered is None or name in down
            await repository.report(
                name,
                status="down" if is_down else "up",
                version=None,
                queue_length=0,
                offers=offered,
                last_error=None,
            )


async def row_of(api: Api, job_id: int) -> GenerationJob:
    async with api.runtime.begin() as uow:
        return await uow.session.get_one(GenerationJob, job_id)


async def refresh(api: Api) -> None:
    async with api.runtime.begin() as uow:
        await update_reasons(uow.session)


async def test_a_combination_that_no_backend_has_is_refused_with_what_each_lacks(api: Api) -> None:
    await report(api, {"b1": [*SAMPLING, CHECKPOINT], "b2": [*SAMPLING, DETAIL]})
    body = {"prompt": "p", "checkpoint_model": "sd15.safetensors", **LORA}
    answer = await api.http.post("/api/v1/generation-jobs/", json=body)
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert error["field"] == "checkpoint_model"
    assert error["message"] == (
        "no ComfyUI server has everything that this needs: b1 has the checkpoint "
        "'sd15.safetensors' but not the LoRA 'detail.safetensors'; b2 has the LoRA "
        "'detail.safetensors' but not the checkpoint 'sd15.safetensors'"
    )
    assert (await api.http.get("/api/v1/generation-jobs/")).json()["total"] == 0


async def test_a_combination_that_an_unknown_backend_may_have_is_accepted_with_a_note(
    api: Api,
) -> None:
    offers = {"b1": [*SAMPLING, CHECKPOINT], "b2": [*SAMPLING, DETAIL], "b3": None}
    await report(api, offers)
    job = await api.submit(**LORA)
    reason = (
        "no ComfyUI server has everything that this needs: "
        f"b1 lacks {DETAIL}; b2 lacks {CHECKPOINT}; not known yet: b3"
    )
    assert job["waiting_reason"] == reason
    row = await row_of(api, job["id"])
    assert row.unavailable_since is not None
    await refresh(api)
    again = await row_of(api, job["id"])
    assert (again.waiting_reason, again.unavailable_since) == (reason, row.unavailable_since)
    await report(api, {"b3": [*SAMPLING, CHECKPOINT, DETAIL]})
    await refresh(api)
    row = await row_of(api, job["id"])
    assert (row.waiting_reason, row.unavailable_since) == (None, None)


@pytest.mark.parametrize("part", ["samplers/euler", "schedulers/normal", "nodes/LoraLoader"])
async def test_samplers_and_nodes_are_checked_together_with_the_models(api: Api, part: str) -> None:
    everything = [*SAMPLING, CHECKPOINT, DETAIL]
    without = [one for one in everything if one != part]
    await report(api, {"b1": without, "b2": [*SAMPLING, DETAIL]})
    body = {"prompt": "p", "checkpoint_model": "sd15.safetensors", **LORA}
    answer = await api.http.post("/api/v1/generation-jobs/", json=body)
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    folder, _, name = part.partition("/")
    noun = f"the {folder.removesuffix('s')} {name!r}"
    assert f"b1 has the checkpoint 'sd15.safetensors' but not {noun}" in error["message"]
    assert f"b2 has {noun} but not the checkpoint 'sd15.safetensors'" in error["message"]
    await report(api, {"b1": everything})
    assert (await api.submit(**LORA))["waiting_reason"] is None


async def test_a_node_that_no_backend_has_is_named(api: Api) -> None:
    without = [one for one in [*SAMPLING, CHECKPOINT, DETAIL] if one != "nodes/LoraLoader"]
    await report(api, {"b1": without})
    body = {"prompt": "p", "checkpoint_model": "sd15.safetensors", **LORA}
    answer = await api.http.post("/api/v1/generation-jobs/", json=body)
    assert answer.status_code == 422, answer.text
    assert "b1 lacks the node 'LoraLoader'" in answer.json()["errors"][0]["message"]
    assert (await api.submit())["waiting_reason"] is None, "the graph without LoRAs is possible"


async def test_a_backend_whose_nodes_are_unknown_may_have_them(api: Api) -> None:
    old = ["samplers/euler", "schedulers/normal", CHECKPOINT]
    await report(api, {"b1": old})
    job = await api.submit()
    reason = "it is not known yet whether a ComfyUI server can render this: b1"
    assert job["waiting_reason"] == reason
    assert (await row_of(api, job["id"])).unavailable_since is not None
    await refresh(api)
    assert (await api.job(job["id"]))["waiting_reason"] == reason
    async with api.runtime.begin() as uow:
        claims = ClaimService(uow, lease=timedelta(seconds=30))
        assert await claims.claim_next(uuid4(), ["b1"]) is None
    # What it is known to lack is refused, as without its nodes.
    body = {"prompt": "p", "checkpoint_model": "sd15.safetensors", **LORA}
    answer = await api.http.post("/api/v1/generation-jobs/", json=body)
    assert answer.status_code == 422, answer.text
    await report(api, {"b1": old, "b2": [*SAMPLING, DETAIL]})
    await refresh(api)
    assert (await api.job(job["id"]))["waiting_reason"] == (
        f"no ComfyUI server has everything that this needs: b2 lacks {CHECKPOINT}; "
        "not known yet: b1"
    )
    answer = await api.http.post("/api/v1/generation-jobs/", json=body)
    assert "b1 has the checkpoint 'sd15.safetensors' but not the LoRA" in answer.text
    await report(api, {"b1": [*old, *NODES]})
    await refresh(api)
    assert (await api.job(job["id"]))["waiting_reason"] is None
    async with api.runtime.begin() as uow:
        claims = ClaimService(uow, lease=timedelta(seconds=30))
        claim = await claims.claim_next(uuid4(), ["b1"])
        assert claim is not None
        assert claim.job_id == job["id"]


MISSPELT: dict[str, dict[str, Any]] = {
    "checkpoints/sd51.safetensors": {"checkpoint_model": "sd51.safetensors"},
    "loras/detial.safetensors": {"lora_models": [{"name": "detial.safetensors"}]},
    "samplers/eular": {"params": {"sampler_name": "eular"}},
    "schedulers/norml": {"params": {"scheduler": "norml"}},
}


@pytest.mark.parametrize("need", MISSPELT)
async def test_a_name_is_refused_only_when_every_backend_has_answered(api: Api, need: str) -> None:
    everything = [*SAMPLING, CHECKPOINT, DETAIL]
    await report(api, {"b1": everything})
    body = {"prompt": "p", "checkpoint_model": "sd15.safetensors", **MISSPELT[need]}
    assert (await api.http.post("/api/v1/generation-jobs/", json=body)).status_code == 422
    await report(api, {"b1": everything, "b2": None})
    answer = await api.http.post("/api/v1/generation-jobs/", json=body)
    assert answer.status_code == 201, answer.text
    job = answer.json()
    reason = f"no ComfyUI server has {need}; not known yet: b2"
    assert job["waiting_reason"] == reason
    await refresh(api)
    assert (await api.job(job["id"]))["waiting_reason"] == reason
    await report(api, {"b2": everything})
    await refresh(api)
    assert (await api.job(job["id"]))["waiting_reason"] == f"no ComfyUI server has {need}"
    assert (await api.http.post("/api/v1/generation-jobs/", json=body)).status_code == 422


async def test_a_backend_that_never_answered_hides_no_missing_model(api: Api) -> None:
    await report(api, {"b1": [*SAMPLING, CHECKPOINT, DETAIL], "b2": None})
    job = await api.submit(**LORA)
    assert job["waiting_reason"] is None
    await report(api, {"b1": [*SAMPLING, CHECKPOINT]})
    await refresh(api)
    row = await row_of(api, job["id"])
    assert row.waiting_reason == f"no ComfyUI server has {DETAIL}; not known yet: b2"
    assert row.unavailable_since is not None


async def test_the_only_capable_backend_is_down_while_another_is_up(api: Api) -> None:
    offers = {"b1": [*SAMPLING, CHECKPOINT], "b2": [*SAMPLING, CHECKPOINT, DETAIL]}
    await report(api, offers, "b2")
    job = await api.submit(**LORA)
    assert job["waiting_reason"] == (
        "the ComfyUI servers that have its models cannot be used: b2 is down"
    )
    assert (await row_of(api, job["id"])).unavailable_since is not None
    await report(api, offers, "b1", "b2")
    await refresh(api)
    assert (await api.job(job["id"]))["waiting_reason"] == "no ComfyUI server answers"


async def test_a_job_without_workers_and_backends_says_so(api: Api) -> None:
    job = await api.submit()
    assert job["waiting_reason"] == "no ComfyUI server is enabled"
    await report(api, {"b1": [*SAMPLING, CHECKPOINT]})
    async with api.runtime.begin() as uow:
        await uow.session.execute(update(Worker).values(stopped_at=utcnow()))
    await refresh(api)
    row = await row_of(api, job["id"])
    assert (row.waiting_reason, row.unavailable_since) == ("no worker is running", None)


async def test_a_prompt_to_resume_is_a_reason(api: Api) -> None:
    await report(api, {"b1": [*SAMPLING, CHECKPOINT]})
    job = await api.submit()
    async with api.runtime.begin() as uow:
        values = {"backend": "b1", "resume_until": utcnow() + timedelta(days=1)}
        await uow.session.execute(update(GenerationJob).values(**values))
    await refresh(api)
    reason = (await api.job(job["id"]))["waiting_reason"]
    assert reason == "its prompt may still be at b1, which is asked first"
