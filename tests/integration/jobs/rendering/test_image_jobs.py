"""Jobs that work on images, from the API through worker and ComfyUI, on both releases."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image, ImageChops, ImageDraw
from tests.integration.catalog.selection.test_submissions import ready
from tests.support.service import Api, running_api, running_worker, with_backends

from genonaut.config import Settings
from genonaut.simulator import SimulatorOptions, running_simulator

STEPS = {"seed": 5, "steps": 3}
CANNY = "sd15/control_v11p_sd15_canny.safetensors"


@pytest.fixture(params=["0.3.64", "0.33.0"])
async def release(
    request: pytest.FixtureRequest, settings: Settings, tmp_path: Path
) -> AsyncIterator[Settings]:
    options = SimulatorOptions(version=request.param, output_directory=tmp_path / "out")
    async with running_simulator(options) as server:
        yield with_backends(settings, server.url)


def photo(width: int = 128, height: int = 128) -> Image.Image:
    """Return an image in which every pixel differs from its neighbours."""
    red = Image.linear_gradient("L").resize((width, height))
    green = Image.linear_gradient("L").rotate(90).resize((width, height))
    return Image.merge("RGB", (red, green, ImageChops.difference(red, green)))


def box_mask(size: tuple[int, int], box: tuple[int, int, int, int]) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rectangle(box, fill=255)
    return mask


async def uploaded(api: Api, image: Image.Image) -> dict[str, int]:
    """Upload an image and return the reference to it."""
    file = io.BytesIO()
    image.save(file, "PNG")
    answer = await api.http.post("/api/v1/uploads/", files={"file": ("a.png", file.getvalue())})
    assert answer.status_code in {200, 201}, answer.text
    return {"upload_id": answer.json()["id"]}


async def image_of(api: Api, content_id: int) -> Image.Image:
    answer = await api.http.get(f"/api/v1/content/{content_id}/image")
    image = Image.open(io.BytesIO(answer.content))
    image.load()
    return image


async def made(api: Api, **fields: Any) -> tuple[int, Image.Image]:
    """Return the item and the image of a job that completes."""
    body = {"prompt": "a harbour", "checkpoint_model": "sd15.safetensors", "params": STEPS}
    if fields.get("operation") == "upscale":
        body = {}
    answer = await api.http.post("/api/v1/generation-jobs/", json={**body, **fields})
    assert answer.status_code == 201, answer.text
    done = await api.ended(answer.json()["id"])
    assert done["status"] == "completed", done
    return done["content_id"], await image_of(api, done["content_id"])


def largest_difference(one: Image.Image, other: Image.Image) -> int:
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    return max(int(band[1]) for band in difference.getextrema())  # type: ignore[index]


async def test_a_source_is_changed_as_far_as_denoise_says(release: Settings) -> None:
    async with running_api(release) as api, running_worker(release):
        await ready(api)
        source = {"image": await uploaded(api, photo())}
        _, same = await made(api, source=source, params={**STEPS, "denoise": 0.0})
        _, other = await made(api, source=source, params={**STEPS, "denoise": 0.9})
    assert same.size == other.size == (128, 128)
    assert largest_difference(same, photo()) < largest_difference(other, photo())


async def test_pixels_outside_of_a_filled_mask_do_not_change(release: Settings) -> None:
    box = (48, 48, 79, 79)
    async with running_api(release) as api, running_worker(release):
        await ready(api)
        source = {
            "image": await uploaded(api, photo()),
            "mask": await uploaded(api, box_mask((128, 128), box)),
            "mask_mode": "fill",
            "mask_grow_px": 4,
            "mask_feather_px": 8,
        }
        _, image = await made(api, source=source)
    outside = Image.new("L", (128, 128), 255)
    ImageDraw.Draw(outside).rectangle((48 - 12, 48 - 12, 79 + 12, 79 + 12), fill=0)
    black = Image.new("RGB", (128, 128))
    before = Image.composite(photo(), black, outside)
    assert largest_difference(Image.composite(image.convert("RGB"), black, outside), before) == 0
    assert largest_difference(image, photo()) > 0


async def test_an_image_is_extended_without_changing_it(release: Settings) -> None:
    async with running_api(release) as api, running_worker(release):
        await ready(api)
        extend = {"left": 64, "bottom": 32, "feather_px": 8}
        source = {"image": await uploaded(api, photo()), "extend": extend}
        _, image = await made(api, source=source)
    assert image.size == (192, 160)
    kept = (64 + 8, 0, 192, 128 - 8)
    assert largest_difference(image.crop(kept), photo().crop((8, 0, 128, 120))) == 0


async def test_an_upscale_enlarges_and_names_its_source(release: Settings) -> None:
    async with running_api(release) as api, running_worker(release):
        await ready(api)
        parent, _ = await made(api, width=96, height=64)
        upscale = {"model": "4x-gentle.safetensors", "scale": 2.5}
        child, image = await made(
            api, operation="upscale", source={"image": {"content_id": parent}}, upscale=upscale
        )
        item = (await api.http.get(f"/api/v1/content/{child}")).json()
        lineage = (await api.http.get(f"/api/v1/content/{parent}/lineage")).json()
    assert image.size == (240, 160)
    assert (item["title"], item["checkpoint_model"]) == ("Upscaled image", "")
    assert item["metadata"]["upscale"] == upscale
    assert item["metadata"]["source"]["image"]["content_id"] == parent
    assert "Postprocess upscale by: 2.5" in image.info["parameters"]
    assert [one["id"] for one in lineage["children"]] == [child]


async def test_control_references_and_batches_run(release: Settings) -> None:
    async with running_api(release) as api, running_worker(release):
        await ready(api)
        guide = await uploaded(api, photo())
        control = {"model": CANNY, "image": guide, "type": "canny", "preprocessor": "canny"}
        _, image = await made(api, control=[control], width=128, height=64)
        graph = msgspec.json.decode(image.info["prompt"])
        classes = [node["class_type"] for node in graph.values()]
        assert {"Canny", "ControlNetApplyAdvanced"} <= set(classes)
        assert "ControlNet 0" in image.info["parameters"]
        await made(
            api,
            checkpoint_model="flux1-kontext-dev.safetensors",
            references=[{"image": guide}],
            width=128,
            height=128,
        )
        job = await api.submit(source={"image": guide}, params={"steps": 2}, batch_size=3)
        items = [(await api.ended(one))["content_id"] for one in job["batch_job_ids"]]
        files = {(await image_of(api, one)).tobytes() for one in items}
    assert len(files) == 3


async def test_a_retried_job_uses_its_images_again(release: Settings) -> None:
    async with running_api(release) as api:
        source = {"image": await uploaded(api, photo())}
        job = await api.submit(source=source, params=STEPS)
        await api.http.post(f"/api/v1/generation-jobs/{job['id']}/cancel")
        async with running_worker(release):
            await ready(api)
            again = await api.http.post(f"/api/v1/generation-jobs/{job['id']}/retry")
            assert again.status_code == 201, again.text
            done = await api.ended(again.json()["id"])
            prompt = "a lighthouse at dusk"
            _, first = await made(api, prompt=prompt, source=source, params=STEPS)
            image = await image_of(api, done["content_id"])
    assert done["source"] == job["source"]
    assert image.tobytes() == first.tobytes()
