"""The literal inputs of a graph: the values that a form can set."""

from dataclasses import dataclass
from typing import Any

from genonaut.workflows.conversion.node_classes import (
    DYNAMIC_COMBO,
    InputSpec,
    NodeClass,
    NodeClasses,
)

Json = Any


@dataclass(frozen=True, slots=True)
class GraphInput:
    """An input whose value stands in the graph."""

    node_id: str
    name: str
    value: Json
    spec: InputSpec
    node_class: NodeClass
    title: str

    @property
    def place(self) -> tuple[str, str]:
        """Node and input."""
        return self.node_id, self.name

    @property
    def last_name(self) -> str:
        """The name without those of the choices it depends on."""
        return self.name.rpartition(".")[2]


def graph_inputs(graph: dict[str, Json], classes: NodeClasses) -> dict[tuple[str, str], GraphInput]:
    """Return the literal inputs that ``classes`` describes, by node and name, in the order of the classes."""
    found = {}
    for node_id, node in graph.items():
        node_class = classes.get(node["class_type"])
        if node_class is None:
            continue
        title = node.get("_meta", {}).get("title") or node_class.display_name
        for spec in _specs(node_class, node["inputs"]):
            value = node["inputs"].get(spec.name)
            if spec.name in node["inputs"] and not is_link(value):
                entry = GraphInput(node_id, spec.name, value, spec, node_class, title)
                found[entry.place] = entry
    return found


def is_link(value: Json) -> bool:
    """Return whether the value of an input is a link to another node's output."""
    return (
        isinstance(value, list)
        and len(value) == 2  # noqa: PLR2004 - node and slot
        and isinstance(value[0], str)
        and isinstance(value[1], int)
    )


def _specs(node_class: NodeClass, inputs: dict[str, Json]) -> list[InputSpec]:
    """Return the specs of a node's widgets, with those that its choices bring."""
    specs = []
    waiting = list(reversed(node_class.inputs))
    while waiting:
        spec = waiting.pop()
        if spec.widget_type is None:
            continue
        specs.append(spec)
        if spec.type == DYNAMIC_COMBO:
            waiting.extend(reversed(spec.sub_inputs(inputs.get(spec.name))))
    return specs
