"""Complete a graph for a server from its ``object_info``, and check its values; pure.

One graph runs on several releases: newer ones require inputs that older ones do not know, for example
``resolution_steps`` of ImageScaleToTotalPixels from 0.6 on. Source: ComfyUI execution.py,
validate_inputs, and recordings of 0.3.64 and 0.33.0.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from genonaut.comfyui.graphs.nodes import Graph
from genonaut.comfyui.node_inputs import (
    DYNAMIC_COMBO,
    DeclaredInput,
    declared_input,
    declared_inputs,
)
from genonaut.comfyui.wire import NodeInfo

AUTOGROW = "COMFY_AUTOGROW_V3"
_EMPTY: dict[str, Any] = {"STRING": "", "BOOLEAN": False, "INT": 0, "FLOAT": 0.0}
"""Values of inputs without a default, as the editor gives them to new nodes."""
_MAX_SHOWN = 8
_MAX_NESTING = 8
_MAX_PARTS = 100


class Lack(StrEnum):
    """What is wrong; a server with other nodes or a newer release may have the first two."""

    CLASS = "class"
    CHOICE = "choice"
    INPUT = "input"
    """A required input without default is missing."""
    NUMBER = "number"
    """Not a number, or out of the range."""


class GraphProblem(msgspec.Struct, frozen=True):
    """Something in a graph that a server would refuse, or would not do as the graph says.

    ``input_name`` is empty if the class of the node is missing.
    """

    node_id: str
    class_type: str
    input_name: str
    message: str
    lack: Lack

    @property
    def depends_on_server(self) -> bool:
        """Return whether another server may run the graph."""
        return self.lack in {Lack.CLASS, Lack.CHOICE}


class CompletedGraph(msgspec.Struct, frozen=True):
    """A graph with all inputs that a server requires, and what is wrong with it for that server."""

    graph: Graph
    problems: tuple[GraphProblem, ...]


def complete_graph(graph: Graph, classes: Mapping[str, NodeInfo]) -> CompletedGraph:
    """Give required inputs that the graph lacks their default, or the first option, and check it.

    Inputs that the server does not know stay: ComfyUI ignores them. Names of files are not checked,
    because new ones may be missing in the listing. Nodes that need nothing are those of ``graph``,
    which is never changed.

    Args:
        graph: the graph in the API format.
        classes: the node classes of the server.
    """
    completed: Graph = {}
    problems: list[GraphProblem] = []
    for node_id, node in graph.items():
        class_type = str(node.get("class_type"))
        info = classes.get(class_type)
        if info is None:
            message = f"the server has no node {class_type}"
            problems.append(GraphProblem(node_id, class_type, "", message, Lack.CLASS))
            completed[node_id] = node
            continue
        given = node.get("inputs") or {}
        inputs = dict(given)
        problems += [
            GraphProblem(node_id, class_type, *one) for one in _complete_inputs(inputs, info)
        ]
        completed[node_id] = node if inputs == given else {**node, "inputs": inputs}
    return CompletedGraph(completed, tuple(problems))


_Found = tuple[str, str, Lack]
"""The name of an input, what is wrong with it in words, and the kind of problem."""


def _complete_inputs(inputs: dict[str, Any], info: NodeInfo) -> Iterator[_Found]:
    """Add to ``inputs`` what is missing; yield what is wrong."""
    yield from _complete(inputs, info.declared, _MAX_NESTING)


def _complete(
    inputs: dict[str, Any], declared: Iterable[DeclaredInput], depth: int
) -> Iterator[_Found]:
    for one in declared:
        if one.type == AUTOGROW:
            yield from _complete(inputs, _parts(one, inputs), depth)
            continue
        if one.name not in inputs:
            if not one.is_required:
                continue
            if not _add(inputs, one):
                yield one.name, f"the required input {one.name} is missing", Lack.INPUT
                continue
        value = _plain(inputs[one.name])
        if message := _value_error(one, value):
            yield one.name, message, Lack.NUMBER if one.choices is None else Lack.CHOICE
        if one.type == DYNAMIC_COMBO and depth:
            yield from _complete(inputs, _sub_inputs(one, value), depth - 1)


def _parts(one: DeclaredInput, inputs: Mapping[str, Any]) -> list[DeclaredInput]:
    """Return the inputs of which a growing input consists: the given and the required ones.

    They are named ``images.image0``. Source: ComfyUI comfy_api/latest/_io.py, Autogrow.
    """
    template = one.options.get("template")
    if not isinstance(template, dict):
        return []
    sections = template.get("input") or {}
    required = sections.get("required") or {}
    declared = next(iter((required or sections.get("optional") or {}).values()), "*")
    names = template.get("names") or [
        f"{template.get('prefix', '')}{index}" for index in range(template.get("max", _MAX_PARTS))
    ]
    fewest = template.get("min", 0) if one.is_required and required else 0
    parts = [(f"{one.name}.{name}", index < fewest) for index, name in enumerate(names)]
    return [
        declared_input(name, declared, is_required=is_required)
        for name, is_required in parts
        if is_required or name in inputs
    ]


def _add(inputs: dict[str, Any], one: DeclaredInput) -> bool:
    """Give an input its default; False if it has none and is not of a type with an empty value."""
    if "default" in one.options:
        value = one.options["default"]
    elif one.choices:
        value = one.choices[0]
    elif one.type in _EMPTY:
        value = _EMPTY[one.type]
    else:
        return False
    # A list of two would be read as a link.
    inputs[one.name] = {"__value__": value} if isinstance(value, list) else value
    return True


def _plain(value: object) -> object:
    return value["__value__"] if isinstance(value, dict) and "__value__" in value else value


def _value_error(one: DeclaredInput, value: object) -> str:
    """Return what is wrong with a literal value, or an empty text; links are not checked."""
    if isinstance(value, list):
        return ""
    if one.choices is not None:
        return _choice_error(one, value)
    if one.type in {"INT", "FLOAT"}:
        return _number_error(one, value)
    return ""


def _choice_error(one: DeclaredInput, value: object) -> str:
    if one.is_open or value in (one.choices or ()):
        return ""
    shown = ", ".join(map(str, (one.choices or ())[:_MAX_SHOWN]))
    more = ", …" if len(one.choices or ()) > _MAX_SHOWN else ""
    return f"{one.name} is {value!r}, but the server offers {shown}{more}"


def _number_error(one: DeclaredInput, value: object) -> str:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return f"{one.name} is {value!r}, which is no number"
    if not isinstance(value, int | float):
        return f"{one.name} is {value!r}, which is no number"
    low, high = one.options.get("min"), one.options.get("max")
    if isinstance(low, int | float) and value < low:
        return f"{one.name} is {value}, but the server allows no less than {low}"
    if isinstance(high, int | float) and value > high:
        return f"{one.name} is {value}, but the server allows no more than {high}"
    return ""


def _sub_inputs(one: DeclaredInput, key: object) -> list[DeclaredInput]:
    """Return the inputs that a choice of a dynamic combo brings; their names begin with its name."""
    listed = one.options.get("options")
    for option in listed if isinstance(listed, list) else ():
        if not isinstance(option, dict) or option.get("key") != key:
            continue
        inputs = option.get("inputs")
        sections = inputs if isinstance(inputs, dict) else {}
        found: list[DeclaredInput] = []
        for section in ("required", "optional"):
            named = sections.get(section)
            if isinstance(named, dict):
                is_required = section == "required"
                found += declared_inputs(named, is_required=is_required, prefix=f"{one.name}.")
        return found
    return []
