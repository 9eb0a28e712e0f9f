"""ComfyUI: graph and workflow, wherever its savers put them."""

from typing import Any

from genonaut.metadata.entries import Entries, parse_object
from genonaut.metadata.generation import Generation
from genonaut.metadata.graph_values import graph_values, is_graph

Json = Any
Graph = dict[str, Json]


def read_comfyui(entries: Entries) -> Generation | None:
    """Return the values of the graph in ``prompt``; its workflow alone has no values."""
    graph = _graph(entries)
    workflow = entries.mapping("workflow", "Workflow")
    if graph is None and workflow is None:
        return None
    values = graph_values(graph) if graph is not None else {}
    return Generation(program="comfyui", graph=graph, workflow=workflow, **values)


def _graph(entries: Entries) -> Graph | None:
    for key in ("prompt", "Prompt"):
        value = entries.mapping(key)
        if value is not None and is_graph(value):
            return value
    for key in ("comment", "UserComment", "Comment"):
        value = entries.mapping(key)
        inner = value.get("prompt") if value else None
        if isinstance(inner, str):
            inner = parse_object(inner)
        if is_graph(inner):
            return inner
        if is_graph(value):
            return {
                key: node
                for key, node in (value or {}).items()
                if isinstance(node, dict) and "class_type" in node
            }
    return None
