"""Operations beyond text to image that need no image, from the API through worker and ComfyUI."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image
from tests.integration.catalog.selection.test_submissions import ready, submit_invalid
from tests.support.service import Api, running_api, running_worker, with_backends

from genonaut.config import Settings
from genonaut.simulator import SimulatorOptions, running_simulator

BASE = {"width": 128, "height": 192, "params": {"seed": 5, "steps": 4}}
XL = "sdxl/sd_xl_base_1.0.safetensors"


@pytest.fixture(params=["0.3.64", "0.33.0"])
async def release(
    request: pytest.FixtureRequest, settings: Settings, tmp_path: Path
) -> AsyncIterator[Settings]:
    options = SimulatorOptions(version=request.param, output_directory=tmp_path / "out")
    async with running_simulator(options) as server:
        yield with_backends(settings, server.url)


async def result(api: Api, **fields: Any) -> tuple[Image.Image, dict[str, dict[str, Any]]]:
    """Return the image of a job that completes, and its graph as ComfyUI embedded it."""
    job = await api.submit(**{**BASE, **fields})
    done = await api.ended(job["id"])
    assert done["status"] == "completed", done
    answer = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
    image = Image.open(io.BytesIO(answer.content))
    image.load()
    return image, msgspec.json.decode(image.info["prompt"])


@pytest.mark.parametrize(
    ("hires", "size"),
    [
        ({"scale": 1.5, "steps": 2}, (192, 288)),
        (
            {"scale": 2.0, "method": "model", "upscale_model": "4x-gentle.safetensors"},
            (256, 384),
        ),
    ],
    ids=["latent", "model"],
)
async def test_hires_enlarges_the_image(
    release: Settings, hires: dict[str, Any], size: tuple[int, int]
) -> None:
    async with running_api(release) as api, running_worker(release):
        await ready(api)
        image, graph = await result(api, hires=hires)
    assert image.size == size
    assert graph["hires_sampler"]["inputs"]["steps"] == hires.get("steps", 4)
    assert graph["decode"]["inputs"]["samples"] == ["hires_sampler", 0]


async def test_a_refiner_a_vae_and_clip_skip_reach_comfyui(release: Settings) -> None:
    async with running_api(release) as api, running_worker(release):
        await ready(api)
        _, graph = await result(
            api,
            checkpoint_model=XL,
            refiner={"model": "sdxl/sd_xl_refiner_1.0.safetensors", "switch_at": 0.5},
            vae="sdxl_vae.safetensors",
            clip_skip=2,
        )
    assert graph["refiner"]["inputs"] == {"ckpt_name": "sdxl/sd_xl_refiner_1.0.safetensors"}
    assert graph["sampler"]["inputs"]["end_at_step"] == 2
    assert graph["vae"]["inputs"] == {"vae_name": "sdxl_vae.safetensors"}
    assert graph["clip_skip"]["inputs"]["stop_at_clip_layer"] == -2


async def test_what_a_model_cannot_do_is_refused_with_the_models_that_could(
    settings: Settings,
) -> None:
    async with running_api(settings) as api, running_worker(settings):
        await ready(api)
        errors = await submit_invalid(
            api,
            checkpoint_model="sd15.safetensors",
            refiner={"model": "sdxl/sd_xl_refiner_1.0.safetensors"},
        )
        assert "only sdxl models can be refined" in errors["refiner.model"]
        errors = await submit_invalid(api, checkpoint_model="flux1-fill-dev.safetensors")
        assert "give a source with a mask" in errors["checkpoint_model"]
        body = {"checkpoint_model": "flux1-kontext-dev.safetensors", "clip_skip": 2}
        errors = await submit_invalid(api, **body)
        assert "does not support clip skip; these do: sd1" in errors["clip_skip"]
