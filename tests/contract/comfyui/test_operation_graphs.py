"""The graphs of all operations run on every server; they need a checkpoint of Stable Diffusion."""

from typing import Any
from uuid import uuid4

import msgspec
import pytest
from PIL import Image, ImageChops
from tests.contract.comfyui.pixels import checkered, images_of, uploaded
from tests.contract.comfyui.protocol_client import Server

from genonaut.comfyui import (
    CheckpointLoader,
    Control,
    Generation,
    Hires,
    InpaintMethod,
    Mask,
    NodeInfo,
    Source,
    Upscaling,
    build_graph,
    complete_graph,
)

SIZE = (96, 64)
BOX = (32, 16, 64, 48)
"""Of the mask: left, top, right, bottom."""


def with_mask(image: Image.Image, box: tuple[int, int, int, int] = BOX) -> Image.Image:
    """Return the image with a transparent box: what is painted."""
    alpha = Image.new("L", image.size, 255)
    alpha.paste(0, box)
    masked = image.convert("RGBA")
    masked.putalpha(alpha)
    return masked


def spec(server: Server, **changes: Any) -> Generation:
    fields: dict[str, Any] = {
        "prompt": "a lighthouse",
        "loader": CheckpointLoader(server.checkpoint),
        "width": SIZE[0],
        "height": SIZE[1],
        "seed": uuid4().int % 2**32,
        "steps": 2,
        "cfg": 7.0,
        "sampler": "euler",
        "scheduler": "normal",
        "filename_prefix": f"contract/{uuid4().hex}",
    }
    return Generation(**(fields | changes))


async def run(server: Server, wanted: Generation | Upscaling) -> Image.Image:
    """Complete the graph for the server, run it and return its image."""
    classes = msgspec.convert(await server.get("/object_info"), dict[str, NodeInfo])
    found = complete_graph(build_graph(wanted), classes)
    assert found.problems == ()
    entry = await server.run(found.graph)
    assert entry["status"]["status_str"] == "success", entry["status"]
    (image,) = await images_of(server, entry, "save")
    return image


async def first_of(server: Server, folder: str, word: str = "") -> str:
    names: list[str] = await server.get(f"/models/{folder}")
    fitting = [name for name in names if word in name]
    if not fitting:
        pytest.skip(f"the server has no model in {folder}")
    return fitting[0]


async def test_a_source_is_changed_and_keeps_its_size(with_models: Server) -> None:
    source = Source(await uploaded(with_models, checkered(SIZE)))
    image = await run(with_models, spec(with_models, source=source, denoise=0.5))
    assert image.size == SIZE
    assert image.tobytes() != checkered(SIZE).tobytes()


@pytest.mark.parametrize("method", list(InpaintMethod))
async def test_only_pixels_inside_the_mask_change(
    with_models: Server, method: InpaintMethod
) -> None:
    photo = checkered(SIZE)
    mask = Mask(await uploaded(with_models, with_mask(photo)), method)
    source = Source(await uploaded(with_models, photo), mask)
    denoise = 0.8 if method is InpaintMethod.NOISE_MASK else 1.0
    image = await run(with_models, spec(with_models, source=source, denoise=denoise))
    changed = ImageChops.difference(image, photo).getbbox()
    assert changed is not None
    left, top, right, bottom = changed
    assert (left >= BOX[0], top >= BOX[1], right <= BOX[2], bottom <= BOX[3]) == (True,) * 4


async def test_an_extension_keeps_the_pixels_of_the_source(with_models: Server) -> None:
    padded = Image.new("RGB", (SIZE[0] + 32, SIZE[1]), (127, 127, 127))
    padded.paste(checkered(SIZE))
    mask = with_mask(padded, (SIZE[0], 0, SIZE[0] + 32, SIZE[1]))
    source = Source(
        await uploaded(with_models, padded),
        Mask(await uploaded(with_models, mask), InpaintMethod.FILL),
    )
    image = await run(with_models, spec(with_models, width=SIZE[0] + 32, source=source))
    assert image.size == padded.size
    assert image.crop((0, 0, *SIZE)).tobytes() == checkered(SIZE).tobytes()
    assert image.tobytes() != padded.tobytes()


@pytest.mark.parametrize("is_latent", [True, False], ids=["latent", "model"])
async def test_hires_makes_a_larger_image(with_models: Server, *, is_latent: bool) -> None:
    model = "" if is_latent else await first_of(with_models, "upscale_models")
    hires = Hires(scale=1.5, steps=2, denoise=0.5, upscale_model=model)
    image = await run(with_models, spec(with_models, hires=hires))
    assert image.size == (144, 96)


async def test_controlnets_are_applied_to_a_photo_and_to_a_map(with_models: Server) -> None:
    model = await first_of(with_models, "controlnet", "sd15" if with_models.is_simulator else "")
    photo = await uploaded(with_models, checkered(SIZE))
    edges = await uploaded(with_models, checkered((48, 32)))
    controls = (
        Control(model=model, image=photo, is_canny=True, strength=0.7),
        Control(model=model, image=edges, start=0.1, end=0.9),
    )
    image = await run(with_models, spec(with_models, controls=controls))
    assert image.size == SIZE


async def test_an_image_is_enlarged_to_an_exact_size(comfyui_server: Server) -> None:
    model = await first_of(comfyui_server, "upscale_models")
    wanted = Upscaling(
        image=await uploaded(comfyui_server, checkered(SIZE)),
        upscale_model=model,
        width=230,
        height=154,
        filename_prefix=f"contract/{uuid4().hex}",
    )
    assert (await run(comfyui_server, wanted)).size == (230, 154)
