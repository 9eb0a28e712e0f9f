"""Make the graph of a job that runs a workflow; pure functions."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genonaut.comfyui import Graph, NodeInfo, filename_prefix_of
from genonaut.jobs.workflow_run import WorkflowRun
from genonaut.workflows.conversion import Problem
from genonaut.workflows.conversion.node_classes import NodeClasses
from genonaut.workflows.file_inputs import file_problems
from genonaut.workflows.forms.graph_inputs import graph_inputs
from genonaut.workflows.policy import NodePolicy
from genonaut.workflows.requirements import option_named

Json = Any

PREFIX_INPUTS = ("filename_prefix", "file_prefix")
"""Inputs of saving nodes that begin the names of their files."""
_MAX_LISTED = 3


class DeniedGraphError(Exception):
    """The graph may not be sent to this server; the text says why."""


def workflow_graph(
    stored: Graph,
    run: WorkflowRun,
    prompt_id: str,
    *,
    sent: Mapping[str, str],
    classes: Mapping[str, NodeInfo],
    policy: NodePolicy,
) -> Graph:
    """Return the graph to post: with the inputs of the job, our file names, and the server's spelling.

    Args:
        stored: the graph of the version.
        run: the resolved inputs.
        prompt_id: the id under which the graph is posted; the names of its output files contain it.
        sent: the name that the server gave to each file, by the key of its field.
        classes: the node classes of the server.
        policy: which nodes may be used.

    Raises:
        DeniedGraphError: a node is denied, or a value names a file that Genonaut did not send.
    """
    graph = run.resolved.apply(stored)
    described = _described(graph, classes)
    allowed = set()
    for file in run.files:
        for target in file.targets:
            if target.node_id not in graph:
                continue  # it went with an optional file that was not given
            graph[target.node_id]["inputs"][target.input] = sent[file.key]
            allowed.add((target.node_id, target.input))
    problems = policy.problems(graph, described)
    problems += file_problems(graph, NodeClasses(described), allowed)
    if problems:
        raise DeniedGraphError("; ".join(map(_text, problems[:_MAX_LISTED])))
    _spell_options(graph, described, allowed)
    prefix = filename_prefix_of(prompt_id)
    for node_id, node in graph.items():
        for name in PREFIX_INPUTS:
            if name in node["inputs"]:
                node["inputs"][name] = f"{prefix}_{_safe(node_id)}"
    return graph


def _described(graph: Graph, classes: Mapping[str, NodeInfo]) -> dict[str, Json]:
    """Return the entries of ``/object_info`` that the graph uses."""
    names = {node["class_type"] for node in graph.values()}
    return {name: msgspec.to_builtins(classes[name]) for name in names if name in classes}


def _spell_options(
    graph: Graph, described: Mapping[str, Json], allowed: set[tuple[str, str]]
) -> None:
    """Write names of files and options as the server spells them: slashes and case differ."""
    for place, entry in graph_inputs(graph, NodeClasses(described)).items():
        if entry.spec.type != "COMBO" or place in allowed:
            continue
        found = option_named(entry.value, entry.spec.choices)
        if found is not None:
            graph[place[0]]["inputs"][place[1]] = found


def _safe(node_id: str) -> str:
    return "".join(one if one.isascii() and one.isalnum() else "-" for one in node_id)[:40]


def _text(problem: Problem) -> str:
    return f"node {problem.node_id} ({problem.class_type}): {problem.message}"
