"""The JSON Schema of a workflow's inputs.

Source: JSON Schema 2020-12, https://json-schema.org/draft/2020-12/schema.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from genonaut.workflows.backend_classes import KnownClasses
from genonaut.workflows.conversion.node_classes import NodeClasses
from genonaut.workflows.file_inputs import SENT_TYPES
from genonaut.workflows.forms import Field, FieldType

Json = Any
Options = Callable[[Field], Sequence[Json] | None]

MAX_INTEGER = 2**53 - 1
"""The largest integer that JSON readers with double-precision numbers represent exactly."""
MAX_TEXT_LENGTH = 100_000
_REFERENCE: dict[str, Json] = {
    "type": "object",
    "properties": {
        "upload_id": {"type": "integer", "minimum": 1},
        "content_id": {"type": "integer", "minimum": 1},
    },
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
}
_TYPES = {
    FieldType.TEXT: "string",
    FieldType.COLOR: "string",
    FieldType.INTEGER: "integer",
    FieldType.SEED: "integer",
    FieldType.NUMBER: "number",
    FieldType.BOOLEAN: "boolean",
}


def input_schema(title: str, form: Sequence[Field], options: Options) -> dict[str, Json]:
    """Return the schema of ``inputs``.

    Args:
        title: title of the workflow.
        form: its fields.
        options: what a field of type choice or model accepts at present; None: unknown.
    """
    shown = [field for field in form if not field.is_hidden]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "properties": {field.key: _property(field, options) for field in shown},
        "required": [field.key for field in shown if field.required],
        "additionalProperties": False,
    }


def live_options(known: KnownClasses, graph: Mapping[str, Json], nodes: Sequence[str]) -> Options:
    """Return the options of fields: those of the servers that have all of ``nodes``."""
    able = [
        NodeClasses(backend.classes)
        for backend in known.backends
        if all(name in backend.classes for name in nodes)
    ]

    def options(field: Field) -> Sequence[Json] | None:
        if field.type not in {FieldType.CHOICE, FieldType.MODEL}:
            return None
        node = graph.get(field.node_id)
        found: dict[str, Json] = {}
        for classes in able:
            node_class = classes.get(node["class_type"]) if node else None
            spec = None if node_class is None else node_class.inputs_by_name.get(field.input)
            found |= {repr(one): one for one in (spec.choices if spec else ())}
        every = list(found.values()) or list(field.options)
        if field.options and field.type is FieldType.CHOICE and found:
            # An author may offer fewer options than the servers have, not others.
            every = [one for one in field.options if repr(one) in found]
        return every or None

    return options


def bounds_of(field: Field) -> tuple[float | None, float | None]:
    """Return the least and greatest value of a number field, exact in every JSON reader."""
    low, high = field.min, field.max
    if field.type is FieldType.NUMBER:
        return low, high
    low = -MAX_INTEGER if low is None else max(low, -MAX_INTEGER)
    high = MAX_INTEGER if high is None else min(high, MAX_INTEGER)
    return (max(low, 0), high) if field.type is FieldType.SEED else (low, high)


def _property(field: Field, options: Options) -> dict[str, Json]:
    schema: dict[str, Json] = {"title": field.label}
    if field.help:
        schema["description"] = field.help
    if field.type in SENT_TYPES:
        schema |= _REFERENCE
    elif field.type in {FieldType.CHOICE, FieldType.MODEL}:
        offered = options(field)
        schema |= {"enum": list(offered)} if offered else {}
    else:
        schema["type"] = _TYPES.get(field.type, "string")
        schema |= _limits(field)
    if field.default is not None and field.type is not FieldType.SEED:
        schema["default"] = field.default
    schema |= {"x-type": field.type.value, "x-group": field.group}
    schema |= {"x-advanced": field.is_advanced, "x-multiline": field.is_multiline}
    return schema


def _limits(field: Field) -> dict[str, Json]:
    if field.type is FieldType.TEXT:
        return {"maxLength": MAX_TEXT_LENGTH}
    if field.type in {FieldType.COLOR, FieldType.BOOLEAN}:
        return {}
    low, high = bounds_of(field)
    found: dict[str, Json] = {}
    if low is not None:
        found["minimum"] = low
    if high is not None:
        found["maximum"] = high
    return found
