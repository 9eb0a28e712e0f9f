"""Parts of graphs that the tests of the simulator compose."""

from typing import Any

from PIL import Image, ImageChops, ImageStat
from tests.contract.comfyui.pixels import node
from tests.contract.comfyui.protocol_client import Graph

SIZE = (128, 96)


def sampling(
    latent: list[Any],
    *,
    denoise: float = 1.0,
    seed: int = 7,
    text: str = "a fox in the forest",
    **inputs: Any,
) -> Graph:
    """Return a graph whose node ``decode`` decodes what ``sample`` made of a latent."""
    return {
        "model": node("CheckpointLoaderSimple", ckpt_name="sd15.safetensors"),
        "positive": node("CLIPTextEncode", clip=["model", 1], text=text),
        "negative": node("CLIPTextEncode", clip=["model", 1], text="blurry"),
        "sample": node(
            "KSampler",
            **{
                "model": ["model", 0], "positive": ["positive", 0], "negative": ["negative", 0],
                "latent_image": latent, "seed": seed, "steps": 4, "cfg": 7.0,
                "sampler_name": "euler", "scheduler": "normal", "denoise": denoise, **inputs,
            },
        ),
        "decode": node("VAEDecode", samples=["sample", 0], vae=["model", 2]),
    }  # fmt: skip


def from_nothing(size: tuple[int, int] = SIZE, **inputs: Any) -> Graph:
    graph = sampling(["empty", 0], **inputs)
    graph["empty"] = node("EmptyLatentImage", width=size[0], height=size[1], batch_size=1)
    return graph


def from_image(name: str, **inputs: Any) -> Graph:
    """Return image to image: ``load``, ``encode``, ``sample``, ``decode``."""
    graph = sampling(["encode", 0], **inputs)
    graph["load"] = node("LoadImage", image=name)
    graph["encode"] = node("VAEEncode", pixels=["load", 0], vae=["model", 2])
    return graph


def distance(first: Image.Image, second: Image.Image) -> float:
    """Return the mean difference of two images in levels."""
    means: list[float] = ImageStat.Stat(ImageChops.difference(first, second)).mean
    return sum(means) / len(means)


def largest_difference(first: Image.Image, second: Image.Image) -> int:
    extrema = ImageChops.difference(first, second).getextrema()
    return max(high for _, high in extrema)  # type: ignore[misc]
