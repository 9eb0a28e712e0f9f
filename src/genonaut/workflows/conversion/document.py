"""Workflow files of ComfyUI's editor: nodes, links and subgraph definitions.

Format: https://docs.comfy.org/specs/workflow_json (version 0.4 stores links as arrays, version 1 and
subgraphs store them as objects).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .errors import ConversionError

ACTIVE = 0
MUTED = 2
BYPASSED = 4

INPUT_SIDE = "-10"
"""Id of the origin of links that come from the inputs of a subgraph."""
OUTPUT_SIDE = "-20"
"""Id of the target of links that go to the outputs of a subgraph."""

ARRAY_LINKS_VERSION = 0.4

MAX_NODES = 5_000
MAX_SUBGRAPHS = 1_000
MAX_SLOT = 100_000
MAX_ID = 2**53
"""The largest number that the editor keeps exactly."""

Json = Any


@dataclass(slots=True)
class NodeInput:
    """An input of a node: a socket, or a socket that belongs to a widget."""

    name: str
    type: str
    link: str | None
    widget: str | None = None


@dataclass(slots=True)
class Link:
    """A connection from an output to an input; ids are texts."""

    id: str
    origin_id: str
    origin_slot: int
    target_id: str
    target_slot: int
    type: str


@dataclass(slots=True)
class Node:
    """A node as saved."""

    id: str
    type: str
    mode: int
    title: str | None
    inputs: list[NodeInput]
    output_types: list[str]
    output_links: list[list[str]]
    widget_values: list[Json] | dict[str, Json] | None
    properties: dict[str, Json]

    @property
    def is_muted(self) -> bool:
        """Whether the node does not run and nothing passes through it."""
        return self.mode == MUTED

    @property
    def is_bypassed(self) -> bool:
        """Whether the node does not run and its inputs pass through it."""
        return self.mode == BYPASSED


@dataclass(slots=True)
class Port:
    """An input or output of a subgraph, with the links inside that belong to it."""

    name: str
    type: str
    links: list[str]


@dataclass(slots=True)
class Graph:
    """The root graph, or the definition of a subgraph."""

    id: str
    nodes: dict[str, Node]
    links: dict[str, Link]
    inputs: list[Port] = field(default_factory=list)
    outputs: list[Port] = field(default_factory=list)
    name: str = ""


@dataclass(slots=True)
class Document:
    """A workflow file."""

    root: Graph
    subgraphs: dict[str, Graph]
    """Definitions by id, in the order of the file."""
    last_node_id: int
    extra: dict[str, Json]

    def graphs(self) -> Iterator[Graph]:
        """Return the root graph and every definition."""
        yield self.root
        yield from self.subgraphs.values()


def is_ui_file(data: Json) -> bool:
    """Return whether ``data`` is a workflow file of the editor (not a graph in API format)."""
    return isinstance(data, dict) and isinstance(data.get("nodes"), list)


def read_document(data: Json) -> Document:
    """Return the parsed workflow file.

    Raises:
        ConversionError: the data is not a workflow file, or it is too large.
    """
    if not is_ui_file(data):
        message = "This is not a workflow file of ComfyUI's editor: it has no list 'nodes'."
        raise ConversionError(message)
    root = _graph(data, "root", arrays=data.get("version") == ARRAY_LINKS_VERSION)
    definitions = _mapping(data.get("definitions")).get("subgraphs")
    subgraphs = {}
    for item in _items(definitions):
        graph = _graph(item, str(item.get("id", "")), arrays=False)
        subgraphs[graph.id] = graph
    document = Document(root, subgraphs, _last_node_id(data), _mapping(data.get("extra")))
    if len(subgraphs) > MAX_SUBGRAPHS or sum(len(g.nodes) for g in document.graphs()) > MAX_NODES:
        message = (
            f"The workflow is too large: more than {MAX_NODES} nodes or {MAX_SUBGRAPHS} subgraphs."
        )
        raise ConversionError(message)
    return document


def key(value: Json) -> str:
    """Return the text form of an id; 12, 12.0 and "12" are the same id."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def read_node(data: dict[str, Json]) -> Node:
    """Return one parsed node."""
    outputs = _items(data.get("outputs"))
    mode = data.get("mode")
    title = data.get("title")
    return Node(
        id=key(data.get("id", -1)),
        type=str(data.get("type", "")),
        mode=mode if isinstance(mode, int) else ACTIVE,
        title=title if isinstance(title, str) else None,
        inputs=[_input(item) for item in _items(data.get("inputs"))],
        output_types=[_type(item.get("type")) for item in outputs],
        output_links=[[key(link) for link in _list(item.get("links"))] for item in outputs],
        widget_values=_widget_values(data.get("widgets_values")),
        properties=dict(_mapping(data.get("properties"))),
    )


