"""ComfyUI: graph and workflow, wherever its savers put them."""

from typing import Any

import msgspec

from genonaut.metadata.entries import Entries, parse_object
from genonaut.metadata.generation import Generation
from genonaut.metadata.graph_values import graph_values, is_graph
from genonaut.metadata.graph_workflow import graph_of

Json = Any
Graph = dict[str, Json]


def read_comfyui(entries: Entries) -> Generation | None:
    """Return the values of the graph in ``prompt``, else those that can be read in the workflow alone."""
    graph = _graph(entries)
    workflow = entries.mapping("workflow", "Workflow") or _inside_comment(entries, "workflow")
    if graph is None and workflow is None:
        return None
    values = graph_values(graph_of(workflow or {}) if graph is None else graph)
    return Generation(program="comfyui", graph=graph, workflow=workflow, **values)


def with_graph(found: Generation, graph: Json, workflow: Json) -> Generation:
    """Return what a program says, with the graph beside it and its values for what is not said."""
    if not is_graph(graph):
        return msgspec.structs.replace(found, workflow=workflow) if workflow else found
    missing = {
        name: value
        for name, value in graph_values(graph).items()
        if getattr(found, name) in (None, (), {})
    }
    return msgspec.structs.replace(found, graph=graph, workflow=workflow, **missing)


def _inside_comment(entries: Entries, key: str) -> dict[str, Json] | None:
    """Return an object in the comment that VideoHelperSuite writes, itself or as text."""
    value = (entries.mapping("comment", "UserComment", "Comment") or {}).get(key)
    value = parse_object(value) if isinstance(value, str) else value
    return value if isinstance(value, dict) else None


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
