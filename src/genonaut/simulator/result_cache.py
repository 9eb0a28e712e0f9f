"""Cache of node results, keyed by what a node computes, not by its id."""

import hashlib
import json
from collections.abc import Callable, Collection
from typing import Any

import msgspec


class NodeResult(msgspec.Struct, frozen=True):
    """Result of a node: its output slots and, for output nodes, the data shown to clients."""

    outputs: tuple[Any, ...]
    ui: dict[str, Any] | None = None
    meta: dict[str, Any] | None = None


def signatures(graph: dict[str, Any], changed: Callable[[dict[str, Any]], str]) -> dict[str, str]:
    """Return for each node a digest of itself and all its ancestors.

    Args:
        graph: A validated graph (no cycles among the nodes that can run).
        changed: Returns other dependencies of a node, such as the state of a file.
    """
    found: dict[str, str] = {}
    for root in graph:
        stack = [root]
        while stack:
            node_id = stack[-1]
            sources = [link[0] for link in _links(graph[node_id])]
            missing = [s for s in sources if s in graph and s not in found and s not in stack]
            if node_id in found or not missing:
                stack.pop()
                found.setdefault(node_id, _digest(graph[node_id], found, changed))
            else:
                stack.append(missing[0])
    return found


def _links(node: dict[str, Any]) -> list[list[Any]]:
    return [v for v in node.get("inputs", {}).values() if isinstance(v, list) and v]


def _digest(
    node: dict[str, Any], found: dict[str, str], changed: Callable[[dict[str, Any]], str]
) -> str:
    inputs = [
        (name, ["link", found.get(str(value[0]), ""), *value[1:]])
        if isinstance(value, list) and value
        else (name, value)
        for name, value in sorted(node.get("inputs", {}).items())
    ]
    text = json.dumps([node["class_type"], changed(node), inputs])
    return hashlib.sha256(text.encode()).hexdigest()


class ResultCache:
    """ComfyUI's classic cache: keeps only results that the last prompt could use."""

    def __init__(self) -> None:
        self._results: dict[str, NodeResult] = {}

    def get(self, signature: str) -> NodeResult | None:
        """Return the cached result for this signature."""
        return self._results.get(signature)

    def put(self, signature: str, result: NodeResult) -> None:
        """Store a result until a prompt arrives that does not contain the node."""
        self._results[signature] = result

    def keep_only(self, wanted: Collection[str]) -> None:
        """Remove results that a new prompt does not contain."""
        self._results = {key: self._results[key] for key in self._results if key in wanted}

    def clear(self) -> None:
        """Remove everything (``POST /free``)."""
        self._results.clear()
