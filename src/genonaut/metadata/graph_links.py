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
        """Return the linked inputs of a node and the nodes that feed them."""
        for name, value in self.inputs(node_id).items():
            target = self.target(value)
            if target is not None:
                yield name, target

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
        if depth > MAX_DEPTH:
            return None
        inputs = self.inputs(target)
        for key in (name, *(_SEEDS if name in _SEEDS else ()), *_HELD):
            if inputs.get(key) is not None:
                return self.resolved(inputs[key], name, depth + 1)
        sources = list(self.links(target))
        if len(sources) == 1 and len(inputs) == 1:  # A reroute.
            return self.resolved(inputs[sources[0][0]], name, depth + 1)
        return None
