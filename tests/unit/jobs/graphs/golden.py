"""The recorded graphs: one file per operation, one graph per model, one node per line."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[3] / "data" / "comfyui" / "graphs"


@cache
def read_golden(operation: str) -> dict[str, Any]:
    """Return the recorded graphs of an operation by model."""
    graphs: dict[str, Any] = json.loads((FOLDER / f"{operation}.json").read_text())
    return graphs


def write_all() -> None:
    """Record the graphs of all cases anew; review the difference before committing it."""
    from tests.unit.jobs.graphs import cases  # noqa: PLC0415 - reading needs no cases

    found: dict[str, dict[str, Any]] = {}
    for operation, model, spec in cases.specs():
        found.setdefault(operation, {})[model] = cases.graph(spec)
    for operation, graphs in found.items():
        (FOLDER / f"{operation}.json").write_text(_text(graphs))


def _text(graphs: dict[str, Any]) -> str:
    parts = [
        f"{json.dumps(model)}: {{\n"
        + ",\n".join(
            f"  {json.dumps(node_id)}: {json.dumps(node)}" for node_id, node in one.items()
        )
        + "\n}"
        for model, one in graphs.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    write_all()
