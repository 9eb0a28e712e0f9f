"""What the author of a workflow chose: app mode, promoted widgets, titles.

Where a widget of the editor ends up in the graph is found by converting the file again with a mark in
place of the widget's value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from genonaut.workflows.conversion import ConversionError, convert, promoted_inputs
from genonaut.workflows.conversion.node_classes import NodeClasses

Json = Any
Place = tuple[str, str]

MARK = "\ue000genonaut-mark\ue000"
MAX_PROBES = 150
"""Conversions per file at most; more widgets are not looked up."""
DEFAULT_TITLES = frozenset({"PrimitiveNode", "Primitive"})
TITLE_PREFIXES = ("VC_BASIC", "SwarmUI:", "Input:", "INPUT:")
TITLE_PREFIXES_ADVANCED = ("VC_ADV",)


@dataclass(frozen=True, slots=True)
class Choice:
    """A widget that the author chose."""

    places: tuple[Place, ...]
    """Inputs of the graph that the widget sets."""
    label: str | None
    group: str
    evidence: str
    name: str = ""
    """The name of the widget."""
    is_promoted: bool = False
    is_advanced: bool = False


class AuthorChoices:
    """Finds the choices of one file."""

    def __init__(
        self, data: dict[str, Json], graph: dict[str, Json], object_info: Mapping[str, Json]
    ) -> None:
        self._data = data
        self._graph = graph
        self._object_info = object_info
        self._classes = NodeClasses(object_info)
        self._promoted_inputs = promoted_inputs(data, object_info)
        self._probes = 0
        definitions = data.get("definitions")
        subgraphs = definitions.get("subgraphs") if isinstance(definitions, dict) else None
        self._definitions = {
            str(item.get("id")): item for item in subgraphs or [] if isinstance(item, dict)
        }
        self._nodes = {
            str(node.get("id")): node for node in data["nodes"] if isinstance(node, dict)
        }

    def app_mode(self) -> Iterator[Choice]:
        """Return the inputs that the author chose for the app mode, in the author's order."""
        extra = self._data.get("extra")
        linear = extra.get("linearData") if isinstance(extra, dict) else None
        inputs = linear.get("inputs") if isinstance(linear, dict) else None
        for entry in inputs if isinstance(inputs, list) else []:
            if not isinstance(entry, list) or len(entry) < 2:  # noqa: PLR2004 - node and widget
                continue
            parts = str(entry[0]).split(":")
            node_id = parts[1] if len(parts) > 2 else parts[-1]  # noqa: PLR2004 - graph:node:widget
            places = self._widget_places(node_id, str(entry[1]))
            if places:
                yield Choice(places, None, "", "chosen by the author for the app mode")

    def promoted_widgets(self) -> Iterator[Choice]:
        """Return the widgets of the root graph's subgraph nodes."""
        for node_id, node in self._nodes.items():
            definition = self._definitions.get(str(node.get("type")))
            if definition is None or node.get("mode") in {2, 4}:
                continue
            group = str(node.get("title") or definition.get("name") or "")
            for index, (name, label) in enumerate(self._promoted(node, definition)):
                places = self._probe(node_id, index)
                if places:
                    evidence = f"promoted by the author on {group!r}"
                    yield Choice(places, label, group, evidence, name, is_promoted=True)

    def titled_primitives(self) -> Iterator[Choice]:
        """Return PrimitiveNodes with a title of the author's own."""
        for node_id, node in self._nodes.items():
            title = str(node.get("title") or "")
            if node.get("type") != "PrimitiveNode" or not title or title in DEFAULT_TITLES:
                continue
            places = self._probe(node_id, 0)
            if places:
                yield Choice(places, title, "", "a value with a title of the author")

    def title_markers(self) -> Iterator[Choice]:
        """Return all inputs of nodes whose title marks them as inputs."""
        for node_id, node in self._graph.items():
            title = str(node.get("_meta", {}).get("title", ""))
            for prefix in (*TITLE_PREFIXES, *TITLE_PREFIXES_ADVANCED):
                if title.startswith(prefix):
                    label = title.removeprefix(prefix).strip(" :-_") or None
                    names = [
                        name
                        for name, value in node["inputs"].items()
                        if not isinstance(value, list)
                    ]
                    for name in names:
                        yield Choice(
                            ((node_id, name),),
                            label if len(names) == 1 else None,
                            label or "",
                            f"marked by the title {title!r}",
                            is_advanced=prefix in TITLE_PREFIXES_ADVANCED,
                        )
                    break

    def _widget_places(self, node_id: str, widget: str) -> tuple[Place, ...]:
        node = self._nodes.get(node_id)
        if node is not None and node.get("type") == "PrimitiveNode":
            return self._probe(node_id, 0)
        if node is not None and str(node.get("type")) in self._definitions:
            definition = self._definitions[str(node.get("type"))]
            for index, (name, label) in enumerate(self._promoted(node, definition)):
                if widget in {name, label}:
                    return self._probe(node_id, index)
            return ()
        places = [
            (path, widget)
            for path, entry in self._graph.items()
            if path.rpartition(":")[2] == node_id and widget in entry["inputs"]
        ]
        direct = tuple(
            place
            for place in places
            if not isinstance(self._graph[place[0]]["inputs"][widget], list)
        )
        return direct or self._inner_primitive(node_id)

    def _inner_primitive(self, node_id: str) -> tuple[Place, ...]:
        """Return what a PrimitiveNode inside of a subgraph sets."""
        for definition in self._definitions.values():
            for node in definition.get("nodes") or []:
                if (
                    isinstance(node, dict)
                    and str(node.get("id")) == node_id
                    and node.get("type") == "PrimitiveNode"
                ):
                    return self._probe(node_id, 0)
        return ()

    def _promoted(
        self, node: dict[str, Json], definition: dict[str, Json]
    ) -> list[tuple[str, str | None]]:
        """Return name and label of each saved value of an instance, in the order of the values."""
        labels = {
            str(entry.get("name")): entry.get("label")
            for entry in [*_mappings(definition.get("inputs")), *_mappings(node.get("inputs"))]
            if isinstance(entry.get("label"), str)
        }
        properties = node.get("properties")
        proxies = properties.get("proxyWidgets") if isinstance(properties, dict) else None
        if isinstance(proxies, list) and proxies:
            ports = _ports(definition)
            entries = [
                (str(entry[0]), str(entry[1]))
                if isinstance(entry, list) and len(entry) > 1
                else ("", "")
                for entry in proxies
            ]
            return [
                (
                    name,
                    self._label(labels, ports, node_id, name)
                    or self._inner_title(definition, node_id, name),
                )
                for node_id, name in entries
            ]
        names = self._promoted_inputs.get(str(definition.get("id")), [])
        return [(name, labels.get(name)) for name in names]

    def _label(
        self, labels: dict[str, Json], ports: dict[tuple[str, str], str], node_id: str, name: str
    ) -> str | None:
        """Return the label of the subgraph's input that an entry of the older list means."""
        port = name if node_id == "-1" else ports.get((node_id, name))
        label = labels.get(port) if port else None
        return label if isinstance(label, str) else None

    def _inner_title(self, definition: dict[str, Json], node_id: str, name: str) -> str | None:
        """Return the title of the inner node when the widget's own name says nothing."""
        if name not in {"value", "choice"}:
            return None
        for node in _mappings(definition.get("nodes")):
            if str(node.get("id")) == node_id:
                title = node.get("title")
                return title if isinstance(title, str) and title not in DEFAULT_TITLES else None
        return None

    def _find(self, node_id: str) -> dict[str, Json] | None:
        """Return the saved node with this id; nodes of the root graph go first."""
        if node_id in self._nodes:
            return self._nodes[node_id]
        inner = (
            node
            for definition in self._definitions.values()
            for node in _mappings(definition.get("nodes"))
            if str(node.get("id")) == node_id
        )
        return next(inner, None)

    def _probe(self, node_id: str, index: int) -> tuple[Place, ...]:
        """Return the inputs of the graph that one saved value of a node reaches."""
        self._probes += 1
        if self._probes > MAX_PROBES:
            return ()
        node = self._find(node_id)
        if node is None:
            return ()
        saved = node.get("widgets_values")
        values = list(saved) if isinstance(saved, list) else []
        values += [None] * (index + 1 - len(values))
        values[index] = MARK
        node["widgets_values"] = values
        try:
            marked = convert(self._data, self._object_info)
        except ConversionError:
            return ()
        finally:
            node["widgets_values"] = saved
        return tuple(
            (path, name)
            for path, node in marked.items()
            for name, value in node["inputs"].items()
            if value == MARK
        )


def _ports(definition: dict[str, Json]) -> dict[tuple[str, str], str]:
    """Return the name of the subgraph's input that feeds each widget of an inner node."""
    links = {str(link.get("id")): link for link in _mappings(definition.get("links"))}
    nodes = {str(node.get("id")): node for node in _mappings(definition.get("nodes"))}
    ports = {}
    for port in _mappings(definition.get("inputs")):
        for identity in port.get("linkIds") or []:
            link = links.get(str(identity), {})
            target = str(link.get("target_id"))
            inputs = _mappings(nodes.get(target, {}).get("inputs"))
            slot = link.get("target_slot")
            if isinstance(slot, int) and 0 <= slot < len(inputs):
                ports[target, str(inputs[slot].get("name"))] = str(port.get("name"))
    return ports


def _mappings(value: Json) -> list[dict[str, Json]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
