"""Group nodes, the predecessor of subgraphs: they become subgraph definitions."""

from collections.abc import Iterator
from typing import Any

from .document import (
    INPUT_SIDE,
    OUTPUT_SIDE,
    Document,
    Graph,
    Link,
    Node,
    NodeInput,
    Port,
    read_node,
)
from .node_classes import NodeClasses
from .widget_values import read_widgets

Json = Any

PREFIXES = ("workflow>", "workflow/")

LINK_PARTS = 4
"""Index of the origin, its slot, index of the target, its slot."""


def expand_group_nodes(document: Document, classes: NodeClasses) -> None:
    """Replace every group node by an instance of a new subgraph definition.

    Inner nodes and the instance get new ids, as the editor gives them.
    """
    groups = document.extra.get("groupNodes")
    if not isinstance(groups, dict):
        return
    for graph in list(document.graphs()):
        for node in list(graph.nodes.values()):
            name = next(
                (node.type.removeprefix(p) for p in PREFIXES if node.type.startswith(p)), ""
            )
            body = groups.get(name)
            if isinstance(body, dict) and isinstance(body.get("nodes"), list):
                _expand(document, graph, node, _Group(body, classes))


def _expand(document: Document, graph: Graph, node: Node, group: "_Group") -> None:
    for inner in group.nodes:
        document.last_node_id += 1
        inner.id = str(document.last_node_id)
    document.last_node_id += 1
    identity = str(document.last_node_id)
    definition = group.definition(f"group:{identity}")
    document.subgraphs[definition.id] = definition
    group.set_values(node)
    _rename(graph, node, identity)
    node.type = definition.id
    node.widget_values = None
    for entry, port in zip(node.inputs, definition.inputs, strict=False):
        entry.name = port.name


def _rename(graph: Graph, node: Node, identity: str) -> None:
    """Give the instance its new id, also in the links."""
    graph.nodes[identity] = graph.nodes.pop(node.id)
    for link in graph.links.values():
        if link.origin_id == node.id:
            link.origin_id = identity
        if link.target_id == node.id:
            link.target_id = identity
    node.id = identity


class _Group:
    """The body of a group node."""

    def __init__(self, body: dict[str, Json], classes: NodeClasses) -> None:
        self.nodes = [read_node(item) for item in body["nodes"] if isinstance(item, dict)]
        self._classes = classes
        self._links = [link for link in _lists(body.get("links")) if self._is_link(link)]
        self._external = {
            (item[0], item[1]) for item in _lists(body.get("external")) if len(item) > 1
        }

    def definition(self, identity: str) -> Graph:
        """Return the subgraph definition of the group."""
        graph = Graph(identity, {node.id: node for node in self.nodes}, {}, name=identity)
        linked: set[tuple[str, int]] = set()
        for origin, slot, target, target_slot, *_ in self._links:
            target_id = self.nodes[target].id
            self._link(graph, self.nodes[origin].id, slot, target_id, target_slot)
            linked.add((target_id, target_slot))
        self._add_inputs(graph, linked)
        self._add_outputs(graph)
        return graph

    def set_values(self, group_node: Node) -> None:
        """Distribute the values of the group node's widgets to the inner nodes."""
        saved = group_node.widget_values
        values = saved if isinstance(saved, list) else []
        position = 0
        for node in self.nodes:
            count = self._value_count(node)
            if position + count <= len(values):
                node.widget_values = list(values[position : position + count])
            position += count

    def _add_inputs(self, graph: Graph, linked: set[tuple[str, int]]) -> None:
        for node in self.nodes:
            for index, entry in enumerate(node.inputs):
                if (node.id, index) in linked or self._is_widget(node, entry):
                    continue
                port = Port(f"{node.id}.{entry.name}", entry.type, [])
                port.links.append(self._link(graph, INPUT_SIDE, len(graph.inputs), node.id, index))
                graph.inputs.append(port)

    def _add_outputs(self, graph: Graph) -> None:
        for index, node in enumerate(self.nodes):
            for slot, kind in enumerate(self._outputs(node)):
                if self._is_inner(index, slot):
                    continue
                port = Port(f"{node.id}.{slot}", kind, [])
                port.links.append(self._link(graph, node.id, slot, OUTPUT_SIDE, len(graph.outputs)))
                graph.outputs.append(port)

    def _is_link(self, link: list[Json]) -> bool:
        """Whether a saved link connects two nodes of the group."""
        parts = link[:LINK_PARTS]
        if len(parts) < LINK_PARTS or not all(isinstance(part, int) for part in parts):
            return False
        return all(0 <= parts[index] < len(self.nodes) for index in (0, 2))

    def _value_count(self, node: Node) -> int:
        if isinstance(node.widget_values, list):
            return len(node.widget_values)
        node_class = self._classes.get(node.type)
        return len(read_widgets(node, node_class).values) if node_class else 0

    def _is_inner(self, index: int, slot: int) -> bool:
        """Whether an output only feeds nodes of the group."""
        return (index, slot) not in self._external and any(
            (origin, origin_slot) == (index, slot) for origin, origin_slot, *_ in self._links
        )

    def _is_widget(self, node: Node, entry: NodeInput) -> bool:
        node_class = self._classes.get(node.type)
        spec = node_class.inputs_by_name.get(entry.name) if node_class else None
        return entry.widget is not None if spec is None else spec.widget_type is not None

    def _outputs(self, node: Node) -> Iterator[str]:
        node_class = self._classes.get(node.type)
        yield from node_class.outputs if node_class else node.output_types

    def _link(self, graph: Graph, origin: str, slot: int, target: str, target_slot: int) -> str:
        identity = str(len(graph.links) + 1)
        graph.links[identity] = Link(identity, origin, slot, target, target_slot, "*")
        node = graph.nodes.get(target)
        if node is not None and 0 <= target_slot < len(node.inputs):
            node.inputs[target_slot].link = identity
        return identity


def _lists(value: Json) -> list[list[Json]]:
    return [item for item in value if isinstance(item, list)] if isinstance(value, list) else []
