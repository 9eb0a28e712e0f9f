"""Whether an image can be made again with what the servers have."""

from typing import Any

import pytest
from sqlalchemy import update
from tests.builders import make_content
from tests.support.models import report_models
from tests.support.people import Person, Town

from genonaut.catalog.tables import AvailableModel
from genonaut.content.tables import ContentItem
from genonaut.jobs.tables import ComfyuiBackend, GenerationJob


async def compare(person: Person, content_id: int) -> dict[str, Any]:
    answer = await person.http.get(f"/content/{content_id}/reproduction")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def add_server(town: Town, version: str, *models: str) -> None:
    async with town.runtime.begin() as uow:
        uow.session.add(
            ComfyuiBackend(
                name="gpu1", url="http://gpu1", slots=1, enabled=True, status="up",
                version=version, offers=["nodes/KSampler"],
            )
        )  # fmt: skip
    await report_models(town.runtime, "gpu1", *models, version=version)


async def set_hash(town: Town, name: str, digits: str) -> None:
    async with town.runtime.begin() as uow:
        await uow.session.execute(
            update(AvailableModel)
            .where(AvailableModel.name == name)
            .values(sha256=digits.ljust(64, "0"), architecture="sd15")
        )


async def record(town: Town, content_id: int, **details: Any) -> None:
    async with town.runtime.begin() as uow:
        await uow.session.execute(
            update(ContentItem).where(ContentItem.id == content_id).values(details=details)
        )


async def test_the_same_models_and_version_are_exact(town: Town, ann: Person, bob: Person) -> None:
    await add_server(town, "0.3.64", "checkpoints/same.safetensors", "loras/film.safetensors")
    await set_hash(town, "same.safetensors", "aaaaaaaaaa")
    await set_hash(town, "film.safetensors", "bbbbbbbbbb")
    content_id = await make_content(town.runtime, ann.identity, checkpoint_model="same.safetensors")
    await record(
        town, content_id,
        comfyui_version="0.3.64",
        lora_models=[{"name": "film.safetensors", "strength_model": 1, "strength_clip": 1}],
        model_hashes={
            "checkpoints/same.safetensors": "aaaaaaaaaa", "loras/film.safetensors": "bbbbbbbbbb",
        },
    )  # fmt: skip
    found = await compare(ann, content_id)
    assert found["is_exact"]
    assert found["is_possible"]
    assert found["has_recorded_version"]
    assert [(one["role"], one["state"]) for one in found["models"]] == [
        ("checkpoint", "same"),
        ("lora", "same"),
    ]
    assert found["job_id"] is not None
    await ann.http.patch(f"/content/{content_id}", json={"visibility": "public"})
    assert (await compare(bob, content_id))["job_id"] is None


async def test_what_differs_is_named_and_the_same_file_is_offered_first(
    town: Town, ann: Person
) -> None:
    await add_server(
        town, "0.33.0", "checkpoints/renamed.safetensors", "checkpoints/gone_v2.safetensors"
    )
    await set_hash(town, "renamed.safetensors", "aaaaaaaaaa")
    await set_hash(town, "gone_v2.safetensors", "cccccccccc")
    content_id = await make_content(town.runtime, ann.identity, checkpoint_model="gone.safetensors")
    await record(
        town, content_id, comfyui_version="0.3.64",
        model_hashes={"checkpoints/gone.safetensors": "aaaaaaaaaa"},
    )  # fmt: skip
    async with town.runtime.begin() as uow:
        await uow.session.execute(
            update(GenerationJob)
            .where(GenerationJob.content_id == content_id)
            .values(needs=["nodes/KSampler"], models={"architecture": "sd15"})
        )
    found = await compare(ann, content_id)
    assert not found["is_exact"]
    assert found["is_possible"]
    assert not found["has_recorded_version"]
    [model] = found["models"]
    assert model["state"] == "missing"
    assert [(one["name"], one["closeness"]) for one in model["substitutes"]] == [
        ("renamed.safetensors", "same_file"),
        ("gone_v2.safetensors", "same_architecture"),
    ]


