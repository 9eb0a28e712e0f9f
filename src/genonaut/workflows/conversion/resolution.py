"""Following a link to the output that really feeds an input."""

from dataclasses import dataclass
from typing import Any

from .document import INPUT_SIDE, OUTPUT_SIDE, Graph, Link, Node, NodeInput
from .errors import ConversionError
from .instances import RunningNode, RunningNodes
from .node_classes import NodeClasses, editor_inputs
from .promotion import Promotions
from .virtual_nodes import is_reroute, is_virtual, variable_name

Json = Any


@dataclass(frozen=True, slots=True)
class Output:
    """An output of a node that runs."""

    node_id: str
    slot: int


@dataclass(frozen=True, slots=True)
class Value:
    """A value that is set where the link comes from."""

    value: Json
    is_primitive: bool = False
    """Whether it comes from a PrimitiveNode; the widget rounds such values."""


Source = Output | Value | None


@dataclass(frozen=True, slots=True)
class Step:
    """A link to follow, and the instance whose inside it belongs to."""

    parent: RunningNode | None
    link: str


class _Path:
    """The links followed so far for one input."""

    def __init__(self, node: RunningNode, entry: NodeInput, wanted: str) -> None:
        self.target = f"the input {entry.name!r} of node {node.id}"
        self.wanted = wanted
        self.inherited: Value | None = None
        """The value that the subgraphs left so far give to the input."""
        self.is_outside = False
        """Whether the path left a subgraph through a linked input."""
        self._seen: set[tuple[str, str]] = set()

    @property
    def length(self) -> int:
        return len(self._seen)

    def enter(self, step: Step) -> None:
        """Note a link.

        Raises:
            ConversionError: the link was followed before.
        """
        place = (step.parent.id if step.parent else "", step.link)
        if place in self._seen:
            message = f"The link {step.link} to {self.target} runs in a circle."
            raise ConversionError(message)
        self._seen.add(place)


