"""Files that a run leaves out: the loading nodes go, and the optional inputs that they feed."""

from collections.abc import Mapping
from typing import Any

from genonaut.core.schemas import Value
from genonaut.workflows.conversion.node_classes import NodeClass, NodeClasses
from genonaut.workflows.forms import Field, FieldTarget
from genonaut.workflows.forms.graph_inputs import is_link
from genonaut.workflows.graphs import Graph

Json = Any

_NO_FILE = frozenset({"none", "None"})
"""Options of loading nodes that mean: no file."""


class Omission(Value, frozen=True):
    """What is taken out of a graph: whole nodes, with all links to them, and single inputs."""

    nodes: tuple[str, ...] = ()
    inputs: tuple[FieldTarget, ...] = ()

    def apply(self, graph: Graph) -> Graph:
        """Return the graph without it; ``graph`` is not changed."""
        if not self.nodes and not self.inputs:
            return graph
        left_out = {(one.node_id, one.input) for one in self.inputs}
        return {
            node_id: {
                **node,
                "inputs": {
                    name: value
                    for name, value in node["inputs"].items()
                    if (node_id, name) not in left_out and not _is_link_to(value, self.nodes)
                },
            }
            for node_id, node in graph.items()
            if node_id not in self.nodes
        }


def without_file(field: Field, graph: Graph, classes: Mapping[str, Json]) -> Omission:
    """Return what is taken out of a graph when a field for a file stays empty.

    An optional input of the loading node is left out, and one that is set to "none" stays. Otherwise
    the loading node goes. A node that needs its output goes too; it must not be an output node.

    Raises:
        ValueError: the results need the file; says which node.
    """
    known = NodeClasses(classes)
    inputs, waiting = [], []
    for target in field.targets:
        node = graph[target.node_id]
        if node["inputs"].get(target.input) in _NO_FILE:
            continue
        if _is_optional(known.get(node["class_type"]), target.input):
            inputs.append(target)
        else:
            waiting.append(target.node_id)
    consumers = _consumers(graph, known)
    nodes: dict[str, None] = {}
    while waiting:
        node_id = waiting.pop()
        if node_id in nodes:
            continue
        node_class = known.get(graph[node_id]["class_type"])
        if node_class is None or node_class.info.get("output_node"):
            raise ValueError(
                f"is required: node {node_id} ({graph[node_id]['class_type']}) needs it"
            )
        nodes[node_id] = None
        waiting += consumers.get(node_id, ())
    return Omission(nodes=tuple(nodes), inputs=tuple(inputs))


def _consumers(graph: Graph, known: NodeClasses) -> dict[str, list[str]]:
    """Return the nodes that need an output of each node."""
    found: dict[str, list[str]] = {}
    for node_id, node in graph.items():
        node_class = known.get(node["class_type"])
        for name, value in node["inputs"].items():
            if is_link(value) and not _is_optional(node_class, name):
                found.setdefault(value[0], []).append(node_id)
    return found


def _is_optional(node_class: NodeClass | None, name: str) -> bool:
    spec = None if node_class is None else node_class.inputs_by_name.get(name)
    return spec is not None and not spec.is_required


def _is_link_to(value: Json, nodes: tuple[str, ...]) -> bool:
    return is_link(value) and value[0] in nodes