@pytest.mark.parametrize(
    ("model_hash", "closeness"),
    [("ABCDEF0123", "same_file"), ("abcdef0123" + "0" * 54, "same_file"), ("blake3:abcdef0123", "similar_name")],
)  # fmt: skip
async def test_the_hash_that_another_program_recorded_finds_the_file(
    town: Town, ann: Person, model_hash: str, closeness: str
) -> None:
    await add_server(town, "0.3.64", "checkpoints/here.safetensors")
    await set_hash(town, "here.safetensors", "abcdef0123")
    content_id = await make_content(town.runtime, ann.identity, checkpoint_model="their_name")
    await record(town, content_id, origin="import", model_hash=model_hash)
    found = await compare(ann, content_id)
    [model] = found["models"]
    [substitute] = model["substitutes"]
    assert (substitute["name"], substitute["closeness"]) == ("here.safetensors", closeness)


async def test_an_image_can_be_made_without_its_lora(town: Town, ann: Person) -> None:
    await add_server(town, "0.3.64", "checkpoints/sd15.safetensors")
    content_id = await make_content(town.runtime, ann.identity)
    await record(town, content_id, lora_models=[{"name": "lost.safetensors"}])
    found = await compare(ann, content_id)
    assert [(one["name"], one["state"]) for one in found["models"]][1:] == [
        ("lost.safetensors", "missing")
    ]
    assert found["is_possible"]
    assert not found["is_exact"]


async def test_missing_nodes_make_it_impossible(town: Town, ann: Person) -> None:
    await add_server(town, "0.3.64", "checkpoints/sd15.safetensors")
    content_id = await make_content(town.runtime, ann.identity)
    async with town.runtime.begin() as uow:
        await uow.session.execute(
            update(GenerationJob)
            .where(GenerationJob.content_id == content_id)
            .values(needs=["nodes/KSampler", "nodes/Rare", "samplers/euler"])
        )
    found = await compare(ann, content_id)
    assert found["missing_nodes"] == ["Rare"]
    assert not found["is_possible"]


async def test_items_without_settings_cannot_be_compared(
    town: Town, ann: Person, bob: Person
) -> None:
    content_id = await make_content(town.runtime, ann.identity)
    async with town.runtime.begin() as uow:
        await uow.session.execute(
            update(ContentItem)
            .where(ContentItem.id == content_id)
            .values(job_id=None, checkpoint_model="", details={})
        )
    answer = await ann.http.get(f"/content/{content_id}/reproduction")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_reproducible")
    assert (await bob.http.get(f"/content/{content_id}/reproduction")).status_code == 404


async def test_deleted_sources_and_missing_controlnets_make_it_impossible(
    town: Town, ann: Person
) -> None:
    await add_server(town, "0.3.64", "checkpoints/sd15.safetensors", "controlnet/canny.safetensors")
    source = await make_content(town.runtime, ann.identity)
    content_id = await make_content(town.runtime, ann.identity)

    async def set_control(name: str) -> None:
        image = {"content_id": source}
        inputs = {
            "source": {"image": image},
            "control": [{"image": image, "model": name, "folder": "controlnet"}],
        }
        async with town.runtime.begin() as uow:
            job = GenerationJob.content_id == content_id
            await uow.session.execute(update(GenerationJob).where(job).values(inputs=inputs))

    await set_control("canny.safetensors")
    found = await compare(ann, content_id)
    assert (found["missing_images"], found["missing_files"]) == ([], [])
    assert found["is_possible"]
    await ann.http.delete(f"/content/{source}")
    found = await compare(ann, content_id)
    assert (found["missing_images"], found["is_possible"]) == (["source", "control_1"], False)
    await ann.http.post(f"/content/{source}/restore")
    await set_control("lost.safetensors")
    found = await compare(ann, content_id)
    assert (found["missing_images"], found["missing_files"]) == (
        [],
        ["controlnet/lost.safetensors"],
    )
    assert not found["is_possible"]
