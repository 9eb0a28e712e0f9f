"""Operations on images of the gallery with models of several kinds, on both releases."""

import io
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image
from tests.integration.catalog.selection.test_submissions import ready
from tests.support.service import Api, running_api, running_worker, with_backends

from genonaut.config import Settings
from genonaut.simulator import SimulatorOptions, running_simulator

CASES: dict[str, dict[str, Any]] = {
    "image to image": {
        "checkpoint_model": "sd15.safetensors",
        "source": {"image": "PHOTO"},
        "params": {"steps": 2, "denoise": 0.5},
    },
    "inpainting checkpoint": {
        "checkpoint_model": "sd15/sd15-inpainting.safetensors",
        "source": {"image": "PHOTO", "extend": {"right": 64}},
    },
    "flux fill": {
        "checkpoint_model": "flux1-fill-dev.safetensors",
        "source": {"image": "PHOTO", "extend": {"bottom": 64, "feather_px": 0}},
    },
    "redux": {
        "checkpoint_model": "flux1-dev.safetensors",
        "references": [{"image": "PHOTO", "strength": 0.5}],
        "width": 128,
        "height": 128,
    },
    "kontext": {
        "checkpoint_model": "flux1-kontext-dev.safetensors",
        "references": [{"image": "PHOTO"}, {"image": "OTHER"}],
        "width": 128,
        "height": 128,
    },
    "qwen edit": {
        "checkpoint_model": "qwen_image_edit_2509_fp8_e4m3fn.safetensors",
        "source": {"image": "PHOTO"},
        "references": [{"image": "OTHER"}],
    },
    "control": {
        "checkpoint_model": "sdxl/sd_xl_base_1.0.safetensors",
        "control": [
            {
                "model": "sdxl/controlnet-union-sdxl-1.0.safetensors",
                "image": "PHOTO",
                "type": "canny",
                "preprocessor": "canny",
            }
        ],
        "width": 128,
        "height": 128,
    },
    "patch": {
        "checkpoint_model": "qwen_image_fp8_e4m3fn.safetensors",
        "control": [
            {
                "model": "qwen_image_canny_diffsynth_controlnet.safetensors",
                "image": "PHOTO",
                "preprocessor": "canny",
            }
        ],
        "width": 128,
        "height": 128,
    },
    "upscale": {
        "operation": "upscale",
        "source": {"image": "PHOTO"},
        "upscale": {"model": "2x-gentle.safetensors", "scale": 1.5},
    },
}
EXPECTED: dict[str, tuple[tuple[int, int], set[str]]] = {
    "image to image": ((192, 128), {"VAEEncode", "LoadImage"}),
    "inpainting checkpoint": ((256, 128), {"InpaintModelConditioning", "ImageCompositeMasked"}),
    "flux fill": ((192, 192), {"InpaintModelConditioning", "FluxGuidance"}),
    "redux": ((128, 128), {"StyleModelApply", "CLIPVisionEncode"}),
    "kontext": ((128, 128), {"ReferenceLatent", "FluxKontextImageScale"}),
    "qwen edit": ((192, 128), {"TextEncodeQwenImageEditPlus", "CFGNorm", "VAEEncode"}),
    "control": ((128, 128), {"SetUnionControlNetType", "Canny", "ControlNetApplyAdvanced"}),
    "patch": ((128, 128), {"ModelPatchLoader", "QwenImageDiffsynthControlnet", "Canny"}),
    "upscale": ((288, 192), {"ImageUpscaleWithModel", "ImageScale"}),
}
KEPT = {"inpainting checkpoint": (0, 0, 128, 128), "flux fill": (0, 0, 192, 128)}
"""The part of the source that an extension must not change, with its feathering left out."""


async def made(api: Api, body: dict[str, Any]) -> dict[str, Any]:
    answer = await api.http.post("/api/v1/generation-jobs/", json=body)
    assert answer.status_code == 201, answer.text
    done = await api.ended(answer.json()["id"])
    assert done["status"] == "completed", done
    return done


async def image_of(api: Api, done: dict[str, Any]) -> Image.Image:
    answer = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
    image = Image.open(io.BytesIO(answer.content))
    image.load()
    return image


def filled(value: Any, images: dict[str, dict[str, int]]) -> Any:
    """Replace the names of images by references."""
    if isinstance(value, str):
        return images.get(value, value)
    if isinstance(value, list):
        return [filled(one, images) for one in value]
    if isinstance(value, dict):
        return {name: filled(one, images) for name, one in value.items()}
    return value


@pytest.mark.parametrize("version", ["0.3.64", "0.33.0"])
async def test_each_kind_of_model_works_on_images(
    settings: Settings, tmp_path: Path, version: str
) -> None:
    options = SimulatorOptions(version=version, output_directory=tmp_path / "out")
    async with running_simulator(options) as server:
        settings = with_backends(settings, server.url)
        async with running_api(settings) as api, running_worker(settings):
            await ready(api)
            start = {"prompt": "a harbour", "checkpoint_model": "sd15.safetensors"}
            size = {"width": 192, "height": 128, "params": {"steps": 2, "seed": 3}}
            first = await made(api, start | size)
            second = await made(api, start | size | {"params": {"steps": 2, "seed": 4}})
            photo = await image_of(api, first)
            images = {
                "PHOTO": {"content_id": first["content_id"]},
                "OTHER": {"content_id": second["content_id"]},
            }
            for name, case in CASES.items():
                prompt = {} if "operation" in case else {"prompt": "a harbour at night"}
                done = await made(api, prompt | filled(case, images))
                image = await image_of(api, done)
                graph = msgspec.json.decode(image.info["prompt"])
                used = {node["class_type"] for node in graph.values()}
                expected, nodes = EXPECTED[name]
                assert image.size == expected, name
                assert nodes <= used, name
                if name in KEPT:
                    kept = KEPT[name]
                    assert image.crop(kept).tobytes() == photo.crop(kept).tobytes(), name
