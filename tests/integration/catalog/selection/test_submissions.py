"""Submissions against the catalogue: which models are accepted, and how they are loaded."""

import io
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image
from sqlalchemy import select, update
from tests.support.models import put, refresh, rows, specimen
from tests.support.service import Api, eventually, running_api, running_worker

from genonaut.catalog.recording.write_lock import acquire_write_lock
from genonaut.catalog.tables import AvailableModel
from genonaut.config import Settings
from genonaut.jobs.tables import GenerationJob

JOBS = "/api/v1/generation-jobs/"
SMALL: dict[str, Any] = {"width": 64, "height": 64, "params": {"steps": 1}}


async def ready(api: Api) -> None:
    """Wait until the metadata of the simulator's models is recorded."""

    async def is_ready() -> bool:
        found = await rows(api.runtime)
        return "loras/detail.safetensors" in found and bool(
            found["loras/detail.safetensors"].detected["evidence"][0]["source"] == "metadata"
        )

    await eventually(is_ready)


async def graph_of(api: Api, job: dict[str, Any]) -> dict[str, dict[str, Any]]:
    done = await api.ended(job["id"])
    assert done["status"] == "completed", done
    image = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
    with Image.open(io.BytesIO(image.content)) as opened:
        graph: dict[str, Any] = msgspec.json.decode(opened.info["prompt"])
    return {node["class_type"]: node["inputs"] for node in graph.values()}


async def submit_invalid(api: Api, **body: Any) -> dict[str, str]:
    answer = await api.http.post(JOBS, json={"prompt": "p", **body})
    assert answer.status_code == 422, answer.text
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


