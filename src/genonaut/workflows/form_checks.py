"""Check a form that an author arranged against the graph and its node classes."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from genonaut.core.errors import FieldError, InvalidInputError
from genonaut.workflows.conversion.node_classes import NodeClasses
from genonaut.workflows.file_inputs import SENT_TYPES, file_places
from genonaut.workflows.forms import Field, FieldType
from genonaut.workflows.forms.graph_inputs import is_link

Json = Any

MAX_FORM_FIELDS = 200
_TYPES = {
    "INT": {FieldType.INTEGER, FieldType.SEED, FieldType.NUMBER},
    "FLOAT": {FieldType.NUMBER, FieldType.INTEGER},
    "STRING": {FieldType.TEXT, FieldType.CHOICE, FieldType.COLOR},
    "BOOLEAN": {FieldType.BOOLEAN},
    "COMBO": {FieldType.CHOICE, FieldType.MODEL},
    "COMFY_DYNAMICCOMBO_V3": {FieldType.CHOICE},
    "COLOR": {FieldType.COLOR, FieldType.TEXT},
}
_NUMERIC = frozenset({FieldType.INTEGER, FieldType.NUMBER, FieldType.SEED})


def checked_form(
    fields: Sequence[Field], graph: Mapping[str, Json], classes: Mapping[str, Json]
) -> list[Field]:
    """Return the fields with what follows from the graph: file fields are required and have no default.

    A choice keeps its options only if they are fewer than those of the node: all options are those
    of the servers at the time of a run.

    Raises:
        InvalidInputError: names each field that sets an input that is not there, linked, of another
            type, or already set, or that has a key twice or limits outside of the node's.
    """
    if len(fields) > MAX_FORM_FIELDS:
        raise InvalidInputError.of("form", f"has more than {MAX_FORM_FIELDS} fields")
    check = _Check(graph, NodeClasses(classes))
    checked = [check.field(f"form[{index}]", field) for index, field in enumerate(fields)]
    if check.errors:
        raise InvalidInputError(*check.errors)
    return checked


class _Check:
    def __init__(self, graph: Mapping[str, Json], classes: NodeClasses) -> None:
        self.errors: list[FieldError] = []
        self._graph, self._classes = graph, classes
        self._files = set(file_places(graph, classes))
        self._keys: set[str] = set()
        self._used: set[tuple[str, str]] = set()

    def field(self, path: str, field: Field) -> Field:
        """Check one field and return it as it is stored."""
        if field.key in self._keys:
            self._fail(f"{path}.key", f"{field.key!r} is used twice")
        self._keys.add(field.key)
        for target in field.targets:
            self._target(path, field, (target.node_id, target.input))
        if field.type in SENT_TYPES:
            return msgspec.structs.replace(field, default=None, is_hidden=False)
        if field.type in _NUMERIC:
            return self._limited(path, field)
        if field.type is FieldType.CHOICE and self._offers_all(field):
            return msgspec.structs.replace(field, options=())
        return field

    def _offers_all(self, field: Field) -> bool:
        node = self._graph.get(field.node_id)
        node_class = self._classes.get(node["class_type"]) if node else None
        spec = None if node_class is None else node_class.inputs_by_name.get(field.input)
        choices = {repr(one) for one in (spec.choices if spec else ())}
        return bool(choices) and choices <= {repr(one) for one in field.options}

    def _target(self, path: str, field: Field, place: tuple[str, str]) -> None:
        node = self._graph.get(place[0])
        if node is None:
            self._fail(f"{path}.node_id", f"the graph has no node {place[0]!r}")
            return
        inputs, name = node["inputs"], place[1]
        if name not in inputs or is_link(inputs[name]):
            self._fail(f"{path}.input", f"node {place[0]} has no value {name!r} of its own")
            return
        if place in self._used:
            self._fail(f"{path}.input", f"{name!r} of node {place[0]} is set by two fields")
        self._used.add(place)
        expected = self._types(place)
        if field.type not in expected:
            listed = ", ".join(sorted(expected)) or "no type"
            self._fail(f"{path}.type", f"{name!r} of node {place[0]} takes {listed}")

    def _types(self, place: tuple[str, str]) -> frozenset[FieldType] | set[FieldType]:
        if place in self._files:
            return SENT_TYPES
        node = self._graph[place[0]]
        node_class = self._classes.get(node["class_type"])
        spec = None if node_class is None else node_class.inputs_by_name.get(place[1])
        if spec is not None and spec.widget_type in _TYPES:
            return _TYPES[spec.widget_type]
        return _types_of_value(node["inputs"][place[1]])

    def _limited(self, path: str, field: Field) -> Field:
        """Check the limits of a number; those of the node count where a client rounded them.

        The largest seed, 2**64 - 1, is no number of JavaScript: clients send 2**64 back.
        """
        node = self._graph.get(field.node_id)
        node_class = self._classes.get(node["class_type"]) if node else None
        spec = None if node_class is None else node_class.inputs_by_name.get(field.input)
        options = {} if spec is None else spec.options
        low, high = options.get("min"), options.get("max")
        if field.min is not None and isinstance(low, int | float) and field.min < float(low):
            self._fail(f"{path}.min", f"the node accepts {low} or more")
        if field.max is not None and isinstance(high, int | float) and field.max > float(high):
            self._fail(f"{path}.max", f"the node accepts {high} or less")
        if field.min is not None and field.max is not None and field.min > field.max:
            self._fail(f"{path}.max", "is less than min")
        if field.max is not None and isinstance(high, int) and field.max > high:
            return msgspec.structs.replace(field, max=high)
        return field

    def _fail(self, path: str, message: str) -> None:
        self.errors.append(FieldError(path, message))


def _types_of_value(value: Json) -> set[FieldType]:
    """Return the types that fit a value whose input is not described, as in dynamic inputs."""
    if isinstance(value, bool):
        return {FieldType.BOOLEAN}
    if isinstance(value, int):
        return {FieldType.INTEGER, FieldType.NUMBER, FieldType.SEED}
    if isinstance(value, float):
        return {FieldType.NUMBER}
    if isinstance(value, str):
        return {FieldType.TEXT, FieldType.CHOICE, FieldType.MODEL, FieldType.COLOR}
    return set()
