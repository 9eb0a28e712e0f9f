"""Nodes that exist only in the editor: they never become part of a graph."""

from .document import Node

REROUTES = frozenset({"Reroute", "Reroute (rgthree)", "ReroutePrimitive|pysssss"})
"""Nodes that pass their only input on."""

NOTES = frozenset(
    {
        "Note",
        "MarkdownNote",
        "PrimitiveNode",
        "Label (rgthree)",
        "Bookmark (rgthree)",
        "Fast Groups Muter (rgthree)",
        "Fast Groups Bypasser (rgthree)",
        "Fast Muter (rgthree)",
        "Fast Bypasser (rgthree)",
        "Fast Actions Button (rgthree)",
        "Mute / Bypass Relay (rgthree)",
        "Mute / Bypass Repeater (rgthree)",
        "Random Unmuter (rgthree)",
        "Node Collector (rgthree)",
        "workflowinfo",
    }
)
"""Nodes without an effect on the graph."""

VARIABLES = frozenset({"SetNode", "GetNode"})
"""KJNodes: a Get node has the same source as the Set node with the same name."""


def is_virtual(class_type: str) -> bool:
    """Return whether nodes of this class exist only in the editor."""
    return class_type in REROUTES or class_type in NOTES or class_type in VARIABLES


def is_reroute(class_type: str) -> bool:
    """Return whether nodes of this class pass their only input on."""
    return class_type in REROUTES or class_type == "SetNode"


def variable_name(node: Node, class_type: str = "GetNode") -> str | None:
    """Return the name of a Get (or Set) node's variable; None for other nodes."""
    if node.type != class_type:
        return None
    values = node.widget_values
    return str(values[0]) if isinstance(values, list) and values else ""
