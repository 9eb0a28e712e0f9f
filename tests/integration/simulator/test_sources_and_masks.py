"""Image to image, inpainting and upscaling on the simulator: what happens to the pixels."""

import pytest
from PIL import Image
from tests.contract.comfyui.pixels import checkered, images_of, node, result, saving, uploaded
from tests.contract.comfyui.protocol_client import Server
from tests.integration.simulator.graphs import (
    SIZE,
    distance,
    from_image,
    from_nothing,
    largest_difference,
    sampling,
)

BOX = (48, 32, 80, 64)  # where masks are white
OUTSIDE = (0, 0, 48, 96)
DECODED = ["decode", 0]


def masked(size: tuple[int, int] = SIZE) -> Image.Image:
    """Return an image that is transparent in the box."""
    image = checkered(size).convert("RGBA")
    alpha = Image.new("L", size, 255)
    alpha.paste(0, BOX)
    image.putalpha(alpha)
    return image


async def test_denoise_zero_gives_the_source_after_a_vae(server: Server) -> None:
    name = await uploaded(server, checkered(SIZE))
    image = await result(server, from_image(name, denoise=0.0), DECODED)
    assert 1 <= largest_difference(image, checkered(SIZE)) <= 3
    pairs = zip(image.tobytes(), checkered(SIZE).tobytes(), strict=True)
    assert all(after != before for after, before in pairs)  # no pixel survives a VAE


async def test_denoise_one_ignores_the_source(server: Server) -> None:
    first = await uploaded(server, checkered(SIZE))
    second = await uploaded(server, Image.new("RGB", SIZE, (250, 20, 20)))
    images = [await result(server, from_image(name), DECODED) for name in (first, second)]
    drawn = await result(server, from_nothing(), DECODED)
    assert images[0].tobytes() == images[1].tobytes() == drawn.tobytes()


async def test_the_source_remains_in_proportion_to_denoise(server: Server) -> None:
    name = await uploaded(server, checkered(SIZE))
    distances = [
        distance(await result(server, from_image(name, denoise=part), DECODED), checkered(SIZE))
        for part in (0.0, 0.3, 0.6, 1.0)
    ]
    assert distances == sorted(distances)
    assert distances[1] < distances[3] / 2


async def test_sides_are_cropped_around_the_centre(server: Server) -> None:
    name = await uploaded(server, checkered((131, 125)))
    image = await result(server, from_image(name, denoise=0.0), DECODED)
    assert image.size == (128, 120)
    cropped = checkered((131, 125)).crop((1, 2, 129, 122))
    assert largest_difference(image, cropped) <= 3


async def test_only_the_mask_is_painted(server: Server) -> None:
    name = await uploaded(server, masked())
    graph = from_image(name, denoise=1.0, latent_image=["masked", 0])
    graph["masked"] = node("SetLatentNoiseMask", samples=["encode", 0], mask=["load", 1])
    graph["over"] = node(
        "ImageCompositeMasked",
        destination=["load", 0], source=DECODED, x=0, y=0, resize_source=False, mask=["load", 1],
    )  # fmt: skip
    painted = await result(server, graph, DECODED)
    assert 1 <= largest_difference(painted.crop(OUTSIDE), checkered(SIZE).crop(OUTSIDE)) <= 3
    drawn = await result(server, from_nothing(), DECODED)
    assert painted.crop(BOX).tobytes() == drawn.crop(BOX).tobytes()
    pasted = await result(server, graph, ["over", 0])
    assert pasted.crop(OUTSIDE).tobytes() == checkered(SIZE).crop(OUTSIDE).tobytes()
    assert pasted.crop(BOX).tobytes() == drawn.crop(BOX).tobytes()


async def test_an_image_without_alpha_masks_nothing(server: Server) -> None:
    name = await uploaded(server, checkered(SIZE))
    graph = from_image(name, denoise=1.0, latent_image=["masked", 0])
    graph["masked"] = node("SetLatentNoiseMask", samples=["encode", 0], mask=["load", 1])
    assert largest_difference(await result(server, graph, DECODED), checkered(SIZE)) <= 3


async def test_encoding_for_inpainting_greys_the_mask_and_grows_it(server: Server) -> None:
    name = await uploaded(server, masked())
    graph = from_image(name, denoise=0.0)
    graph["encode"] = node(
        "VAEEncodeForInpaint",
        pixels=["load", 0], vae=["model", 2], mask=["load", 1], grow_mask_by=6,
    )  # fmt: skip
    grey = (await result(server, graph, DECODED)).crop(BOX)
    assert grey.getcolors() == [(32 * 32, grey.getpixel((0, 0)))]
    assert all(abs(level - 127) <= 3 for level in grey.tobytes()[:3])
    graph["sample"]["inputs"]["denoise"] = 1.0
    painted = await result(server, graph, DECODED)
    drawn = await result(server, from_nothing(), DECODED)
    wider = (BOX[0] - 5, BOX[1] - 5, BOX[2] + 5, BOX[3] + 5)
    assert painted.crop(wider).tobytes() == drawn.crop(wider).tobytes()
    assert largest_difference(painted.crop(OUTSIDE), drawn.crop(OUTSIDE)) > 20


