"""Values of a ComfyUI graph: sampler, prompts and models, found by following links."""

import re
from collections.abc import Iterator
from typing import Any

from genonaut.metadata.generation import UsedLora, integer, number, words

Json = Any
Graph = dict[str, Json]
Node = dict[str, Json]

_OUTPUTS = ("SaveImage", "Save", "Image Save", "PreviewImage", "Preview", "VHS_VideoCombine")
_TEXT_INPUTS = (
    "text", "populated_text", "prompt", "positive", "positive_prompt", "t5xxl", "text_g", "clip_l", "text_l",
    "string", "value", "wildcard_text", "tags", "Text", "text_0", "text1", "string_a", "STRING",
)  # fmt: skip
_NEGATIVE_INPUTS = ("negative", "negative_prompt", "neg", "Negative")
_MODEL_INPUTS = ("ckpt_name", "unet_name", "model_name", "base_ckpt_name", "ckpt", "diffusion_name")
_MAX_STEPS = 100_000
_SIZE = re.compile(r"\s*(\d{2,5}) ?[x\u00d7] ?(\d{2,5})\b")


def is_graph(value: Json) -> bool:
    """Return whether a value is a graph in API format."""
    return isinstance(value, dict) and any(
        isinstance(node, dict) and "class_type" in node for node in value.values()
    )


def graph_values(graph: Graph) -> dict[str, Json]:
    """Return the values of the sampler that the main output depends on."""
    reader = _GraphReader(graph)
    sampler_id = reader.main_sampler()
    return {} if sampler_id is None else reader.values(sampler_id)


