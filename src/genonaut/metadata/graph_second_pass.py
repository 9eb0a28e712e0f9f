"""The second pass of a ComfyUI graph: what enlarges the first image and samples it again."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from genonaut.metadata.generation import integer, number, words
from genonaut.metadata.graph_links import MAX_DEPTH, GraphLinks

Json = Any
Find = Callable[..., Json]

_IMAGES = (
    "latent_image", "latent", "samples", "pixels", "image", "images", "upscaled_image", "input", "LATENT", "IMAGE",
)  # fmt: skip
_FACTORS = ("upscale_by", "scale_by", "scale_factor", "rescale_factor")
_LINKED_FACTORS = ("clip_scale", "multiple")
"""Inputs of nodes that enlarge a size: rgthree's latent and Comfyroll's arithmetic."""
_FACTOR_OF_MODEL = re.compile(r"(?<![0-9.])(\d)x|x(\d)(?![0-9])", re.IGNORECASE)
_ENLARGING = ("Upscale", "ImageScale", "ImageResize", "Image Resize")


def second_pass_of(
    graph: GraphLinks, first: str, samplers: Iterable[str], *, width: int | None, find: Find
) -> dict[str, Json]:
    """Return the second pass after the sampler ``first``; empty when nothing is enlarged and sampled again.

    ``samplers`` are those that the output depends on, the nearest one first; ``width`` is that of the first
    image; ``find`` returns a value of a sampler.
    """
    scripted = _scripted(graph, first)
    if scripted:
        return scripted
    for later in samplers:
        between = list(_between(graph, later, first)) if later != first else []
        enlarging = [key for key in between if _enlarges(graph, key)]
        if enlarging:
            return _known(
                scale=_scale(graph, enlarging, width),
                upscaler=_upscaler(graph, enlarging),
                steps=integer(find(later, "steps", "steps_total")),
                denoise=number(find(later, "denoise", "denoise_strength")),
            )
    return {}


def _scripted(graph: GraphLinks, first: str) -> dict[str, Json]:
    """Return what the script of Efficiency Nodes says."""
    key = graph.link(first, "script")
    if key is None or not graph.kind(key).startswith("HighRes-Fix"):
        return {}
    inputs = graph.inputs(key)
    names = ("pixel_upscaler", "latent_upscaler")
    upscaler = inputs.get(names[inputs.get("upscale_type") == "latent"])
    return _known(
        scale=number(graph.value(key, "upscale_by")),
        upscaler=words(upscaler),
        steps=integer(graph.value(key, "hires_steps")),
        denoise=number(graph.value(key, "denoise")),
    )


def _between(graph: GraphLinks, later: str, first: str) -> Iterator[str]:
    """Return the nodes that the image of ``first`` passes on its way to ``later``; none if it does not."""
    passed = [later]
    for _ in range(MAX_DEPTH):
        target = graph.link(passed[-1], *_IMAGES)
        if target == first:
            yield from passed
            return
        if target is None or target in passed:
            return
        passed.append(target)


def _enlarges(graph: GraphLinks, key: str) -> bool:
    return any(word in graph.kind(key) for word in _ENLARGING)


def _scale(graph: GraphLinks, enlarging: list[str], width: int | None) -> float | None:
    """Return the factor; a size that is set counts more than the factors of the nodes before it."""
    factor = 1.0
    for key in enlarging:
        wide = integer(graph.value(key, "width", "target_width"))
        sized = graph.link(key, "width")
        linked = None if sized is None else number(graph.value(sized, *_LINKED_FACTORS))
        if wide and width:
            linked = round(wide / width, 3)
        if linked is not None:
            return round(linked * factor, 3)
        own = number(graph.value(key, *_FACTORS))
        if own is None:
            own = _factor_of(_model(graph, key))
        if own is None:
            return None
        factor *= own
    return round(factor, 3)


def _model(graph: GraphLinks, key: str) -> str | None:
    loader = graph.link(key, "upscale_model")
    return None if loader is None else words(graph.value(loader, "model_name"))


def _factor_of(model: str | None) -> float | None:
    """Return by how much a model enlarges, as its name says."""
    match = _FACTOR_OF_MODEL.search(model or "")
    return float(match[1] or match[2]) if match else None


def _upscaler(graph: GraphLinks, enlarging: list[str]) -> str | None:
    model = next((name for key in enlarging if (name := _model(graph, key))), None)
    methods = (words(graph.value(key, "upscale_method", "upscaler")) for key in enlarging)
    return model or next((name for name in methods if name), None)


def _known(**values: Json) -> dict[str, Json]:
    return {name: value for name, value in values.items() if value is not None}