class LinkResolver:
    """Finds the source of inputs through reroutes, bypassed nodes and subgraphs."""

    def __init__(self, running: RunningNodes, promotions: Promotions, classes: NodeClasses) -> None:
        self._running = running
        self._promotions = promotions
        self._classes = classes

    def source(self, node: RunningNode, entry: NodeInput) -> Source:
        """Return what feeds an input; None when nothing does.

        Raises:
            ConversionError: a link is missing or runs in a circle.
        """
        if entry.link is None:
            return None
        path = _Path(node, entry, self._input_type(node, entry))
        place: Step | Source = Step(node.parent, entry.link)
        while isinstance(place, Step):
            path.enter(place)
            place = self._follow(place, path)
        return place

    def _input_type(self, node: RunningNode, entry: NodeInput) -> str:
        node_class = self._classes.get(node.node.type)
        spec = node_class.inputs_by_name.get(entry.name) if node_class else None
        return entry.type if spec is None else spec.type

    def _follow(self, step: "Step", path: "_Path") -> "Step | Source":
        """Return the source, or the next link to follow."""
        graph = self._running.graph_in(step.parent)
        link = graph.links.get(step.link)
        if link is None:
            message = f"The link {step.link} to {path.target} is missing in the file."
            raise ConversionError(message)
        if link.origin_id == INPUT_SIDE and step.parent is not None:
            return self._outside(step.parent, link, path)
        origin = self._running.siblings(step.parent).get(link.origin_id)
        if origin is None:
            message = f"The link {step.link} to {path.target} comes from the node {link.origin_id}, which is missing."
            raise ConversionError(message)
        return self._output(origin, link.origin_slot, path)

    def _outside(self, instance: RunningNode, link: Link, path: "_Path") -> "Step | Source":
        """Leave a subgraph through one of its inputs."""
        definition = instance.definition
        if definition is None or not 0 <= link.origin_slot < len(definition.inputs):
            message = f"The subgraph of node {instance.id} has no input {link.origin_slot}."
            raise ConversionError(message)
        port = definition.inputs[link.origin_slot]
        is_promoted = self._promotions.is_promoted(definition, port)
        if is_promoted:
            found, value = instance.input_value(port.name)
            if found:
                path.inherited = Value(value)
            elif path.inherited is None:
                path.inherited = Value(self._promotions.initial_value(definition, port))
        for entry in instance.node.inputs:
            if entry.name == port.name and entry.link is not None:
                path.is_outside = True
                return Step(instance.parent, entry.link)
        return path.inherited if is_promoted else None

    def _output(self, origin: RunningNode, slot: int, path: "_Path") -> "Step | Source":
        node = origin.node
        if node.is_muted:
            return None
        if is_virtual(node.type):
            return self._virtual(origin, path)
        if node.is_bypassed:
            return self._bypassed(origin, slot, path)
        if origin.definition is not None:
            return self._inside(origin, origin.definition, slot)
        return Output(origin.id, slot)

    def _virtual(self, origin: RunningNode, path: "_Path") -> "Step | Source":
        """Pass through a node that only the editor has."""
        node = origin.node
        if is_reroute(node.type):
            return self._input_link(origin, 0)
        variable = variable_name(node)
        if variable is not None:
            return self._variable(origin, variable)
        # A PrimitiveNode sets the widgets that it feeds directly itself, and none outside of its graph.
        is_direct = path.length == 1 or path.is_outside
        return None if is_direct else _primitive_value(node)

    def _input_link(self, running: RunningNode, index: int) -> Step | None:
        inputs = running.node.inputs
        link = inputs[index].link if 0 <= index < len(inputs) else None
        return None if link is None else Step(running.parent, link)

    def _inside(self, instance: RunningNode, definition: Graph, slot: int) -> Step | None:
        """Enter a subgraph through one of its outputs."""
        if not 0 <= slot < len(definition.outputs):
            message = f"The subgraph of node {instance.id} has no output {slot}."
            raise ConversionError(message)
        for identity in definition.outputs[slot].links:
            link = definition.links.get(identity)
            if link is not None and link.target_id == OUTPUT_SIDE:
                if link.origin_id == INPUT_SIDE:
                    name = definition.outputs[slot].name
                    message = (
                        f"The output {name!r} of the subgraph of node {instance.id} is connected to an input of the"
                        " subgraph without a node between them. Connect the nodes outside of the subgraph instead."
                    )
                    raise ConversionError(message)
                return Step(instance, identity)
        return None

    def _variable(self, getter: RunningNode, name: str) -> Step | None:
        """Find the Set node of a Get node, here or in a graph around."""
        parent = getter.parent
        while True:
            for running in self._running.siblings(parent).values():
                if (
                    running.node.type == "SetNode"
                    and variable_name(running.node, "SetNode") == name
                ):
                    return None if running.node.is_muted else self._input_link(running, 0)
            if parent is None:
                return None
            parent = parent.parent

    def _bypassed(self, running: RunningNode, slot: int, path: "_Path") -> Step | None:
        """Pass through a bypassed node: by the input with the same position, else by one of the type."""
        inputs = editor_inputs(running.node, self._classes.get(running.node.type))
        entry = self._passed_input(inputs, slot, path.wanted, self._output_type(running, slot))
        if entry is None or entry.link is None:
            return None
        path.wanted = entry.type
        return Step(running.parent, entry.link)

    def _passed_input(
        self, inputs: list[NodeInput], slot: int, wanted: str, output_type: str
    ) -> NodeInput | None:
        if wanted in {"*", ""}:
            return next(iter(inputs[slot : slot + 1] or inputs[:1]), None)
        opposite = inputs[slot] if slot < len(inputs) else None
        if opposite and all(is_compatible(opposite.type, other) for other in (output_type, wanted)):
            return opposite
        exact = (entry for entry in inputs if entry.type == wanted)
        fitting = (entry for entry in inputs if is_compatible(entry.type, wanted))
        return next(exact, None) or next(fitting, None)

    def _output_type(self, running: RunningNode, slot: int) -> str:
        node_class = self._classes.get(running.node.type)
        types = node_class.outputs if node_class else tuple(running.node.output_types)
        return types[slot] if 0 <= slot < len(types) else "*"


def is_compatible(one: str, other: str) -> bool:
    """Return whether sockets of these types can be linked: equal, "any", or a common part of "A,B"."""
    if one in {"", "*"} or other in {"", "*"}:
        return True
    return not set(one.lower().split(",")).isdisjoint(other.lower().split(","))


def _primitive_value(node: Node) -> Value | None:
    values = node.widget_values
    if node.type != "PrimitiveNode" or not isinstance(values, list) or not values:
        return None
    return Value(values[0], is_primitive=True)
