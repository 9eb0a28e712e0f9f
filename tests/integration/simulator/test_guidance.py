"""ControlNets, references, schedules and prompts on the simulator: what they do to the pixels."""

from typing import Any

import pytest
from PIL import Image, ImageStat
from tests.contract.comfyui.pixels import checkered, node, result, uploaded
from tests.contract.comfyui.protocol_client import Graph, Server
from tests.integration.simulator.graphs import SIZE, distance, from_image, from_nothing

DECODED = ["decode", 0]
CONTROL = "sd15/control_v11p_sd15_canny.safetensors"


def lines() -> Image.Image:
    """Return a control map: one white line on black."""
    image = Image.new("RGB", SIZE)
    image.paste((255, 255, 255), (60, 0, 68, 96))
    return image


def brightness(image: Image.Image) -> float:
    return float(ImageStat.Stat(image.crop((60, 0, 68, 96)).convert("L")).mean[0])


async def controlled(server: Server, **inputs: Any) -> Image.Image:
    graph = from_nothing(positive=["apply", 0], negative=["apply", 1])
    graph["map"] = node("LoadImage", image=await uploaded(server, lines()))
    graph["control"] = node("ControlNetLoader", control_net_name=CONTROL)
    values = {"strength": 1.0, "start_percent": 0.0, "end_percent": 1.0} | inputs
    graph["apply"] = node(
        "ControlNetApplyAdvanced",
        **{
            "positive": ["positive", 0], "negative": ["negative", 0],
            "control_net": ["control", 0], "image": ["map", 0], **values,
        },
    )  # fmt: skip
    return await result(server, graph, DECODED)


async def test_a_control_map_shows_by_its_strength(server: Server) -> None:
    without = await result(server, from_nothing(), DECODED)
    images = [await controlled(server, strength=strength) for strength in (0.0, 0.3, 0.6, 1.0)]
    assert images[0].tobytes() == without.tobytes()
    levels = [brightness(image) for image in images]
    assert levels == sorted(levels)
    assert levels[3] > 240
    # Black parts of the map change nothing.
    assert images[3].crop((0, 0, 50, 96)).tobytes() == without.crop((0, 0, 50, 96)).tobytes()


async def test_a_control_map_shows_less_in_a_part_of_the_schedule(server: Server) -> None:
    half = await controlled(server, end_percent=0.5)
    assert brightness(half) < brightness(await controlled(server))
    never = await controlled(server, start_percent=0.5, end_percent=0.5)
    assert never.tobytes() == (await result(server, from_nothing(), DECODED)).tobytes()


async def test_a_union_control_net_has_a_type(server: Server) -> None:
    graph = from_nothing(positive=["apply", 0], negative=["apply", 1])
    graph["map"] = node("LoadImage", image=await uploaded(server, lines()))
    union = "sdxl/controlnet-union-sdxl-1.0.safetensors"
    graph["control"] = node("ControlNetLoader", control_net_name=union)
    graph["typed"] = node(
        "SetUnionControlNetType",
        control_net=["control", 0],
        type="canny/lineart/anime_lineart/mlsd",
    )
    graph["apply"] = node(
        "ControlNetApplyAdvanced",
        positive=["positive", 0], negative=["negative", 0], control_net=["typed", 0],
        image=["map", 0], strength=0.8, start_percent=0.0, end_percent=1.0, vae=["model", 2],
    )  # fmt: skip
    assert brightness(await result(server, graph, DECODED)) > 200


def redux(graph: Graph, name: str, strength: float) -> Graph:
    style = "flux1-redux-dev.safetensors"
    vision = "sigclip_vision_patch14_384.safetensors"
    return graph | {
        "picture": node("LoadImage", image=name),
        "vision": node("CLIPVisionLoader", clip_name=vision),
        "seen": node(
            "CLIPVisionEncode", clip_vision=["vision", 0], image=["picture", 0], crop="center"
        ),
        "style": node("StyleModelLoader", style_model_name=style),
        "styled": node(
            "StyleModelApply",
            conditioning=["positive", 0], style_model=["style", 0],
            clip_vision_output=["seen", 0], strength=strength, strength_type="multiply",
        ),
    }  # fmt: skip


async def test_a_style_reference_gives_its_colours(server: Server) -> None:
    red = Image.new("RGB", (64, 64), (255, 0, 0))
    name = await uploaded(server, red)
    without = await result(server, from_nothing(), DECODED)
    images = [
        await result(server, redux(from_nothing(positive=["styled", 0]), name, part), DECODED)
        for part in (0.0, 0.5, 1.0)
    ]
    assert images[0].tobytes() == without.tobytes()
    distances = [distance(image, red.resize(SIZE)) for image in images]
    assert distances == sorted(distances, reverse=True)
    assert distances[2] < distances[0] - 20


