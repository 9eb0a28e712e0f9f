"""Workflows and the graphs that ComfyUI's own editor made of them.

Templates of comfyui-workflow-templates (MIT, ``tests/data/workflows/LICENSE-templates``), edge cases,
and every class of ComfyUI 0.33.0 with its default values. The graphs were captured in the editor
1.49.6 with the first choice of dynamic prompts, at 2026-01-02 03:04:05 UTC.
"""

import functools
import json
import lzma
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent.parent / "data" / "workflows" / "corpus.json.xz"

CAPTURED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

Graph = dict[str, Any]


@functools.cache
def corpus() -> dict[str, dict[str, Any]]:
    """Return all entries by name: ``ui``, ``api`` (when the editor made a graph) and ``judge``."""
    entries: dict[str, dict[str, Any]] = json.loads(lzma.decompress(_FILE.read_bytes()))
    return entries


def names(*judges: str) -> list[str]:
    """Return the names of the entries with one of these judgements."""
    return [name for name, entry in corpus().items() if entry["judge"] in judges]


def normal_form(graph: Graph) -> Graph:
    """Return the parts of a graph that count: class, inputs and title of each node."""
    return {
        node_id: (node["class_type"], node["inputs"], node["_meta"]["title"])
        for node_id, node in graph.items()
    }