async def test_a_lora_of_another_architecture_needs_allow_mismatch(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        await ready(api)
        loras = [{"name": "detail.safetensors"}, {"name": "sdxl/film-grain.safetensors"}]
        body: dict[str, Any] = {"checkpoint_model": "sd15.safetensors", "lora_models": loras}
        errors = await submit_invalid(api, **body)
        assert list(errors) == ["lora_models[1].name"]
        assert "made for sdxl, the base model is sd1" in errors["lora_models[1].name"]
        job = await api.submit(**body, params={"allow_mismatch": True})
        assert (await api.ended(job["id"]))["status"] == "completed"
        retried = await api.http.get(f"{JOBS}{job['id']}")
        assert retried.status_code == 200


async def test_an_architecture_guessed_from_a_name_is_accepted(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        await ready(api)
        found = await rows(api.runtime)
        assert found["checkpoints/sdxl/untitled-merge.safetensors"].architecture == "sdxl"
        await api.submit(
            checkpoint_model="sdxl/untitled-merge.safetensors",
            lora_models=[{"name": "detail.safetensors"}],
        )


async def test_disabled_models_are_rejected(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        await ready(api)
        async with api.runtime.begin() as uow:
            # Without it the update can deadlock with the worker, which still records other models.
            await acquire_write_lock(uow.session)
            await uow.session.execute(
                update(AvailableModel)
                .where(AvailableModel.name.in_(["sd15.safetensors", "detail.safetensors"]))
                .values(enabled=False)
            )
        errors = await submit_invalid(
            api, checkpoint_model="sd15.safetensors", lora_models=[{"name": "detail.safetensors"}]
        )
        assert set(errors) == {"checkpoint_model", "lora_models[0].name"}
        assert all("disabled" in text for text in errors.values())


@pytest.mark.parametrize(
    ("checkpoint", "expected"),
    [
        ("sd15.safetensors", (512, 512, 20, 7.0, "euler", "normal")),
        ("sdxl/juniper-xl.safetensors", (1024, 1024, 25, 8.0, "euler", "normal")),
        ("turbo/flux1-schnell-fp8.safetensors", (1024, 1024, 4, 1.0, "euler", "simple")),
        (
            "sd35/sd3.5_medium_incl_clips_t5xxlfp8.safetensors",
            (1024, 1024, 40, 4.5, "euler", "sgm_uniform"),
        ),
    ],
)
async def test_omitted_parameters_follow_the_architecture(
    settings: Settings, checkpoint: str, expected: tuple[Any, ...]
) -> None:
    async with running_api(settings) as api, running_worker(settings):
        await ready(api)
        job = await api.submit(checkpoint_model=checkpoint)
        params = job["params"]
        sampling = (params["steps"], params["cfg"], params["sampler_name"], params["scheduler"])
        assert (job["width"], job["height"], *sampling) == expected
        chosen = await api.submit(checkpoint_model=checkpoint, width=64, params={"steps": 3})
        assert (chosen["width"], chosen["height"]) == (64, expected[1])
        assert (chosen["params"]["steps"], chosen["params"]["cfg"]) == (3, expected[3])


async def test_latents_and_guidance_follow_the_architecture(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        await ready(api)
        job = await api.submit(checkpoint_model="turbo/flux1-schnell-fp8.safetensors", **SMALL)
        nodes = await graph_of(api, job)
        assert "EmptySD3LatentImage" in nodes
        assert "FluxGuidance" not in nodes
        assert nodes["CheckpointLoaderSimple"]["ckpt_name"] == "turbo/flux1-schnell-fp8.safetensors"


async def test_diffusion_models_are_loaded_with_their_companions(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        await ready(api)
        flux = await graph_of(
            api, await api.submit(checkpoint_model="flux1-dev.safetensors", **SMALL)
        )
        assert flux["UNETLoader"]["unet_name"] == "flux1-dev.safetensors"
        assert flux["DualCLIPLoader"] == {
            "clip_name1": "clip_l.safetensors",
            "clip_name2": "t5xxl_fp8_e4m3fn.safetensors",
            "type": "flux",
        }
        assert flux["VAELoader"] == {"vae_name": "ae.safetensors"}
        assert flux["FluxGuidance"]["guidance"] == 3.5
        errors = await submit_invalid(api, checkpoint_model="sd3.5_large.safetensors")
        assert "needs a sd3 VAE" in errors["checkpoint_model"]


async def test_a_job_needs_all_companions(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        await ready(api)
        job = await api.submit(checkpoint_model="flux1-dev.safetensors")
        async with api.runtime.begin() as uow:
            needs = await uow.session.scalar(
                select(GenerationJob.needs).where(GenerationJob.id == job["id"])
            )
        assert needs is not None
        assert needs[:4] == [
            "diffusion_models/flux1-dev.safetensors",
            "text_encoders/clip_l.safetensors",
            "text_encoders/t5xxl_fp8_e4m3fn.safetensors",
            "vae/ae.safetensors",
        ]


async def test_a_checkpoint_without_encoders_is_loaded_with_separate_ones(
    with_folder: Settings, models: Path
) -> None:
    # As Stability AI publishes sd3_medium.safetensors: in the checkpoints folder, with its VAE.
    part = specimen("sd3", "3-medium")
    async with running_api(with_folder) as api, running_worker(with_folder):
        put(part, models / "checkpoints" / "sd15.safetensors")
        await ready(api)
        await refresh(api.runtime)
        row = (await rows(api.runtime))["checkpoints/sd15.safetensors"]
        assert (row.architecture, row.kind) == ("sd3", "diffusion_model")
        async with api.runtime.begin() as uow:
            await uow.session.execute(
                update(AvailableModel)
                .where(AvailableModel.id == row.id)
                .values(detected={**row.detected, "parts": ["vae"]})
            )
        nodes = await graph_of(api, await api.submit(**SMALL))
        assert nodes["CheckpointLoaderSimple"]["ckpt_name"] == "sd15.safetensors"
        assert nodes["TripleCLIPLoader"]["clip_name2"] == "clip_g.safetensors"
        assert "VAELoader" not in nodes
