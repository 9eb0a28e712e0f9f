"""Graphs that sample several times: a second pass on the enlarged image, and parts of one image."""

from typing import Any

import pytest
from tests.support import metadata_files as files
from tests.support.metadata_files import as_json

from genonaut.metadata import Generation, read_file

Graph = dict[str, Any]
_SETTINGS = {"seed": 5, "steps": 20, "cfg": 7, "sampler_name": "euler", "scheduler": "karras"}


def _node(kind: str, inputs: Graph | None = None, **more: object) -> Graph:
    return {"class_type": kind, "inputs": (inputs or {}) | more}


_FIRST: Graph = {
    "base": _node("CheckpointLoaderSimple", ckpt_name="base"),
    "fox": _node("CLIPTextEncode", clip=["base", 1], text="a fox"),
    "ugly": _node("CLIPTextEncode", clip=["base", 1], text="ugly"),
    "latent": _node("EmptyLatentImage", width=512, height=768),
    "first": _node(
        "KSampler", _SETTINGS, denoise=1, model=["base", 0], positive=["fox", 0], negative=["ugly", 0], latent_image=["latent", 0]
    ),
    "image": _node("VAEDecode", samples=["first", 0], vae=["base", 2]),
    "upscaler": _node("UpscaleModelLoader", model_name="4x-sharp.pth"),
    "large": _node("ImageUpscaleWithModel", upscale_model=["upscaler", 0], image=["image", 0]),
    "encoded": _node("VAEEncode", pixels=["sized", 0], vae=["base", 2]),
    "save": _node("SaveImage", images=["second", 0]),
}  # fmt: skip
_SECOND: Graph = {**_FIRST["first"]["inputs"], "seed": 9, "steps": 10, "denoise": 0.3}


def _read(graph: Graph) -> Generation:
    generation = read_file(files.png({"prompt": as_json(graph)}))
    assert generation is not None
    return generation


@pytest.mark.parametrize(
    ("nodes", "latent", "scale", "upscaler"),
    [
        ({"sized": _node("ImageScale", width=768, height=1152, image=["large", 0], upscale_method="area")}, "encoded", 1.5, "4x-sharp.pth"),
        ({"sized": _node("ImageScaleBy", scale_by=0.5, image=["large", 0], upscale_method="area")}, "encoded", 2.0, "4x-sharp.pth"),
        ({"sized": _node("Reroute", image=["large", 0]), "upscaler": _node("UpscaleModelLoader", model_name="sharp")},
         "encoded", None, "sharp"),
        ({"sized": _node("ImageScale", width=["grown", 0], height=768, image=["large", 0]),
          "grown": _node("CR Integer Multiple", integer=["latent", 1], multiple=["factor", 0]),
          "factor": _node("PrimitiveFloat", value=1.5)}, "encoded", 1.5, "4x-sharp.pth"),
        ({"latent-large": _node("LatentUpscaleBy", scale_by=1.5, samples=["first", 0], upscale_method="bislerp")},
         "latent-large", 1.5, "bislerp"),
    ],
    ids=["model-and-size", "model-and-factor", "model-without-factor", "linked-factor", "latent"],
)  # fmt: skip
def test_a_second_pass(nodes: Graph, latent: str, scale: float | None, upscaler: str) -> None:
    second = _node("KSampler", _SECOND, latent_image=[latent, 0])
    found = _read(_FIRST | nodes | {"second": second})
    shown = {"scale": scale, "upscaler": upscaler, "steps": 10, "denoise": 0.3}
    assert found.hires == {name: value for name, value in shown.items() if value is not None}
    assert (found.seed, found.steps, found.denoise, found.width) == (5, 20, 1, 512)


def test_a_second_pass_of_other_nodes() -> None:
    own = {name: value for name, value in _SECOND.items() if name != "latent_image"}
    tiled = _node(
        "UltimateSDUpscale", own, image=["image", 0], upscale_by=2, upscale_model=["upscaler", 0]
    )
    assert _read(_FIRST | {"second": tiled}).hires == {
        "scale": 2, "upscaler": "4x-sharp.pth", "steps": 10, "denoise": 0.3,
    }  # fmt: skip
    script = _node(
        "HighRes-Fix Script", upscale_type="latent", latent_upscaler="city96.v1", pixel_upscaler="x.pth",
        upscale_by=1.25, hires_steps=12, denoise=0.5,
    )  # fmt: skip
    first = _node("KSampler (Efficient)", _FIRST["first"]["inputs"], script=["script", 0])
    assert _read(_FIRST | {"script": script, "second": first}).hires == {
        "scale": 1.25, "upscaler": "city96.v1", "steps": 12, "denoise": 0.5,
    }  # fmt: skip


def test_sampling_again_at_the_same_size_is_no_second_pass() -> None:
    again = _node("KSampler", _SECOND, latent_image=["first", 0])
    assert _read(_FIRST | {"second": again}).hires == {}


def test_parts_of_one_image() -> None:
    """The whole counts: its prompt, the size of the latent that the parts are put into, and that one's noise."""
    advanced = {**_FIRST["first"]["inputs"], "add_noise": "enable", "noise_seed": 5}
    graph = {name: _FIRST[name] for name in ("base", "fox", "ugly")} | {
        "sky": _node("CLIPTextEncode", clip=["base", 1], text="sky"),
        "wide": _node("EmptyLatentImage", width=1024, height=512),
        "small": _node("EmptyLatentImage", width=256, height=256),
        "part": _node("KSamplerAdvanced", advanced, noise_seed=7, seed=7, latent_image=["small", 0]),
        "ground": _node("KSamplerAdvanced", advanced, seed=5, positive=["sky", 0], latent_image=["wide", 0]),
        "both": _node("LatentComposite", samples_from=["part", 0], samples_to=["ground", 0], x=8, y=8),
        "whole": _node("CLIPTextEncode", clip=["base", 1], text="a fox under the sky"),
        "finish": _node(
            "KSamplerAdvanced", advanced, add_noise="disable", noise_seed=0, seed=0, positive=["whole", 0],
            latent_image=["both", 0],
        ),
        "save": _node("SaveImage", images=["finish", 0]),
    }  # fmt: skip
    found = _read(graph)
    assert (found.prompt, found.seed) == ("a fox under the sky", 5)
    assert (found.width, found.height) == (1024, 512)
