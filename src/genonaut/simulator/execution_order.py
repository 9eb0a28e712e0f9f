"""Execution order of the nodes of a graph.

Source: ComfyUI comfy_execution/graph.py: depth first from the outputs, then always the first ready
node, preferring nodes close to an output. The recorded runs have exactly this order.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any


def is_link(value: Any, graph: dict[str, Any]) -> bool:  # noqa: ANN401  # any value of an input
    """Return whether a value is a link to a node of the graph, not a list of two values."""
    return (
        isinstance(value, list)
        and len(value) == 2  # noqa: PLR2004  # [node id, slot]
        and isinstance(value[0], str)
        and isinstance(value[1], int | float)
        and value[0] in graph
    )


def links_of(
    node: dict[str, Any], graph: dict[str, Any], without: Collection[str] = frozenset()
) -> list[tuple[str, int]]:
    """Return (source node, slot) of every linked input but some, in posted order."""
    return [
        (value[0], value[1])
        for name, value in node["inputs"].items()
        if name not in without and is_link(value, graph)
    ]


class ExecutionOrder:
    """Yields the nodes that have to run, each after the nodes on which it depends."""

    def __init__(
        self,
        graph: dict[str, Any],
        outputs: Iterable[str],
        *,
        is_cached: Callable[[str], bool],
        is_output: Callable[[str], bool],
        lazy_inputs: Callable[[str], Collection[str]] = lambda _node_id: frozenset(),
    ) -> None:
        self._graph = graph
        self._is_cached = is_cached
        self._is_output = is_output
        self._lazy_inputs = lazy_inputs
        self._waiting: dict[str, int] = {}  # node -> number of sources that still have to run
        self._blocking: dict[str, list[str]] = {}
        for output in outputs:
            self._add(output)

    def require(self, node_id: str, source: str) -> None:
        """Make a waiting node wait for the source of a lazy input, too."""
        if self._is_cached(source):
            return
        self._add(source)
        if node_id not in self._blocking[source]:
            self._blocking[source].append(node_id)
            self._waiting[node_id] += 1

    def _add(self, root: str) -> None:
        stack = [root]
        links: list[tuple[str, str]] = []
        while stack:
            node_id = stack.pop()
            if node_id in self._waiting:
                continue
            self._waiting[node_id] = 0
            self._blocking[node_id] = []
            for source, _slot in self._links(node_id):
                if not self._is_cached(source):
                    stack.append(source)
                    links.append((source, node_id))
        for source, target in links:
            if target not in self._blocking[source]:
                self._blocking[source].append(target)
                self._waiting[target] += 1

    def _links(self, node_id: str) -> list[tuple[str, int]]:
        return links_of(self._graph[node_id], self._graph, self._lazy_inputs(node_id))

    def pick(self) -> str | None:
        """Return the node to run next, None when all have run."""
        ready = [node_id for node_id, missing in self._waiting.items() if missing == 0]
        if not ready:
            return None
        for reaches in (self._is_output, self._feeds_output, self._nearly_feeds_output):
            for node_id in ready:
                if reaches(node_id):
                    return node_id
        return ready[0]

    def complete(self, node_id: str) -> None:
        """Record that a node has run, which may make others ready."""
        del self._waiting[node_id]
        for target in self._blocking.pop(node_id):
            self._waiting[target] -= 1

    def _feeds_output(self, node_id: str) -> bool:
        return any(self._is_output(target) for target in self._blocking[node_id])

    def _nearly_feeds_output(self, node_id: str) -> bool:
        return any(self._feeds_output(target) for target in self._blocking[node_id])