@pytest.mark.parametrize("noise_mask", [True, False])
async def test_an_inpainting_model_keeps_what_the_mask_leaves_out(
    noise_mask: bool, server: Server
) -> None:
    name = await uploaded(server, masked())
    graph = sampling(["fill", 2], positive=["fill", 0], negative=["fill", 1])
    graph["load"] = node("LoadImage", image=name)
    graph["fill"] = node(
        "InpaintModelConditioning",
        positive=["positive", 0], negative=["negative", 0], vae=["model", 2],
        pixels=["load", 0], mask=["load", 1], noise_mask=noise_mask,
    )  # fmt: skip
    painted = await result(server, graph, DECODED)
    assert largest_difference(painted.crop(OUTSIDE), checkered(SIZE).crop(OUTSIDE)) <= 3
    assert distance(painted.crop(BOX), checkered(SIZE).crop(BOX)) > 10


async def test_latents_are_enlarged_and_sampled_again(server: Server) -> None:
    graph = from_nothing()
    graph["larger"] = node(
        "LatentUpscaleBy", samples=["sample", 0], upscale_method="bislerp", scale_by=1.5
    )
    graph["again"] = {
        "class_type": "KSampler",
        "inputs": graph["sample"]["inputs"] | {"latent_image": ["larger", 0], "denoise": 0.5},
    }
    graph["decode_large"] = node("VAEDecode", samples=["again", 0], vae=["model", 2])
    small = await result(server, graph, DECODED)
    large = await result(server, graph, ["decode_large", 0])
    assert (small.size, large.size) == (SIZE, (192, 144))
    # The enlarged source is still visible under what was drawn again.
    assert distance(large, small.resize(large.size)) < 40


@pytest.mark.parametrize(("model", "factor"), [("2x-gentle", 2), ("4x-gentle", 4)])
async def test_an_upscale_model_enlarges_by_its_factor(
    model: str, factor: int, server: Server
) -> None:
    name = await uploaded(server, checkered((40, 24)))
    graph = {
        "load": node("LoadImage", image=name),
        "model": node("UpscaleModelLoader", model_name=f"{model}.safetensors"),
        "large": node("ImageUpscaleWithModel", upscale_model=["model", 0], image=["load", 0]),
    }
    image = await result(server, graph, ["large", 0])
    assert image.size == (40 * factor, 24 * factor)
    small = image.resize((40, 24), Image.Resampling.BOX)
    assert distance(small, checkered((40, 24))) < 30


async def test_a_repeated_latent_gives_different_images(server: Server) -> None:
    graph = from_nothing(latent_image=["three", 0])
    graph["three"] = node("RepeatLatentBatch", samples=["empty", 0], amount=3)
    graph["two"] = node("LatentFromBatch", samples=["sample", 0], batch_index=1, length=2)
    graph["decode"]["inputs"]["samples"] = ["two", 0]
    images = await images_of(server, await server.run(saving(graph, DECODED)), "save")
    assert len({image.tobytes() for image in images}) == 2
    second = await result(server, from_nothing(seed=8), DECODED)
    assert images[0].tobytes() == second.tobytes()


async def test_outpainting_draws_the_border_only(server: Server) -> None:
    name = await uploaded(server, checkered((64, 64)))
    graph = sampling(["encode", 0])
    graph["load"] = node("LoadImage", image=name)
    graph["pad"] = node(
        "ImagePadForOutpaint",
        image=["load", 0], left=0, top=0, right=64, bottom=0, feathering=0,
    )  # fmt: skip
    graph["encode"] = node(
        "VAEEncodeForInpaint",
        pixels=["pad", 0], vae=["model", 2], mask=["pad", 1], grow_mask_by=0,
    )  # fmt: skip
    image = await result(server, graph, DECODED)
    assert image.size == (128, 64)
    assert largest_difference(image.crop((0, 0, 64, 64)), checkered((64, 64))) <= 3
    drawn = await result(server, from_nothing((128, 64)), DECODED)
    assert image.crop((64, 0, 128, 64)).tobytes() == drawn.crop((64, 0, 128, 64)).tobytes()


async def test_a_tiled_vae_gives_the_same_image(server: Server) -> None:
    name = await uploaded(server, checkered(SIZE))
    plain = await result(server, from_image(name, denoise=0.4), DECODED)
    graph = from_image(name, denoise=0.4)
    tiles = {"tile_size": 64, "overlap": 32, "temporal_size": 64, "temporal_overlap": 8}
    graph["encode"] = node("VAEEncodeTiled", pixels=["load", 0], vae=["model", 2], **tiles)
    graph["decode"] = node("VAEDecodeTiled", samples=["sample", 0], vae=["model", 2], **tiles)
    assert (await result(server, graph, DECODED)).tobytes() == plain.tobytes()


async def test_batches_too_large_for_a_device_fail(server: Server) -> None:
    graph = {
        "large": node("EmptyImage", width=16384, height=16384, batch_size=64, color=0),
        "small": node("ImageScale", image=["large", 0], upscale_method="area", width=8, height=8,
                      crop="disabled"),
    }  # fmt: skip
    entry = await server.run(saving(graph, ["small", 0]))
    error = dict(entry["status"]["messages"])["execution_error"]
    assert (error["node_id"], error["exception_type"]) == ("large", "torch.OutOfMemoryError")
