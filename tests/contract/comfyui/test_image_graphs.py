"""Graphs on images that need no weights: they run alike on the simulators and on a real server."""

import pytest
from PIL import Image, ImageChops
from tests.contract.comfyui.pixels import (
    checkered,
    images_of,
    node,
    result,
    saving,
    upload,
    uploaded,
)
from tests.contract.comfyui.protocol_client import Server

SIZE = (64, 48)
LOADED = ["load", 0]


async def source(server: Server, image: Image.Image | None = None) -> dict[str, object]:
    return {"load": node("LoadImage", image=await uploaded(server, image or checkered(SIZE)))}


def half_mask(size: tuple[int, int] = SIZE) -> Image.Image:
    """Return an image whose right half is transparent, that is, masked."""
    image = checkered(size).convert("RGBA")
    alpha = Image.new("L", size, 255)
    alpha.paste(0, (size[0] // 2, 0, *size))
    image.putalpha(alpha)
    return image


async def test_a_loaded_image_is_saved_with_the_same_pixels(comfyui_server: Server) -> None:
    saved = await result(comfyui_server, await source(comfyui_server), LOADED)
    assert saved.tobytes() == checkered(SIZE).tobytes()


async def test_a_mask_is_the_inverse_of_alpha(comfyui_server: Server) -> None:
    graph = await source(comfyui_server, half_mask())
    mask = await result(comfyui_server, graph, ["load", 1], is_mask=True)
    assert mask.getpixel((10, 10)) == (0, 0, 0)
    assert mask.getpixel((50, 10)) == (255, 255, 255)
    # The colours below the transparent part remain.
    assert (await result(comfyui_server, graph, LOADED)).tobytes() == checkered(SIZE).tobytes()


async def test_an_image_without_alpha_has_a_small_black_mask(comfyui_server: Server) -> None:
    mask = await result(comfyui_server, await source(comfyui_server), ["load", 1], is_mask=True)
    assert (mask.size, mask.getextrema()) == ((64, 64), ((0, 0), (0, 0), (0, 0)))


@pytest.mark.parametrize(
    ("inputs", "size"),
    [
        ({"width": 32, "height": 96, "crop": "disabled"}, (32, 96)),
        ({"width": 33, "height": 17, "crop": "center"}, (33, 17)),
        ({"width": 128, "height": 0, "crop": "disabled"}, (128, 96)),
        ({"width": 0, "height": 24, "crop": "disabled"}, (32, 24)),
    ],
)
@pytest.mark.parametrize("method", ["nearest-exact", "bilinear", "area", "bicubic", "lanczos"])
async def test_images_are_scaled_to_any_size(
    inputs: dict[str, object], size: tuple[int, int], method: str, comfyui_server: Server
) -> None:
    graph = await source(comfyui_server)
    graph["scale"] = node("ImageScale", image=LOADED, upscale_method=method, **inputs)
    assert (await result(comfyui_server, graph, ["scale", 0])).size == size


async def test_a_centre_crop_keeps_the_middle(comfyui_server: Server) -> None:
    image = Image.new("RGB", (60, 20), (0, 0, 255))
    image.paste((255, 0, 0), (20, 0, 40, 20))
    graph = await source(comfyui_server, image)
    graph["scale"] = node(
        "ImageScale",
        image=LOADED, upscale_method="nearest-exact", width=20, height=20, crop="center",
    )  # fmt: skip
    assert (await result(comfyui_server, graph, ["scale", 0])).getcolors() == [(400, (255, 0, 0))]


async def test_images_are_scaled_by_a_factor(comfyui_server: Server) -> None:
    graph = await source(comfyui_server)
    graph["scale"] = node("ImageScaleBy", image=LOADED, upscale_method="lanczos", scale_by=1.5)
    assert (await result(comfyui_server, graph, ["scale", 0])).size == (96, 72)


async def test_pixels_outside_the_mask_are_exact_after_a_composite(
    comfyui_server: Server,
) -> None:
    graph = await source(comfyui_server, half_mask())
    graph["blue"] = node("EmptyImage", width=SIZE[0], height=SIZE[1], batch_size=1, color=0x0000FF)
    graph["over"] = node(
        "ImageCompositeMasked",
        destination=LOADED, source=["blue", 0], x=0, y=0, resize_source=False, mask=["load", 1],
    )  # fmt: skip
    pasted = await result(comfyui_server, graph, ["over", 0])
    left, right = (0, 0, 32, 48), (32, 0, 64, 48)
    assert pasted.crop(left).tobytes() == checkered(SIZE).crop(left).tobytes()
    assert pasted.crop(right).getcolors() == [(32 * 48, (0, 0, 255))]


async def test_a_composite_beyond_the_edge_is_cut(comfyui_server: Server) -> None:
    graph = await source(comfyui_server)
    graph["blue"] = node("EmptyImage", width=64, height=64, batch_size=1, color=0x0000FF)
    graph["over"] = node(
        "ImageCompositeMasked",
        destination=LOADED, source=["blue", 0], x=48, y=40, resize_source=False,
    )  # fmt: skip
    pasted = await result(comfyui_server, graph, ["over", 0])
    changed = ImageChops.difference(pasted, checkered(SIZE)).getbbox()
    assert (pasted.size, changed) == (SIZE, (48, 40, 64, 48))


async def test_a_mask_is_grown_and_shrunk(comfyui_server: Server) -> None:
    image = checkered(SIZE).convert("RGBA")
    alpha = Image.new("L", SIZE, 255)
    alpha.paste(0, (30, 20, 34, 24))
    image.putalpha(alpha)
    sizes = {}
    for expand in (0, 3, -1):
        graph = await source(comfyui_server, image)
        graph["grow"] = node("GrowMask", mask=["load", 1], expand=expand, tapered_corners=False)
        mask = await result(comfyui_server, graph, ["grow", 0], is_mask=True)
        sizes[expand] = mask.getbbox()
    assert sizes == {0: (30, 20, 34, 24), 3: (27, 17, 37, 27), -1: (31, 21, 33, 23)}


async def test_tapered_corners_stay_black(comfyui_server: Server) -> None:
    graph = {
        "solid": node("SolidMask", value=0.0, width=32, height=32),
        "dot": node("SolidMask", value=1.0, width=2, height=2),
        "with": node(
            "MaskComposite",
            destination=["solid", 0], source=["dot", 0], x=15, y=15, operation="add",
        ),
        "grow": node("GrowMask", mask=["with", 0], expand=6, tapered_corners=True),
    }  # fmt: skip
    mask = await result(comfyui_server, graph, ["grow", 0], is_mask=True)
    assert mask.getbbox() == (9, 9, 23, 23)
    assert mask.getpixel((9, 9)) == (0, 0, 0)
    assert mask.getpixel((15, 9)) == (255, 255, 255)


async def test_a_feathered_mask_rises_from_the_edge(comfyui_server: Server) -> None:
    graph = {
        "solid": node("SolidMask", value=1.0, width=64, height=32),
        "soft": node("FeatherMask", mask=["solid", 0], left=16, top=0, right=0, bottom=0),
    }
    mask = await result(comfyui_server, graph, ["soft", 0], is_mask=True)
    row = mask.getchannel("R").crop((0, 10, 64, 11)).tobytes()
    levels = [row[x] for x in (0, 5, 10, 15, 40)]
    assert levels == sorted(levels)
    assert levels[0] < 30
    assert levels[-2:] == [255, 255]


async def test_masks_are_inverted_and_thresholded(comfyui_server: Server) -> None:
    graph = {
        "solid": node("SolidMask", value=0.25, width=8, height=8),
        "not": node("InvertMask", mask=["solid", 0]),
        "hard": node("ThresholdMask", mask=["not", 0], value=0.5),
    }
    mask = await result(comfyui_server, graph, ["hard", 0], is_mask=True)
    assert mask.getextrema() == ((255, 255), (255, 255), (255, 255))


@pytest.mark.parametrize("channel", ["red", "green", "blue"])
async def test_a_colour_channel_becomes_a_mask(channel: str, comfyui_server: Server) -> None:
    graph = {
        "color": node("EmptyImage", width=8, height=8, batch_size=1, color=0x2040FF),
        "mask": node("ImageToMask", image=["color", 0], channel=channel),
    }
    level = {"red": 0x20, "green": 0x40, "blue": 0xFF}[channel]
    mask = await result(comfyui_server, graph, ["mask", 0], is_mask=True)
    assert mask.getpixel((4, 4)) == (level, level, level)


async def test_a_mask_is_loaded_from_a_channel(comfyui_server: Server) -> None:
    name = await uploaded(comfyui_server, Image.new("RGB", (16, 8), (255, 0, 128)))
    for channel, level in (("red", 255), ("green", 0), ("blue", 128)):
        graph = {"mask": node("LoadImageMask", image=name, channel=channel)}
        mask = await result(comfyui_server, graph, ["mask", 0], is_mask=True)
        assert (mask.size, mask.getpixel((3, 3))) == ((16, 8), (level, level, level))


async def test_padding_for_outpainting_keeps_the_original(comfyui_server: Server) -> None:
    graph = await source(comfyui_server)
    graph["pad"] = node(
        "ImagePadForOutpaint",
        image=LOADED, left=16, top=0, right=0, bottom=8, feathering=8,
    )  # fmt: skip
    padded = await result(comfyui_server, graph, ["pad", 0])
    assert padded.size == (80, 56)
    assert padded.crop((16, 0, 80, 48)).tobytes() == checkered(SIZE).tobytes()
    mask = await result(comfyui_server, graph, ["pad", 1], is_mask=True)
    levels = mask.getchannel("R")
    assert [levels.getpixel(at) for at in ((3, 3), (40, 52))] == [255, 255]
    assert levels.getpixel((16, 20)) == 255  # the feathering lies inside the original
    assert levels.getpixel((20, 20)) in range(1, 255)
    assert levels.getpixel((40, 20)) == 0


async def test_canny_finds_the_outline(comfyui_server: Server) -> None:
    image = Image.new("RGB", (64, 64), (0, 0, 0))
    image.paste((255, 255, 255), (20, 20, 44, 44))
    graph = await source(comfyui_server, image)
    graph["edges"] = node("Canny", image=LOADED, low_threshold=0.2, high_threshold=0.5)
    edges = (await result(comfyui_server, graph, ["edges", 0])).getchannel("R")
    assert edges.getpixel((5, 5)) == edges.getpixel((32, 32)) == 0
    left, top, right, bottom = edges.getbbox() or (0, 0, 0, 0)
    assert all(abs(edge - 20) <= 3 for edge in (left, top))
    assert all(abs(edge - 44) <= 3 for edge in (right, bottom))


async def test_batches_are_joined_repeated_and_picked(comfyui_server: Server) -> None:
    graph = {
        "red": node("EmptyImage", width=16, height=16, batch_size=1, color=0xFF0000),
        "blue": node("EmptyImage", width=16, height=16, batch_size=1, color=0x0000FF),
        "both": node("ImageBatch", image1=["red", 0], image2=["blue", 0]),
        "four": node("RepeatImageBatch", image=["both", 0], amount=2),
        "last": node("ImageFromBatch", image=["four", 0], batch_index=1, length=2),
    }
    entry = await comfyui_server.run(saving(graph, ["last", 0]))
    colors = [image.getpixel((3, 3)) for image in await images_of(comfyui_server, entry, "save")]
    assert colors == [(0, 0, 255), (255, 0, 0)]


async def test_a_missing_input_file_is_refused(comfyui_server: Server) -> None:
    graph = saving({"load": node("LoadImage", image="contract/nosuch.png")}, LOADED)
    status, answer = await comfyui_server.post(graph)
    assert (status, answer["error"]["type"]) == (400, "prompt_outputs_failed_validation")
    error = answer["node_errors"]["load"]["errors"][0]
    assert (error["type"], error["message"], error["details"]) == (
        "custom_validation_failed",
        "Custom validation failed for node",
        "image - Invalid image file: contract/nosuch.png",
    )


@pytest.mark.parametrize("value", [42, None])
async def test_an_input_file_that_is_no_text_fails_the_validation(
    value: object, comfyui_server: Server
) -> None:
    status, answer = await comfyui_server.post(
        saving({"load": node("LoadImage", image=value)}, LOADED)
    )
    error = answer["node_errors"]["load"]["errors"][0]
    assert (status, error["type"]) == (400, "exception_during_inner_validation")
    assert error["details"].endswith("object has no attribute 'endswith'")


async def test_an_output_can_be_an_input(comfyui_server: Server) -> None:
    entry = await comfyui_server.run(saving(await source(comfyui_server), LOADED))
    saved = entry["outputs"]["save"]["images"][0]
    name = f"{saved['subfolder']}/{saved['filename']} [output]"
    graph = {"load": node("LoadImage", image=name)}
    assert (await result(comfyui_server, graph, LOADED)).tobytes() == checkered(SIZE).tobytes()


async def test_a_file_that_is_no_image_fails_when_it_runs(comfyui_server: Server) -> None:
    _, answer = await upload(comfyui_server, b"no image", subfolder="contract")
    graph = {"load": node("LoadImage", image=f"contract/{answer['name']}")}
    entry = await comfyui_server.run(saving(graph, LOADED))
    assert entry["status"]["status_str"] == "error"
    messages = dict(entry["status"]["messages"])
    assert messages["execution_error"]["exception_type"] == "PIL.UnidentifiedImageError"
