"""Nodes for primitive values and texts."""

from typing import Any

from genonaut.simulator.nodes.registry import (
    Inputs,
    NodeContext,
    Outputs,
    file_node,
    node,
    passes_on,
)
from genonaut.simulator.result_cache import NodeResult


@file_node("PreviewAny")
def _preview(inputs: Inputs, context: NodeContext) -> NodeResult:
    text = shown_text(inputs["source"])
    return context.shown({"text": [text]}, text)


def shown_text(value: Any) -> str:  # noqa: ANN401  # any value of a node
    """Return a value as PreviewAny shows it."""
    return value if isinstance(value, str) else str(value)


passes_on(
    "PrimitiveInt PrimitiveFloat PrimitiveString PrimitiveStringMultiline PrimitiveBoolean", "value"
)


@node("CaseConverter")
def _case(inputs: Inputs) -> Outputs:
    text: str = inputs["string"]
    changes = {
        "UPPERCASE": text.upper(),
        "lowercase": text.lower(),
        "Capitalize": text.capitalize(),
        "Title Case": text.title(),
    }
    return (changes.get(inputs["mode"], text),)