async def test_a_reference_latent_is_edited(server: Server) -> None:
    name = await uploaded(server, checkered(SIZE))
    graph = from_nothing(positive=["refers", 0])
    graph["load"] = node("LoadImage", image=name)
    graph["encode"] = node("VAEEncode", pixels=["load", 0], vae=["model", 2])
    graph["refers"] = node("ReferenceLatent", conditioning=["positive", 0], latent=["encode", 0])
    edited = await result(server, graph, DECODED)
    drawn = await result(server, from_nothing(), DECODED)
    assert distance(edited, checkered(SIZE)) < distance(drawn, checkered(SIZE)) / 2
    assert edited.tobytes() != checkered(SIZE).tobytes()


@pytest.mark.parametrize("encoder", ["TextEncodeQwenImageEdit", "TextEncodeQwenImageEditPlus"])
async def test_an_edit_prompt_keeps_its_image(encoder: str, server: Server) -> None:
    name = await uploaded(server, checkered(SIZE))
    graph = from_nothing()
    graph["load"] = node("LoadImage", image=name)
    given = {"image1": ["load", 0]} if encoder.endswith("Plus") else {"image": ["load", 0]}
    graph["positive"] = node(
        encoder, clip=["model", 1], prompt="a fox in the forest", vae=["model", 2], **given
    )
    edited = await result(server, graph, DECODED)
    drawn = await result(server, from_nothing(), DECODED)
    assert distance(edited, checkered(SIZE)) < distance(drawn, checkered(SIZE)) / 2


def advanced(graph: Graph, latent: list[Any], first: int, last: int, **inputs: Any) -> Any:
    sampler = graph["sample"]["inputs"]
    kept = ("model", "positive", "negative", "cfg", "sampler_name", "scheduler")
    return node(
        "KSamplerAdvanced",
        **{
            **{name: sampler[name] for name in kept}, "noise_seed": 7, "steps": 10,
            "latent_image": latent, "start_at_step": first, "end_at_step": last,
            "add_noise": "enable", "return_with_leftover_noise": "disable", **inputs,
        },
    )  # fmt: skip


async def test_two_samplers_share_a_schedule(server: Server) -> None:
    whole = from_nothing()
    whole["sample"] = advanced(whole, ["empty", 0], 0, 10000)
    graph = from_nothing()
    graph["base"] = advanced(graph, ["empty", 0], 0, 8, return_with_leftover_noise="enable")
    graph["sample"] = advanced(graph, ["base", 0], 8, 10000, add_noise="disable")
    graph["decode_base"] = node("VAEDecode", samples=["base", 0], vae=["model", 2])
    finished = await result(server, graph, DECODED)
    assert finished.tobytes() == (await result(server, whole, DECODED)).tobytes()
    noisy = await result(server, graph, ["decode_base", 0])
    assert distance(noisy, finished) > 5  # the first sampler left noise


async def test_a_sampler_without_steps_changes_nothing(server: Server) -> None:
    name = await uploaded(server, checkered(SIZE))
    graph = from_image(name)
    graph["sample"] = advanced(graph, ["encode", 0], 5, 5)
    kept = await result(server, graph, DECODED)
    encoded = await result(server, from_image(name, denoise=0.0), DECODED)
    assert kept.tobytes() == encoded.tobytes()


def custom(graph: Graph, sigmas: list[Any], latent: list[Any]) -> Graph:
    """Return the graph with a sampler whose parts are nodes."""
    return graph | {
        "noise": node("RandomNoise", noise_seed=7),
        "guider": node(
            "CFGGuider",
            model=["model", 0], positive=["positive", 0], negative=["negative", 0], cfg=7.0,
        ),
        "choice": node("KSamplerSelect", sampler_name="euler"),
        "schedule": node(
            "BasicScheduler", model=["model", 0], scheduler="normal", steps=10, denoise=1.0
        ),
        "split": node("SplitSigmasDenoise", sigmas=["schedule", 0], denoise=0.5),
        "sample": node(
            "SamplerCustomAdvanced",
            noise=["noise", 0], guider=["guider", 0], sampler=["choice", 0], sigmas=sigmas,
            latent_image=latent,
        ),
    }  # fmt: skip


async def test_a_sampler_of_parts_equals_a_simple_one(server: Server) -> None:
    graph = custom(from_nothing(), ["schedule", 0], ["empty", 0])
    drawn = await result(server, from_nothing(), DECODED)
    assert (await result(server, graph, DECODED)).tobytes() == drawn.tobytes()


async def test_the_end_of_a_split_schedule_denoises_in_part(server: Server) -> None:
    name = await uploaded(server, checkered(SIZE))
    graph = custom(from_image(name), ["split", 1], ["encode", 0])
    half = await result(server, from_image(name, denoise=0.5), DECODED)
    assert (await result(server, graph, DECODED)).tobytes() == half.tobytes()


async def test_clip_skip_changes_the_composition(server: Server) -> None:
    graph = from_nothing()
    graph["skip"] = node("CLIPSetLastLayer", clip=["model", 1], stop_at_clip_layer=-2)
    graph["positive"]["inputs"]["clip"] = ["skip", 0]
    skipped = await result(server, graph, DECODED)
    graph["skip"]["inputs"]["stop_at_clip_layer"] = -1
    assert (await result(server, graph, DECODED)).tobytes() != skipped.tobytes()
