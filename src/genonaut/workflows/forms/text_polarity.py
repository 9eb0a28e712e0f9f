"""Which texts of a graph describe what to show, and which what to avoid.

Links are followed from the inputs of samplers back to the texts.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .graph_inputs import is_link

Json = Any

POSITIVE_INPUTS = frozenset({"positive", "conditioning", "cond", "positive_cond", "conditioning_1"})
NEGATIVE_INPUTS = frozenset({"negative", "negative_cond", "uncond"})
GUIDERS = ("Guider", "Sampler")


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a node is from a sampler's input."""

    is_negative: bool
    links: int


def text_distances(graph: dict[str, Json]) -> dict[str, Distance]:
    """Return for each node that feeds a prompt of a sampler: which one, and over how many links.

    A node that feeds both belongs to the positive one: a negative prompt is often made of it.
    """
    found: dict[str, Distance] = {}
    for is_negative in (False, True):
        for node_id, links in _upstream(graph, _starts(graph, is_negative=is_negative)).items():
            found.setdefault(node_id, Distance(is_negative, links))
    return found


def _starts(graph: dict[str, Json], *, is_negative: bool) -> Iterator[tuple[str, str]]:
    """Return the sources of prompts of nodes that take both, or of guiders, with their input's name."""
    names = NEGATIVE_INPUTS if is_negative else POSITIVE_INPUTS
    for node in graph.values():
        inputs = node["inputs"]
        is_sampler = "positive" in inputs or node["class_type"].endswith(GUIDERS)
        for name in names if is_sampler else ():
            if is_link(inputs.get(name)):
                yield inputs[name][0], name


def _upstream(graph: dict[str, Json], starts: Iterator[tuple[str, str]]) -> dict[str, int]:
    """Return the number of links from each node to the nearest start.

    Nodes that take both prompts pass only the one that was asked for.
    """
    waiting = deque((node_id, name, 1) for node_id, name in starts)
    found: dict[str, int] = {}
    while waiting:
        node_id, name, links = waiting.popleft()
        if node_id in found or node_id not in graph:
            continue
        found[node_id] = links
        inputs = graph[node_id]["inputs"]
        has_both = is_link(inputs.get("positive")) and is_link(inputs.get("negative"))
        for other, value in inputs.items():
            if not is_link(value):
                continue
            if has_both and other in POSITIVE_INPUTS | NEGATIVE_INPUTS and other != name:
                continue
            waiting.append((value[0], name, links + 1))
    return found
