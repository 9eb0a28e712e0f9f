"""Prompts that name embeddings: which are accepted, and which server renders them."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.support.accounts import held
from tests.support.models import report_models, rows
from tests.support.people import Person, Town, running_town

from genonaut.catalog.service import CatalogService, Correction
from genonaut.catalog.vocabulary import Architecture, ModelKind
from genonaut.config import Settings
from genonaut.jobs.tables import ComfyuiBackend, GenerationJob

PATH = "/generation-jobs/"
BASE: dict[str, Any] = {"prompt": "a cat", "checkpoint_model": "sd15.safetensors"}
MODELS = {
    "checkpoints/sd15.safetensors": (ModelKind.CHECKPOINT, Architecture.SD1),
    "embeddings/ink.safetensors": (ModelKind.EMBEDDING, Architecture.SD1),
    "embeddings/sdxl/fog.safetensors": (ModelKind.EMBEDDING, Architecture.SDXL),
}


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with held(running_town(settings)) as town:
        yield town


@pytest.fixture
async def ann(town: Town) -> Person:
    await report_models(town.runtime, "sim1", *MODELS)
    found = await rows(town.runtime)
    async with town.runtime.begin() as uow:
        for name, (kind, architecture) in MODELS.items():
            correction = Correction(kind=kind, architecture=architecture)
            await CatalogService(uow).correct(found[name].id, correction)
    return await town.person("ann")


async def refused(person: Person, **fields: Any) -> Mapping[str, str]:
    answer = await person.http.post(PATH, json=BASE | fields)
    assert answer.status_code == 422, answer.text
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


async def needs_of(town: Town, person: Person, **fields: Any) -> list[str]:
    """Submit, and return the files of embeddings that the job needs."""
    answer = await person.http.post(PATH, json=BASE | fields)
    assert answer.status_code == 201, answer.text
    async with town.runtime.begin() as uow:
        query = select(GenerationJob.needs).where(GenerationJob.id == answer.json()["id"])
        needs = await uow.session.scalar(query) or []
    return [need for need in needs if need.startswith("embeddings/")]


async def test_a_job_needs_the_embeddings_of_both_prompts(town: Town, ann: Person) -> None:
    ink, fog = "embeddings/ink.safetensors", "embeddings/sdxl/fog.safetensors"
    prompt = "a cat, (embedding:ink:1.2)"
    assert await needs_of(town, ann) == []
    assert await needs_of(town, ann, prompt=prompt) == [ink]
    assert await needs_of(town, ann, prompt=prompt, negative_prompt="embedding:ink,") == [ink]
    assert await needs_of(town, ann, prompt=prompt, clip_skip=2) == [ink]
    anyway = {"allow_mismatch": True}
    assert await needs_of(town, ann, prompt="embedding:fog embedding:ink", params=anyway) == [
        fog,
        ink,
    ]
    assert await needs_of(town, ann) == []


async def test_an_embedding_that_cannot_be_used_names_its_prompt(town: Town, ann: Person) -> None:
    said = await refused(ann, prompt="embedding:inkk", negative_prompt="embedding:nothing")
    assert set(said) == {"prompt", "negative_prompt"}
    assert said["prompt"] == (
        "'inkk' is not an embedding of any ComfyUI server; did you mean ink.safetensors "
        "or sdxl/fog.safetensors?"
    )
    said = await refused(ann, negative_prompt="(embedding:fog:0.5)")
    assert list(said) == ["negative_prompt"]
    assert "'sdxl/fog.safetensors' does not fit" in said["negative_prompt"]
    assert "set params.allow_mismatch" in said["negative_prompt"]

    ink = (await rows(town.runtime))["embeddings/ink.safetensors"]
    async with town.runtime.begin() as uow:
        await CatalogService(uow).correct(ink.id, Correction(enabled=False))
    said = await refused(ann, prompt="embedding:ink")
    assert said == {"prompt": "'ink.safetensors' is disabled by an administrator"}


async def test_only_servers_with_the_embedding_are_asked(town: Town, ann: Person) -> None:
    async with town.runtime.begin() as uow:
        for name, lacks in (("gpu1", "embeddings/ink.safetensors"), ("gpu2", "")):
            offers = {*MODELS, "samplers/euler", "schedulers/normal", "loras/a.safetensors"}
            backend = ComfyuiBackend(name=name, url="http://x", slots=1, enabled=True, status="up")
            backend.offers = sorted(offers - {lacks})
            uow.session.add(backend)
    assert await needs_of(town, ann, prompt="embedding:ink") == ["embeddings/ink.safetensors"]
    async with town.runtime.begin() as uow:
        only = {"gpu1": ["checkpoints/sd15.safetensors"], "gpu2": ["embeddings/ink.safetensors"]}
        for name, files in only.items():
            where = ComfyuiBackend.name == name
            offered = [*files, "samplers/euler", "schedulers/normal"]
            await uow.session.execute(update(ComfyuiBackend).where(where).values(offers=offered))
    said = await refused(ann, prompt="embedding:ink")
    assert (
        "gpu2 has the embedding 'ink.safetensors' but not the checkpoint"
        in (said["checkpoint_model"])
    )