def _graph(data: dict[str, Json], identity: str, *, arrays: bool) -> Graph:
    nodes: dict[str, Node] = {}
    unassigned = []
    for item in _items(data.get("nodes")):
        node = read_node(item)
        if node.id in {"-1", "None"}:
            unassigned.append(node)
        else:
            nodes[node.id] = node
    _assign_ids(nodes, unassigned, _last_node_id(data))
    links = {}
    for item in _list(data.get("links")):
        link = _array_link(item) if arrays else _object_link(item)
        if link is not None:
            links[link.id] = link
    return Graph(
        identity,
        nodes,
        links,
        inputs=[_port(item) for item in _items(data.get("inputs"))],
        outputs=[_port(item) for item in _items(data.get("outputs"))],
        name=str(data.get("name", "")),
    )


def _assign_ids(nodes: dict[str, Node], unassigned: list[Node], last: int) -> None:
    """Give nodes without an id the next free one; no link can name them."""
    for node in unassigned:
        last += 1
        while str(last) in nodes:
            last += 1
        node.id = str(last)
        nodes[node.id] = node


def _last_node_id(data: dict[str, Json]) -> int:
    """Return the highest id that the editor has given so far."""
    state = _mapping(data.get("state"))
    counters = [data.get("last_node_id"), state.get("lastNodeId")]
    counters += [item.get("id") for item in _items(data.get("nodes"))]
    numbers = [
        value for value in counters if isinstance(value, int | float) and abs(value) < MAX_ID
    ]
    return max(map(int, numbers), default=0)


def _input(item: dict[str, Json]) -> NodeInput:
    link = item.get("link")
    widget = _mapping(item.get("widget")).get("name")
    return NodeInput(
        name=str(item.get("name", "")),
        type=_type(item.get("type")),
        link=None if link is None else key(link),
        widget=None if widget is None else str(widget),
    )


def _port(item: dict[str, Json]) -> Port:
    links = item.get("linkIds")
    return Port(
        name=str(item.get("name", "")),
        type=_type(item.get("type")),
        links=[key(link) for link in links] if isinstance(links, list) else [],
    )


def _array_link(item: Json) -> Link | None:
    if not isinstance(item, list) or len(item) < 5:  # noqa: PLR2004 - the type may be missing
        return None
    kind = item[5] if len(item) > 5 else "*"  # noqa: PLR2004
    return Link(
        key(item[0]), key(item[1]), _slot(item[2]), key(item[3]), _slot(item[4]), _type(kind)
    )


def _object_link(item: Json) -> Link | None:
    if not isinstance(item, dict) or "id" not in item:
        return None
    return Link(
        key(item["id"]),
        key(item.get("origin_id")),
        _slot(item.get("origin_slot")),
        key(item.get("target_id")),
        _slot(item.get("target_slot")),
        _type(item.get("type")),
    )


def _slot(value: Json) -> int:
    if (
        isinstance(value, str)
        and value.isascii()
        and value.isdecimal()
        and len(value) < len(str(MAX_SLOT))
    ):
        return int(value)
    return int(value) if isinstance(value, int | float) and abs(value) < MAX_SLOT else -1


def _type(value: Json) -> str:
    """Return a socket type; old files write 0 or -1 for "any"."""
    return value if isinstance(value, str) else "*"


def _widget_values(value: Json) -> list[Json] | dict[str, Json] | None:
    return value if isinstance(value, list | dict) else None


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _items(value: Json) -> list[dict[str, Json]]:
    if isinstance(value, dict):
        value = list(value.values())
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
