"""Values of a ComfyUI graph: sampler, prompts and models, found by following links."""

import re
from collections.abc import Iterator
from typing import Any

from genonaut.metadata.generation import integer, number, words
from genonaut.metadata.graph_links import GraphLinks
from genonaut.metadata.graph_models import clip_skip_of, loras_of, model_of, vae_of
from genonaut.metadata.graph_prompts import GraphPrompts
from genonaut.metadata.graph_second_pass import second_pass_of

Json = Any
Graph = dict[str, Json]

_OUTPUTS = ("SaveImage", "Save", "Image Save", "PreviewImage", "Preview", "VHS_VideoCombine")
_PROMPTS = {
    "positive", "guider", "conditioning", "pipe", "basic_pipe", "sdxl_tuple", "detailer_pipe", "text_embeds",
}  # fmt: skip
_RUNS = {"steps", "sigmas", "seed", "noise", "noise_seed"}
_SAMPLING = {
    "sampler_name",
    "sampler",
    "scheduler",
    "denoise",
    "denoise_strength",
    "sigmas",
    "cfg",
    "steps",
}
_FED = {"model", "guider", "latent_image", "pipe", "basic_pipe", "sdxl_tuple", "detailer_pipe"}
_HELPERS = ("noise", "sampler", "sigmas", "scheduler", "basic_pipe", "settings")
_SIZE = re.compile(r"(?<!\d)(\d{2,5}) ?[x\u00d7] ?(\d{2,5})(?!\d)")
_SIZE_CHOICES = ("dimensions", "resolution", "aspect_ratio", "ratio", "size")
_LATENTS = ("latent_image", "latent", "samples", "image_embeds", "pipe")
_OTHER_DATA = ("model", "vae", "clip")
_PARTS = ("samples_from", "source")
"""Inputs of composites that are put into another, larger latent."""
_SIZES = (("width", "height"), ("empty_latent_width", "empty_latent_height"))


def is_graph(value: Json) -> bool:
    """Return whether a value is a graph in API format."""
    return isinstance(value, dict) and any(
        isinstance(node, dict) and "class_type" in node for node in value.values()
    )


def graph_values(graph: Graph) -> dict[str, Json]:
    """Return the values of the sampler that the main output depends on."""
    reader = _GraphReader(graph)
    samplers = reader.samplers()
    return reader.values(samplers) if samplers else {}


