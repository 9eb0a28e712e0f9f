"""Values that instances of a subgraph set for widgets of its inner nodes.

Two ways exist: an input of the subgraph that is linked to a widget inside, and the older list
``properties.proxyWidgets`` of pairs (inner node, widget name).
"""

import re
from collections.abc import Iterator
from typing import Any

from .document import Document, Graph, Link, Node, Port
from .instances import RunningNode, RunningNodes
from .node_classes import NodeClasses, editor_inputs
from .widget_values import DocumentWidgets

Json = Any

SELF = "-1"
CONTROL = "control_after_generate"
PRIMITIVE = "PrimitiveNode"
PREFIX = re.compile(r"\s*\d+\s*:\s*(.+)$")
"""Older files put the id of the inner node before the name of its widget."""


class Promotions:
    """Which inputs of each subgraph definition are promoted widgets."""

    def __init__(self, document: Document, classes: NodeClasses, widgets: DocumentWidgets) -> None:
        self._document = document
        self._classes = classes
        self._widgets = widgets
        self._promoted: dict[tuple[str, str], bool] = {}
        self.proxied: dict[tuple[str, str, str], tuple[str, str]] = {}
        """Inner widgets that the older list of any instance names: definition, node and widget; and the node
        and widget whose saved value counts when the instance has none."""

    def is_promoted(self, definition: Graph, port: Port) -> bool:
        """Return whether the first target inside of this input is a widget."""
        place = (definition.id, port.name)
        if place not in self._promoted:
            self._promoted[place] = False  # Ends the search in definitions that contain each other.
            target = self.target(definition, port)
            self._promoted[place] = target is not None and self._is_widget(*target)
        return self._promoted[place]

    def target(self, definition: Graph, port: Port) -> tuple[Node, str] | None:
        """Return the first inner node that the input feeds, and the name of the input there."""
        for identity in port.links:
            link = definition.links.get(identity)
            node = definition.nodes.get(link.target_id) if link else None
            if link is None or node is None:
                continue
            if 0 <= link.target_slot < len(node.inputs):
                return node, node.inputs[link.target_slot].name
            return None
        return None

    def initial_value(self, definition: Graph, port: Port) -> Json:
        """Return the saved value of the widget that the input promotes."""
        target = self.target(definition, port)
        while target is not None:
            node, name = target
            nested = self._document.subgraphs.get(node.type)
            if nested is None:
                return self._widgets.of(definition, node.id).values.get(name)
            definition = nested
            inner = next((port for port in nested.inputs if port.name == name), None)
            target = None if inner is None else self.target(nested, inner)
        return None

    def _is_widget(self, node: Node, name: str) -> bool:
        inner = self._document.subgraphs.get(node.type)
        if inner is not None:
            port = next((port for port in inner.inputs if port.name == name), None)
            return port is not None and self.is_promoted(inner, port)
        node_class = self._classes.get(node.type)
        spec = node_class.inputs_by_name.get(name) if node_class else None
        if spec is not None:
            return spec.widget_type is not None
        return any(entry.name == name and entry.widget is not None for entry in node.inputs)

    def apply(self, running: RunningNodes) -> None:
        """Store the values of all instances."""
        stack = list(running.roots.values())
        while stack:
            instance = stack.pop()
            if instance.definition is not None:
                stack += instance.children.values()
                self._read_values(instance, instance.definition)

    def _read_values(self, instance: RunningNode, definition: Graph) -> None:
        node = instance.node
        values = node.widget_values if isinstance(node.widget_values, list) else []
        proxies = _proxies(node)
        if not proxies:
            promoted = (port for port in definition.inputs if self.is_promoted(definition, port))
            instance.inputs.update(
                (port.name, value) for port, value in zip(promoted, values, strict=False)
            )
            return
        for index, (node_id, name) in enumerate(proxies):
            place = self.proxy_target(definition, node_id, name)
            if isinstance(place, Port) and index < len(values):
                instance.inputs[place.name] = values[index]
            elif isinstance(place, tuple):
                for target_id, widget in place:
                    self.proxied[definition.id, target_id, widget] = place[0]
                    if index < len(values):
                        instance.widgets[target_id, widget] = values[index]

    def proxy_target(
        self, definition: Graph, node_id: str, name: str
    ) -> Port | tuple[tuple[str, str], ...] | None:
        """Return the input of the subgraph, or the widgets inside, that an entry of the list names."""
        if name == CONTROL or name.startswith("$$"):
            return None
        if node_id == SELF:
            return next((port for port in definition.inputs if port.name == name), None)
        inner = definition.nodes.get(node_id)
        if inner is None:
            return None
        while (match := PREFIX.match(name)) is not None and not self._is_widget(inner, name):
            name = match.group(1)
        name = self._input_name(inner, name)
        for port in definition.inputs:
            if self.is_promoted(definition, port) and self.target(definition, port) == (
                inner,
                name,
            ):
                return port
        if inner.type == PRIMITIVE:
            return self._primitive_widgets(definition, inner)
        return ((node_id, name),)

    def _input_name(self, inner: Node, name: str) -> str:
        """Return the input of an inner instance that ``name`` means: its own name, or its target's."""
        nested = self._document.subgraphs.get(inner.type)
        if nested is None or any(port.name == name for port in nested.inputs):
            return name
        for port in nested.inputs:
            target = self.target(nested, port)
            if target is not None and target[1] == name:
                return port.name
        return name

    def _primitive_widgets(
        self, definition: Graph, primitive: Node
    ) -> tuple[tuple[str, str], ...] | None:
        """Return the widgets of a promoted PrimitiveNode; None when their types differ from its own."""
        kind = primitive.output_types[0] if primitive.output_types else "*"
        targets = []
        for node, slot in _primitive_slots(definition, primitive):
            inputs = editor_inputs(node, self._classes.get(node.type))
            if not 0 <= slot < len(inputs):
                return None
            if kind != inputs[slot].type and "*" not in {kind, inputs[slot].type}:
                return None
            targets.append((node.id, inputs[slot].name))
        return tuple(targets)


def _proxies(node: Node) -> list[tuple[str, str]]:
    """Return the entries of the older list of promoted widgets."""
    entries = node.properties.get("proxyWidgets")
    if not isinstance(entries, list):
        return []
    return [
        (str(entry[0]), str(entry[1])) if isinstance(entry, list) and len(entry) > 1 else ("", "")
        for entry in entries
    ]


def _primitive_slots(graph: Graph, primitive: Node) -> Iterator[tuple[Node, int]]:
    for link, node in _primitive_links(graph, primitive):
        yield node, link.target_slot


def _primitive_links(graph: Graph, primitive: Node) -> Iterator[tuple[Link, Node]]:
    for links in primitive.output_links:
        for identity in links:
            link = graph.links.get(identity)
            node = graph.nodes.get(link.target_id) if link else None
            if link is not None and node is not None:
                yield link, node


def primitive_targets(graph: Graph, primitive: Node) -> Iterator[tuple[Node, str]]:
    """Return the nodes and widgets that a PrimitiveNode feeds directly."""
    for link, node in _primitive_links(graph, primitive):
        linked = [entry for entry in node.inputs if entry.link == link.id]
        slot = node.inputs[link.target_slot : link.target_slot + 1] if link.target_slot >= 0 else []
        for target in (linked or slot)[:1]:
            yield node, target.widget or target.name
