"""PrimitiveNodes: their value becomes the value of the widgets that they feed, before anything is read."""

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from .document import Graph
from .node_classes import InputSpec
from .promotion import PRIMITIVE, Promotions, primitive_targets
from .widget_values import DocumentWidgets

Json = Any

REPLACE_PROPERTY = "Run widget replace on values"
DIGITS = Context(prec=400)
"""Enough for every float."""
LARGEST = 2048
"""Upper bound of number widgets without one of their own."""


def apply_primitives(
    graph: Graph, widgets: DocumentWidgets, replace: Callable[[str], str], promotions: Promotions
) -> None:
    """Set the widgets that the PrimitiveNodes of ``graph`` feed; also muted ones count, as in the editor.

    Widgets that an instance of the subgraph sets are left out.
    """
    for node in graph.nodes.values():
        values = node.widget_values
        if node.type != PRIMITIVE or not isinstance(values, list) or not values:
            continue
        value = values[0]
        if isinstance(value, str) and node.properties.get(REPLACE_PROPERTY):
            value = replace(value)
        for target, name in primitive_targets(graph, node):
            fed = widgets.of(graph, target.id)
            if name in fed.values and (graph.id, target.id, name) not in promotions.proxied:
                fed.values[name] = fitted(fed.specs.get(name), value)


def fitted(spec: InputSpec | None, value: Json) -> Json:
    """Return ``value`` as the widget of a number takes it: rounded to its step, within its bounds."""
    if (
        spec is None
        or isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
    ):
        return value
    options = spec.options
    low, high = _number(options.get("min"), 0), _number(options.get("max"), LARGEST)
    if spec.widget_type == "INT":
        step = _number(options.get("step"), 1) or 1
        shift = math.fmod(low, step)
        rounded: float = math.floor((value - shift) / step + 0.5) * step + shift
        return max(low, min(high, _whole(rounded)))
    if spec.widget_type == "FLOAT":
        step = _number(options.get("step"), 0.5) or 0.5
        decimals = max(0, -math.floor(math.log10(abs(step))))
        unit = _number(options.get("round"), 10.0**-decimals)
        rounded = math.floor(value / unit + 0.5) * unit if unit else value
        exact = Decimal(rounded).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, DIGITS)
        return max(low, min(high, float(exact)))
    return value


def _whole(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value


def _number(value: Json, otherwise: float) -> float:
    """Return a number of the description; a boolean ``round`` means its default."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else otherwise
