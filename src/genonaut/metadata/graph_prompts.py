"""Prompts of a ComfyUI graph, followed from a sampler back to the texts that are encoded."""

from typing import Any

from genonaut.metadata.generation import words
from genonaut.metadata.graph_links import BRANCHES, MAX_DEPTH, GraphLinks

Json = Any

TEXT_INPUTS = (
    "text", "populated_text", "prompt", "positive", "positive_prompt", "text_positive", "t5xxl", "text_g", "clip_l",
    "clip_g", "text_l", "prompt_g", "prompt_l", "string", "value", "wildcard_text", "tags", "Text", "prompt_text", "text_0", "text1", "string_a", "STRING",
)  # fmt: skip
_POSITIVE = ("positive", "conditioning", "cond", "cond1", "positive_conditioning")
_NEGATIVE = ("negative", "negative_prompt", "neg", "Negative", "neg_conditioning")
_PIPES = ("pipe", "basic_pipe", "detailer_pipe", "sdxl_tuple", "text_embeds")
"""Inputs that carry both prompts."""
_POSITIVE_TEXTS = ("positive", "positive_prompt", "text_positive")
_NEGATIVE_TEXTS = ("negative", "negative_prompt", "text_negative")
_OTHER_DATA = {
    "model", "clip", "vae", "image", "control_net", "latent_image", "pixels", "samples", "clip_vision_output",
}  # fmt: skip
_SEVERAL_TEXTS = ("text_g", "clip_l", "clip_g", "prompt_g")
"""Inputs of nodes that encode a text for each text encoder."""
_WRITERS = "TextGenerate"
_JOINED = ("string_a", "text_a", "text1", "string1")
_JOINING = ("Combine", "Concat", "Average")


class GraphPrompts:
    """Finds the prompts of samplers."""

    def __init__(self, graph: GraphLinks) -> None:
        self._graph = graph

    def prompt(self, sampler_id: str, *, is_negative: bool) -> str | None:
        """Return the prompt of a sampler or guider; several combined ones are joined by newlines."""
        graph = self._graph
        names = _NEGATIVE if is_negative else _POSITIVE
        target = graph.link(sampler_id, *names) or graph.link(sampler_id, *_PIPES)
        if target is None:
            inputs = graph.inputs(sampler_id)
            return next((text for name in names if (text := words(inputs.get(name)))), None)
        found = self._texts(target, {sampler_id}, is_negative=is_negative)
        nearest_first = sorted(found, key=lambda one: one[0])
        return "\n".join(dict.fromkeys(text for _, text in nearest_first)) or None

    def _texts(
        self, node_id: str, seen: set[str], *, is_negative: bool, depth: int = 0
    ) -> list[tuple[int, str]]:
        """Return texts, and through how many nodes they pass."""
        if node_id in seen or depth > MAX_DEPTH:
            return []
        seen.add(node_id)
        kind, inputs = self._graph.kind(node_id), self._graph.inputs(node_id)
        is_empty = is_negative and "ZeroOut" in kind
        if is_empty or ("sampler_name" in inputs and "latent_image" in inputs):
            return []
        own = self._own_text(node_id, is_negative=is_negative)
        if own is not None:
            return [(depth, own)]
        skipped = _OTHER_DATA | set(_POSITIVE_TEXTS if is_negative else _NEGATIVE)
        is_joining = any(word in kind for word in _JOINING)
        found: list[tuple[int, str]] = []
        for name, target in self._graph.links(node_id):
            if name in skipped:
                continue
            found += self._texts(target, seen, is_negative=is_negative, depth=depth + 1)
            if found and not is_joining:
                break
        return found

    def _own_text(self, node_id: str, *, is_negative: bool) -> str | None:
        """Return the text that a node encodes; loaders of some extensions have both prompts."""
        kind, inputs = self._graph.kind(node_id), self._graph.inputs(node_id)
        for name in _NEGATIVE_TEXTS if is_negative else _POSITIVE_TEXTS:
            is_text = isinstance(inputs.get(name), str) or (name in inputs and "Loader" in kind)
            text = self._string(inputs.get(name)) if is_text else None
            if text:
                return text
        is_both = any(isinstance(inputs.get(name), str) for name in _NEGATIVE_TEXTS)
        is_encoder = (
            "TextEncode" in kind
            or "Text Encode" in kind
            or (
                ("clip" in inputs or "opt_clip" in inputs)
                and "negative" not in inputs
                and "conditioning_to" not in inputs  # A box of GLIGEN adds to another prompt.
                and any(name in inputs for name in TEXT_INPUTS)
            )
        )
        return self._encoded(inputs) if is_encoder and not (is_negative and is_both) else None

    def _encoded(self, inputs: dict[str, Json]) -> str | None:
        parts: list[str] = []
        for name in TEXT_INPUTS:
            text = self._string(inputs.get(name))
            if text and text not in parts:
                parts.append(text)
        if any(name in inputs for name in _SEVERAL_TEXTS):
            return "\n".join(parts) or None
        return parts[0] if parts else None

    def _string(self, value: Json, depth: int = 0) -> str | None:
        """Return a text, also one that other nodes hold or join."""
        if isinstance(value, str):
            return words(value)
        target = self._graph.target(value)
        if target is None or not self._graph.may_go_on(depth):
            return None
        inputs = self._graph.inputs(target)
        used = self._graph.used_branch(target)
        if used is not None:
            return self._branch(target, used, depth)
        if any(name in inputs for name in _JOINED):
            return self._joined(inputs, depth)
        names: tuple[str, ...] = ("populated_text", *TEXT_INPUTS)
        if value[1] == 1 and any(name in inputs for name in _NEGATIVE_TEXTS):
            names = _NEGATIVE_TEXTS  # The second result of nodes that apply styles to both prompts.
        for name in names:
            text = self._string(inputs.get(name), depth + 1)
            if text:
                return text
        sources = list(self._graph.links(target))
        is_reroute = len(sources) == 1 and len(inputs) == 1
        return self._string(inputs[sources[0][0]], depth + 1) if is_reroute else None

    def _branch(self, switch: str, used: str, depth: int) -> str | None:
        """Return the text of a switch; what a language model wrote is not in the graph, its request is."""
        names = [used]
        if self._graph.kind(self._graph.link(switch, used) or switch).startswith(_WRITERS):
            names = [*sorted(BRANCHES - {used}), used]
        inputs = self._graph.inputs(switch)
        texts = (self._string(inputs[name], depth + 1) for name in names)
        return next((text for text in texts if text), None)

    def _joined(self, inputs: dict[str, Json], depth: int) -> str | None:
        names = sorted(name for name in inputs if name.startswith(("string", "text")))
        parts = [self._string(inputs[name], depth + 1) for name in names]
        separator = inputs.get("delimiter", inputs.get("separator", ""))
        return (separator if isinstance(separator, str) else "").join(
            part for part in parts if part
        ) or None
