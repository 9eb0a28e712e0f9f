"""Conversion of workflow files of ComfyUI's editor to graphs that ``POST /prompt`` takes."""

from collections.abc import Mapping
from typing import Any

from .document import Node, read_document
from .errors import Problem, UnknownClassesError
from .group_nodes import expand_group_nodes
from .instances import RunningNode, RunningNodes
from .node_classes import InputSpec, NodeClasses, editor_name
from .numbering import renumber_subgraphs
from .primitives import apply_primitives, fitted
from .promotion import Promotions
from .queued_texts import QueuedTexts, QueueTime
from .resolution import LinkResolver, Value
from .virtual_nodes import is_virtual
from .widget_values import DocumentWidgets, present

Json = Any

NUMBERS = frozenset({"INT", "FLOAT"})


def convert(
    data: Json, object_info: Mapping[str, Json], at: QueueTime | None = None
) -> dict[str, Json]:
    """Return the graph of a workflow file, as ComfyUI's own editor would send it.

    Without ``at``, dynamic prompts and tokens in file names stay as they are.

    Raises:
        UnknownClassesError: the graph needs classes that ``object_info`` lacks.
        ConversionError: the file is no workflow, or its links are broken.
    """
    return _Conversion(data, NodeClasses(object_info), at).graph()


def promoted_inputs(data: Json, object_info: Mapping[str, Json]) -> dict[str, list[str]]:
    """Return for each subgraph definition the inputs that are widgets, in the order of saved values.

    Raises:
        ConversionError: the data is not a workflow file.
    """
    document = read_document(data)
    classes = NodeClasses(object_info)
    promotions = Promotions(document, classes, DocumentWidgets(document, classes))
    return {
        identity: [port.name for port in graph.inputs if promotions.is_promoted(graph, port)]
        for identity, graph in document.subgraphs.items()
    }


class _Conversion:
    def __init__(self, data: Json, classes: NodeClasses, at: QueueTime | None) -> None:
        document = read_document(data)
        renumber_subgraphs(document)
        expand_group_nodes(document, classes)
        self._classes = classes
        self._running = RunningNodes(document)
        self._widgets = DocumentWidgets(document, classes)
        self._promotions = Promotions(document, classes, self._widgets)
        self._promotions.apply(self._running)
        self._links = LinkResolver(self._running, self._promotions, classes)
        self._texts = QueuedTexts(document, classes, self._widgets, at)
        for graph in document.graphs():
            apply_primitives(graph, self._widgets, self._texts.replace, self._promotions)

    def graph(self) -> dict[str, Json]:
        """Return the nodes by id, without links to nodes that do not run."""
        active = [node for node in self._running.active() if not is_virtual(node.node.type)]
        problems = tuple(
            Problem(
                node.id,
                node.node.type,
                f"The ComfyUI server does not know the class {node.node.type!r}.",
            )
            for node in active
            if self._classes.get(node.node.type) is None
        )
        if problems:
            raise UnknownClassesError(problems)
        emitted = {node.id for node in active}
        return {node.id: self._entry(node, emitted) for node in active}

    def _entry(self, running: RunningNode, emitted: set[str]) -> dict[str, Json]:
        inputs = self._values(running)
        widgets = self._widgets.of(running.graph, running.node.id)
        for entry in running.node.inputs:
            if self._is_proxied(running, entry.name):
                continue
            source = self._links.source(running, entry)
            if isinstance(source, Value):
                inputs[entry.name] = _literal(_taken(widgets.specs.get(entry.name), source))
            elif source is not None and source.node_id in emitted:
                inputs[entry.name] = [source.node_id, source.slot]
        return {
            "inputs": inputs,
            "class_type": running.node.type,
            "_meta": {"title": self._title(running.node)},
        }

    def _title(self, node: Node) -> str:
        return node.title or editor_name(node.type, self._classes.get(node.type))

    def _values(self, running: RunningNode) -> dict[str, Json]:
        """Return the values of the node's widgets; instances around it come first."""
        widgets = self._widgets.of(running.graph, running.node.id)
        return {
            name: _literal(self._value(running, name, value, widgets.specs.get(name)))
            for name, value in widgets.values.items()
        }

    def _value(self, running: RunningNode, name: str, value: Json, spec: InputSpec | None) -> Json:
        found, outer = (
            running.parent.inner_value(running.node.id, name) if running.parent else (False, None)
        )
        if found and (outer is not None or spec is None or spec.widget_type not in NUMBERS):
            return _taken(spec, Value(outer))
        if self._is_proxied(running, name):
            place = running.graph.id, running.node.id, name
            node_id, widget = self._promotions.proxied[place]
            return self._widgets.of(running.graph, node_id).values.get(widget, value)
        return self._texts.resolve(running.node, name, value)

    def _is_proxied(self, running: RunningNode, name: str) -> bool:
        return (running.graph.id, running.node.id, name) in self._promotions.proxied


def _taken(spec: InputSpec | None, source: Value) -> Json:
    """Return a value from elsewhere as the widget takes it."""
    if source.is_primitive:
        return fitted(spec, source.value)
    return source.value if spec is None else present(spec, source.value)


def _literal(value: Json) -> Json:
    """Return a widget's value for a graph, in which a list would be read as a link."""
    return {"__value__": value} if isinstance(value, list) else value
