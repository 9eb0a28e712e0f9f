"""Nodes of a ComfyUI graph and the links between them.

Graphs come from files: they may be cyclic, deep and large, so every search is bounded.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from genonaut.metadata.generation import words

Json = Any
Node = dict[str, Json]

MAX_DEPTH = 50
"""Longest chain of nodes that is followed for one value."""
_MAX_STEPS = 100_000
_SEEDS = ("seed", "noise_seed")
_HELD = ("value", "Value", "int", "float", "number", "string", "STRING")
"""Inputs under which primitive nodes hold their value, whatever it is for."""
_BUNDLES = ("base_ctx", "pipe", "basic_pipe")
"""Inputs that carry model, prompts and settings together: those of rgthree, Easy Use and Impact."""
_OTHER_NAMES = {"sampler_name": ("sampler",)}
"""Names of settings in a context of rgthree."""
BRANCHES = frozenset({"on_true", "on_false"})


class GraphLinks:
    """A graph in API format, without malformed nodes."""

    def __init__(self, graph: dict[str, Json]) -> None:
        self.nodes: dict[str, Node] = {
            str(key): node
            for key, node in graph.items()
            if isinstance(node, dict) and isinstance(node.get("inputs"), dict)
        }
        self._steps = 0

    def kind(self, node_id: str) -> str:
        """Return the class of a node."""
        return str(self.nodes[node_id].get("class_type", ""))

    def inputs(self, node_id: str) -> dict[str, Json]:
        """Return the inputs of a node: literals and links."""
        inputs: dict[str, Json] = self.nodes[node_id]["inputs"]
        return inputs

    def link(self, node_id: str, *names: str) -> str | None:
        """Return the node that feeds the first linked one of these inputs."""
        inputs = self.inputs(node_id)
        return next((target for name in names if (target := self.target(inputs.get(name)))), None)

    def target(self, value: Json) -> str | None:
        """Return the node that a link names; None for a literal and for a node that is not there."""
        is_link = isinstance(value, list) and len(value) == 2 and isinstance(value[1], int)  # noqa: PLR2004
        target = str(value[0]) if is_link else None
        return target if target in self.nodes else None

    def links(self, node_id: str) -> Iterator[tuple[str, str]]:
        """Return the linked inputs of a node and the nodes that feed them; of a switch only the used one."""
        used = self.used_branch(node_id)
        for name, value in self.inputs(node_id).items():
            target = self.target(value)
            if target is not None and (used is None or name == used or name not in BRANCHES):
                yield name, target

    def used_branch(self, node_id: str) -> str | None:
        """Return the input that a switch of ComfyUI passes on; None for other nodes."""
        inputs = self.inputs(node_id)
        if not inputs.keys() >= BRANCHES | {"switch"}:
            return None
        switch = inputs["switch"]
        holder = self.target(switch)
        is_on = switch if holder is None else self.inputs(holder).get("value")
        if not isinstance(is_on, bool):
            return None
        return "on_true" if is_on else "on_false"

    def may_go_on(self, depth: int) -> bool:
        """Count a step of a search that follows several links of a node; return whether it may continue.

        Without a limit, a few nodes in a circle would take forever.
        """
        self._steps += 1
        return depth <= MAX_DEPTH and self._steps <= _MAX_STEPS

    def upstream(self, start: str | None, skip: Iterable[str] = ()) -> Iterator[str]:
        """Return ``start`` and the nodes that it depends on, nearest first."""
        if start is None:
            return
        skipped = frozenset(skip)
        waiting, seen = [start], {start}
        while waiting and self._steps < _MAX_STEPS:
            self._steps += 1
            node_id = waiting.pop(0)
            yield node_id
            for name, target in self.links(node_id):
                if target not in seen and name not in skipped:
                    seen.add(target)
                    waiting.append(target)

    def value(self, node_id: str, *names: str) -> Json:
        """Return the first of these inputs that has a literal, also one that a primitive node holds."""
        inputs = self.inputs(node_id)
        for name in names:
            value = self.resolved(inputs.get(name), name)
            if value is not None:
                return value
        return None

    def resolved(self, value: Json, name: str, depth: int = 0) -> Json:
        """Return a literal, also one that another node holds under the same name or as a primitive."""
        target = self.target(value)
        if target is None:
            if isinstance(value, dict):  # A choice with a preview, of ComfyUI-Custom-Scripts.
                return words(value.get("content"))
            return None if isinstance(value, list) else value
        source = self._source(target, name) if depth <= MAX_DEPTH else None
        return None if source is None else self.resolved(source, name, depth + 1)

    def _source(self, node_id: str, name: str) -> Json:
        """Return the input of a node that gives the value: a branch, the same name, a primitive, a bundle."""
        inputs = self.inputs(node_id)
        used = self.used_branch(node_id)
        if used is not None:
            return inputs[used]
        others = _SEEDS if name in _SEEDS else _OTHER_NAMES.get(name, ())
        for key in (name, *others, *_HELD, *_BUNDLES):
            if inputs.get(key) is not None:
                return inputs[key]
        sources = list(self.links(node_id))
        is_reroute = len(sources) == 1 and len(inputs) == 1
        return inputs[sources[0][0]] if is_reroute else None
