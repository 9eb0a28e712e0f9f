"""Graphs in API format as they are stored: nodes with class, inputs and title."""

from graphlib import CycleError, TopologicalSorter
from typing import Any

import msgspec

from genonaut.core.errors import InvalidInputError
from genonaut.core.sizes import format_bytes
from genonaut.workflows.forms.graph_inputs import is_link

Json = Any
Graph = dict[str, dict[str, Json]]

MAX_DEPTH = 64
_MAX_ID_LENGTH = 200
_MAX_CLASS_LENGTH = 200
_MAX_TITLE_LENGTH = 200
_MAX_LISTED = 10
"""Nodes of a circle that a message names."""


def checked_graph(document: Json, *, max_nodes: int, field: str = "graph") -> Graph:
    """Return a graph with only the keys that ComfyUI reads.

    Raises:
        InvalidInputError: it is not a graph, has too many nodes, or a link leads nowhere or in a circle.
    """
    if not isinstance(document, dict) or not document:
        raise InvalidInputError.of(field, "is not a graph in API format: nodes by their ids")
    if len(document) > max_nodes:
        raise InvalidInputError.of(
            field, f"has {len(document)} nodes; at most {max_nodes} are allowed"
        )
    graph = {node_id: _checked_node(node_id, node, field) for node_id, node in document.items()}
    for node_id, node in graph.items():
        for name, value in node["inputs"].items():
            if is_link(value) and value[0] not in graph:
                raise InvalidInputError.of(
                    field,
                    f"node {node_id} ({node['class_type']}): its input {name!r} is linked to"
                    f" node {value[0]!r}, which does not exist",
                )
    _require_no_circle(graph, field)
    return graph


def _require_no_circle(graph: Graph, field: str) -> None:
    needed = {
        node_id: [value[0] for value in node["inputs"].values() if is_link(value)]
        for node_id, node in graph.items()
    }
    try:
        TopologicalSorter(needed).prepare()
    except CycleError as error:
        node_id, *others = error.args[1][:_MAX_LISTED]
        raise InvalidInputError.of(
            field,
            f"node {node_id} ({graph[node_id]['class_type']}): it needs its own result;"
            f" the links run in a circle through {', '.join(others)}",
        ) from error


def _checked_node(node_id: str, node: Json, field: str) -> dict[str, Json]:
    class_type = node.get("class_type") if isinstance(node, dict) else None
    inputs = node.get("inputs", {}) if isinstance(node, dict) else None
    is_valid = (
        isinstance(class_type, str)
        and 0 < len(class_type) <= _MAX_CLASS_LENGTH
        and isinstance(inputs, dict)
        and 0 < len(node_id) <= _MAX_ID_LENGTH
    )
    if not is_valid:
        raise InvalidInputError.of(
            field,
            f"node {node_id[:_MAX_ID_LENGTH]!r} needs class_type, a text, and inputs, an object",
        )
    meta = node.get("_meta")
    title = meta.get("title") if isinstance(meta, dict) else None
    checked = {"class_type": class_type, "inputs": inputs}
    if isinstance(title, str) and title:
        checked["_meta"] = {"title": title[:_MAX_TITLE_LENGTH]}
    return checked


def require_storable(document: Json, *, max_bytes: int, field: str) -> None:
    """Check that PostgreSQL can store a document.

    Raises:
        InvalidInputError: it is too large, nested too deeply, or has NUL characters, lone surrogates or
            numbers that JSON does not have.
    """
    if _is_deep(document):
        raise InvalidInputError.of(field, f"is nested more than {MAX_DEPTH} levels deep")
    try:
        size = len(encoded := msgspec.json.encode(document))
    except (ValueError, OverflowError, TypeError) as error:
        raise InvalidInputError.of(field, f"cannot be stored as JSON: {error}") from error
    if size > max_bytes:
        raise InvalidInputError.of(field, f"is larger than {format_bytes(max_bytes)}")
    if b"\\u0000" in encoded and _has_nul(document):
        raise InvalidInputError.of(field, "contains a NUL character")


def _is_deep(document: Json) -> bool:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return True


def _has_nul(document: Json) -> bool:
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if "\0" in value:
                return True
        elif isinstance(value, dict):
            waiting.extend(value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return False