class _GraphReader:
    def __init__(self, graph: Graph) -> None:
        self._graph = GraphLinks(graph)
        self._prompts = GraphPrompts(self._graph)
        self._above: dict[str, set[str]] = {}

    def samplers(self) -> list[str]:
        """Return the samplers of the output that has some, the nearest one first."""
        graph = self._graph
        outputs = [
            key
            for prefix in _OUTPUTS
            for key in graph.nodes
            if graph.kind(key).startswith(prefix) and self._samplers(key)
        ]
        starts = [*dict.fromkeys(outputs), *graph.nodes]
        return next((found for start in starts if (found := self._samplers(start))), [])

    def _samplers(self, start: str) -> list[str]:
        return [key for key in self._graph.upstream(start) if self._is_sampler(key)]

    def _first_pass(self, samplers: list[str]) -> str:
        """Return the sampler that starts from noise: later ones refine its result."""
        # A sampler without a prompt prepares an input, for example a depth map.
        prompted = [
            key for key in samplers if self._prompts.prompt(self._owner(key), is_negative=False)
        ]
        samplers = prompted or samplers
        full = [key for key in samplers if self._denoise(key) >= 1.0]
        first = [key for key in full or samplers if not self._before(key, samplers)]
        if len(first) > 1:  # Parts of one image, if a sampler finishes all of them.
            parts = set(first)
            whole = [key for key in samplers if self._before(key, samplers) >= parts]
            first = whole[-1:] or first
        return (first or full or samplers)[0]

    def _before(self, sampler_id: str, samplers: list[str]) -> set[str]:
        """Return the samplers that another one depends on."""
        if sampler_id not in self._above:
            self._above[sampler_id] = {*self._graph.upstream(sampler_id)} - {sampler_id}
        return self._above[sampler_id].intersection(samplers)

    def _denoise(self, sampler_id: str) -> float:
        return number(self._find(sampler_id, "denoise", "denoise_strength")) or 1.0

    def _owner(self, sampler_id: str) -> str:
        """Return the node with the prompts: the guider of a sampler, or the sampler itself."""
        return self._graph.link(sampler_id, "guider") or sampler_id

    def values(self, samplers: list[str]) -> dict[str, Json]:
        """Return prompt and settings of the first pass, and its second pass."""
        sampler_id = self._first_pass(samplers)
        find = self._find
        owner = self._owner(sampler_id)
        width, height = self._size(sampler_id)
        sampler = words(find(sampler_id, "sampler_name")) or words(
            self._graph.inputs(sampler_id).get("sampler")
        )
        values: dict[str, Json] = {
            "prompt": self._prompts.prompt(owner, is_negative=False),
            "negative_prompt": self._prompts.prompt(owner, is_negative=True),
            "seed": integer(find(self._noise_of(sampler_id), "seed", "noise_seed")),
            "steps": integer(find(sampler_id, "steps", "steps_total")),
            "cfg": number(find(owner, "cfg", "cfg_conds")),
            "guidance": self._guidance(owner),
            "sampler": (sampler or "").removeprefix("sample_") or None,
            "scheduler": words(find(sampler_id, "scheduler")),
            "denoise": number(find(sampler_id, "denoise", "denoise_strength")),
            "width": width,
            "height": height,
            "model": model_of(self._graph, owner, sampler_id),
            "vae": vae_of(self._graph, sampler_id),
            "loras": loras_of(self._graph, owner, sampler_id),
            "clip_skip": clip_skip_of(self._graph),
            "hires": second_pass_of(self._graph, sampler_id, samplers, width=width, find=find),
        }
        return {name: value for name, value in values.items() if value not in (None, (), {})}

    def _noise_of(self, sampler_id: str) -> str:
        """Return the sampler that adds the noise: one without continues what another began."""
        graph = self._graph
        if self._adds_noise(sampler_id):
            return sampler_id
        near = graph.upstream(graph.link(sampler_id, *_LATENTS), (*_OTHER_DATA, *_PARTS))
        return next(
            (key for key in near if self._is_sampler(key) and self._adds_noise(key)), sampler_id
        )

    def _adds_noise(self, sampler_id: str) -> bool:
        return self._graph.inputs(sampler_id).get("add_noise") not in ("disable", False)

    def _is_sampler(self, node_id: str) -> bool:
        names = self._graph.inputs(node_id).keys()
        is_context = self._graph.kind(node_id).startswith("Context")
        return not is_context and all(
            not names.isdisjoint(some) for some in (_PROMPTS, _RUNS, _SAMPLING, _FED)
        )

    def _find(self, node_id: str, *names: str) -> Json:
        """Return the value of an input here or at the nodes that make noise, sampler and schedule."""
        graph = self._graph
        value = graph.value(node_id, *names)
        if value is not None:
            return value
        for helper in _HELPERS:
            for key in graph.upstream(graph.link(node_id, helper), ("model",)):
                value = graph.value(key, *names)
                if value is not None:
                    return value
        return None

    def _guidance(self, node_id: str) -> float | None:
        graph = self._graph
        target = graph.link(node_id, "positive", "conditioning")
        for key in graph.upstream(target, ("clip", "model", "vae")):
            value = number(graph.value(key, "guidance"))
            if value is not None:
                return value
        return number(graph.value(node_id, "guidance"))

    def _size(self, sampler_id: str) -> tuple[int | None, int | None]:
        graph = self._graph
        target = graph.link(sampler_id, *_LATENTS)
        near = graph.upstream(target, (*_OTHER_DATA, *_PARTS))
        return next(
            (size for key in self._with_empty_latents(near) if (size := self._size_of(key))),
            (None, None),
        )

    def _with_empty_latents(self, near: Iterator[str]) -> Iterator[str]:
        yield from near
        yield from (key for key in self._graph.nodes if "EmptyLatent" in self._graph.kind(key))

    def _size_of(self, key: str) -> tuple[int, int] | None:
        """Return the size that a node makes: a choice such as ``3:4 (896x1152)``, or numbers."""
        inputs = self._graph.inputs(key)
        for name in _SIZE_CHOICES:
            value = inputs.get(name)
            match = _SIZE.search(value) if isinstance(value, str) else None
            if match:
                is_swapped = inputs.get("swap_dimensions") == "On"
                first, second = int(match[1]), int(match[2])
                return (second, first) if is_swapped else (first, second)
        for wide, high in _SIZES:
            width = integer(self._graph.value(key, wide))
            height = integer(self._graph.value(key, high))
            if width and height:
                return width, height
        return None
