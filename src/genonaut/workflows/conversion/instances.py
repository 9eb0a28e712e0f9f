"""The nodes that a workflow really runs: the root's, and those of every instance of a subgraph."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .document import Document, Graph, Node
from .errors import ConversionError

Json = Any

MAX_RUNNING_NODES = 10_000
MAX_DEPTH = 60


@dataclass(slots=True, eq=False)
class RunningNode:
    """A node at one place: the same inner node runs once for each instance of its subgraph."""

    id: str
    """Its id in the resulting graph: ids of the instances around it and its own, joined by colons."""
    node: Node
    graph: Graph
    parent: "RunningNode | None"
    """The instance of the subgraph that the node is in."""
    definition: Graph | None = None
    """The definition when the node is itself an instance."""
    children: dict[str, "RunningNode"] = field(default_factory=dict)
    inputs: dict[str, Json] = field(default_factory=dict)
    """Values of promoted inputs that this instance was saved with, by the input's name."""
    widgets: dict[tuple[str, str], Json] = field(default_factory=dict)
    """Values for widgets of inner nodes, by node id and widget name."""

    def inner_value(self, node_id: str, widget: str) -> tuple[bool, Json]:
        """Return whether an instance around sets this widget of an inner node, and the value."""
        if (node_id, widget) not in self.widgets:
            return False, None
        found, value = self._outer_value(widget)
        return (True, value) if found else (True, self.widgets[node_id, widget])

    def input_value(self, name: str) -> tuple[bool, Json]:
        """Return whether the promoted input has a value, and the value; the outermost one wins."""
        found, value = self._outer_value(name)
        if found:
            return True, value
        return name in self.inputs, self.inputs.get(name)

    def _outer_value(self, name: str) -> tuple[bool, Json]:
        return self.parent.inner_value(self.node.id, name) if self.parent else (False, None)


class RunningNodes:
    """All nodes of a document at all their places."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._count = 0
        self.roots = self._expand(document.root, None, ())

    def graph_in(self, parent: RunningNode | None) -> Graph:
        """Return the graph whose nodes are inside of ``parent``; the root graph for None."""
        if parent is None or parent.definition is None:
            return self._document.root
        return parent.definition

    def siblings(self, parent: RunningNode | None) -> dict[str, RunningNode]:
        """Return the nodes at the place inside of ``parent``, by their own ids."""
        return self.roots if parent is None else parent.children

    def active(self) -> Iterator[RunningNode]:
        """Return the nodes that the editor sends.

        It leaves out muted and bypassed nodes and everything inside of such instances in the root
        graph, but not what is inside of such an instance in another subgraph.
        """
        stack = [iter(self.roots.values())]
        while stack:
            for running in stack[-1]:
                is_off = running.node.is_muted or running.node.is_bypassed
                if is_off and (running.definition is None or running.parent is None):
                    continue
                if running.definition is None:
                    yield running
                else:
                    stack.append(iter(running.children.values()))
                    break
            else:
                stack.pop()

    def _expand(
        self, graph: Graph, parent: RunningNode | None, around: tuple[str, ...]
    ) -> dict[str, RunningNode]:
        if graph.id in around[1:] or len(around) > MAX_DEPTH:
            message = f"The subgraph {graph.name!r} contains itself."
            raise ConversionError(message)
        running: dict[str, RunningNode] = {}
        for node in graph.nodes.values():
            self._count += 1
            if self._count > MAX_RUNNING_NODES:
                message = f"The workflow is too large: more than {MAX_RUNNING_NODES} nodes with all its subgraphs."
                raise ConversionError(message)
            definition = self._document.subgraphs.get(node.type)
            path = node.id if parent is None else f"{parent.id}:{node.id}"
            child = RunningNode(path, node, graph, parent, definition)
            if definition is not None:
                child.children = self._expand(definition, child, (*around, graph.id))
            running[node.id] = child
        return running