class _GraphReader:
    def __init__(self, graph: Graph) -> None:
        self._graph: dict[str, Node] = {
            str(key): node
            for key, node in graph.items()
            if isinstance(node, dict) and isinstance(node.get("inputs"), dict)
        }
        self._steps = 0

    def main_sampler(self) -> str | None:
        """Return the sampler nearest to an output that has one; of several, the one before the others."""
        outputs = [
            key
            for prefix in _OUTPUTS
            for key, node in self._graph.items()
            if self._class(node).startswith(prefix)
        ]
        for start in [*dict.fromkeys(outputs), *self._graph]:
            samplers = [key for key in self._upstream(start) if self._is_sampler(self._graph[key])]
            if samplers:
                return self._first_pass(samplers)
        return None

    def _first_pass(self, samplers: list[str]) -> str:
        """Return the sampler that starts from noise: later ones refine its result."""
        full = [key for key in samplers if (number(self._input(key, "denoise")) or 1.0) >= 1.0]
        for key in full or samplers:
            above = [other for other in self._upstream(key) if other != key and other in samplers]
            if not above:
                return key
        return (full or samplers)[0]

    def values(self, sampler_id: str) -> dict[str, Json]:
        """Return prompt and settings of a sampler."""
        find = self._find
        seed = integer(find(sampler_id, "seed", "noise_seed"))
        guider = self._link(sampler_id, "guider")
        owner = guider or sampler_id
        positive = self._prompt(owner, "positive", "conditioning", "cond", "positive_conditioning")
        negative = self._prompt(owner, *_NEGATIVE_INPUTS)
        width, height = self._size(sampler_id)
        values: dict[str, Json] = {
            "prompt": positive,
            "negative_prompt": negative,
            "seed": seed,
            "steps": integer(find(sampler_id, "steps")),
            "cfg": number(find(owner, "cfg")) if guider else number(find(sampler_id, "cfg")),
            "guidance": self._guidance(owner),
            "sampler": (words(find(sampler_id, "sampler_name")) or "").removeprefix("sample_")
            or None,
            "scheduler": words(find(sampler_id, "scheduler")),
            "denoise": number(find(sampler_id, "denoise")),
            "width": width,
            "height": height,
            "model": self._model(owner) or self._model(sampler_id),
            "vae": self._vae(sampler_id),
            "loras": tuple(self._loras(owner)) or tuple(self._loras(sampler_id)),
            "clip_skip": self._clip_skip(),
        }
        return {name: value for name, value in values.items() if value not in (None, ())}

    # Links

    def _class(self, node: Node) -> str:
        return str(node.get("class_type", ""))

    def _is_sampler(self, node: Node) -> bool:
        inputs = node["inputs"]
        has_steps = "steps" in inputs or "sigmas" in inputs or "seed" in inputs or "noise" in inputs
        has_prompt = "positive" in inputs or "guider" in inputs
        return (
            has_steps
            and has_prompt
            and (
                "model" in inputs
                or "guider" in inputs
                or "latent_image" in inputs
                or "pipe" in inputs
            )
        )

    def _input(self, node_id: str, name: str) -> Json:
        return self._graph[node_id]["inputs"].get(name)

    def _link(self, node_id: str, *names: str) -> str | None:
        """Return the node that feeds the first linked of these inputs."""
        for name in names:
            target = self._target(self._input(node_id, name))
            if target is not None:
                return target
        return None

    def _target(self, value: Json) -> str | None:
        is_link = isinstance(value, list) and len(value) == 2 and isinstance(value[1], int)  # noqa: PLR2004
        target = str(value[0]) if is_link else None
        return target if target in self._graph else None

    def _links(self, node_id: str) -> Iterator[tuple[str, str]]:
        for name, value in self._graph[node_id]["inputs"].items():
            target = self._target(value)
            if target is not None:
                yield name, target

    def _upstream(self, start: str, skip: frozenset[str] = frozenset()) -> Iterator[str]:
        """Return the nodes that ``start`` depends on, nearest first."""
        waiting, seen = [start], {start}
        while waiting and self._steps < _MAX_STEPS:
            self._steps += 1
            node_id = waiting.pop(0)
            yield node_id
            for name, target in self._links(node_id):
                if target not in seen and name not in skip:
                    seen.add(target)
                    waiting.append(target)

    # Values

    def _find(self, node_id: str, *names: str) -> Json:
        """Return the value of an input here or at the nodes that make noise, sampler and schedule."""
        for name in names:
            value = self._resolved(self._input(node_id, name), name)
            if value is not None:
                return value
        for helper in ("noise", "sampler", "sigmas", "scheduler", "basic_pipe", "settings"):
            target = self._link(node_id, helper)
            if target is not None:
                value = next(
                    (found for key in self._upstream(target, frozenset({"model"})) for name in names
                     if (found := self._resolved(self._input(key, name), name)) is not None),
                    None,
                )  # fmt: skip
                if value is not None:
                    return value
        return None

    def _resolved(self, value: Json, name: str, depth: int = 0) -> Json:
        """Return a literal, also one that a primitive node holds."""
        target = self._target(value)
        if target is None:
            return None if isinstance(value, list | dict) else value
        if depth > 20:  # noqa: PLR2004 - a circle, or a very long chain
            return None
        for key in (name, "value", "seed", "noise_seed", "int", "float", "Value", "number"):
            inner = self._input(target, key)
            if inner is not None:
                return self._resolved(inner, name, depth + 1)
        return None

    def _prompt(self, node_id: str, *names: str) -> str | None:
        target = self._link(node_id, *names)
        if target is None:
            return next(
                (text for name in names if (text := words(self._input(node_id, name)))), None
            )
        is_negative = bool(set(names) & set(_NEGATIVE_INPUTS))
        for key in self._upstream(target, _opposite(is_negative=is_negative)):
            node = self._graph[key]
            is_empty = is_negative and "ZeroOut" in self._class(node)
            if is_empty or (key != target and self._is_sampler(node)):
                return None
            text = self._node_text(key) if self._is_text_node(node) else None
            if text:
                return text
        return None

    def _is_text_node(self, node: Node) -> bool:
        kind = self._class(node)
        return (
            "TextEncode" in kind
            or "Text Encode" in kind
            or ("clip" in node["inputs"] and any(name in node["inputs"] for name in _TEXT_INPUTS))
        )

    def _node_text(self, node_id: str) -> str | None:
        inputs = self._graph[node_id]["inputs"]
        parts: list[str] = []
        for name in _TEXT_INPUTS:
            if name in inputs:
                text = self._string(inputs[name])
                if text and text not in parts:
                    parts.append(text)
        if "text_g" in inputs or "clip_l" in inputs:
            return "\n".join(parts) or None
        return parts[0] if parts else None

    def _string(self, value: Json, depth: int = 0) -> str | None:
        """Return a text, also one that other nodes hold or join."""
        if isinstance(value, str):
            return words(value)
        target = self._target(value)
        if target is None or depth > 20:  # noqa: PLR2004 - a circle, or a very long chain
            return None
        inputs = self._graph[target]["inputs"]
        if "string_a" in inputs or "text_a" in inputs or "text1" in inputs:
            names = [name for name in inputs if name.startswith(("string_", "text"))]
            parts = [self._string(inputs[name], depth + 1) for name in sorted(names)]
            separator = inputs.get("delimiter", inputs.get("separator", ""))
            return (separator if isinstance(separator, str) else "").join(
                part for part in parts if part
            ) or None
        for name in ("populated_text", *_TEXT_INPUTS):
            if name in inputs:
                text = self._string(inputs[name], depth + 1)
                if text:
                    return text
        return None

    def _guidance(self, node_id: str) -> float | None:
        target = self._link(node_id, "positive", "conditioning")
        for key in self._upstream(target, frozenset({"clip", "model", "vae"})) if target else ():
            if (
                "FluxGuidance" in self._class(self._graph[key])
                or "guidance" in self._graph[key]["inputs"]
            ):
                value = number(self._resolved(self._input(key, "guidance"), "guidance"))
                if value is not None:
                    return value
        return None

    def _model(self, node_id: str) -> str | None:
        target = self._link(
            node_id, "model", "base_model", "pipe", "basic_pipe", "model_high_noise"
        )
        for key in (
            self._upstream(target, frozenset({"clip", "vae", "positive", "negative"}))
            if target
            else ()
        ):
            for name in _MODEL_INPUTS:
                value = words(self._resolved(self._input(key, name), name))
                if value and "Lora" not in self._class(self._graph[key]):
                    return value
        return None

    def _vae(self, sampler_id: str) -> str | None:
        del sampler_id
        for node in self._graph.values():
            if "vae_name" in node["inputs"]:
                value = words(self._resolved(node["inputs"]["vae_name"], "vae_name"))
                if value and not value.startswith("Baked"):
                    return value
        return None

    def _loras(self, node_id: str) -> Iterator[UsedLora]:
        target = self._link(node_id, "model", "pipe", "basic_pipe")
        for key in (
            self._upstream(target, frozenset({"clip", "vae", "positive", "negative"}))
            if target
            else ()
        ):
            yield from self._loras_of(self._graph[key]["inputs"])

    def _loras_of(self, inputs: dict[str, Json]) -> Iterator[UsedLora]:
        """Return the LoRAs of a loader: one, a list of switches, or numbered names and weights."""
        name = words(self._resolved(inputs.get("lora_name"), "lora_name"))
        if name and name != "None":
            model = number(
                self._resolved(inputs.get("strength_model", inputs.get("strength")), "strength")
            )
            clip = number(self._resolved(inputs.get("strength_clip"), "strength_clip"))
            yield UsedLora(name, 1.0 if model is None else model, clip)
        for key, value in inputs.items():
            if isinstance(value, dict) and isinstance(value.get("lora"), str) and value.get("on"):
                yield UsedLora(value["lora"], number(value.get("strength")) or 0.0)
            index = key.removeprefix("lora_name_")
            if index != key and inputs.get(f"switch_{index}") == "On" and isinstance(value, str):
                yield UsedLora(value, number(inputs.get(f"model_weight_{index}")) or 0.0)

    def _clip_skip(self) -> int | None:
        for node in self._graph.values():
            if self._class(node) == "CLIPSetLastLayer":
                layer = integer(node["inputs"].get("stop_at_clip_layer"))
                return -layer if layer else None
        return None

    def _size(self, sampler_id: str) -> tuple[int | None, int | None]:
        target = self._link(sampler_id, "latent_image", "latent", "samples")
        for key in self._upstream(target, frozenset({"model", "vae", "clip"})) if target else ():
            width = integer(self._resolved(self._input(key, "width"), "width"))
            height = integer(self._resolved(self._input(key, "height"), "height"))
            if width and height:
                return width, height
            for value in self._graph[key]["inputs"].values():
                match = _SIZE.match(value) if isinstance(value, str) else None
                if match:
                    return int(match[1]), int(match[2])
        return None, None


def _opposite(*, is_negative: bool) -> frozenset[str]:
    """Return the inputs that lead to the other prompt, or to no text."""
    other = frozenset({"positive"}) if is_negative else frozenset(_NEGATIVE_INPUTS)
    return other | frozenset(
        {"model", "clip", "vae", "image", "control_net", "latent_image", "pixels"}
    )
