"""Find all errors of a JSON body; msgspec's decoder stops at the first.

This code runs only for bodies that the decoder refused.
"""

from collections.abc import Iterator
from itertools import islice
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, TypeGuard, Union, get_args, get_origin

import msgspec
from msgspec import Raw, Struct, UnsetType

MAX_ERRORS = 50
"""Most errors that are reported at once."""


class BodyError(NamedTuple):
    """The path of a wrong value, as in ``lora_models[0].name``, and the decoder's message."""

    path: str
    message: str


def find_body_errors(body: bytes, kind: Any) -> list[BodyError]:  # noqa: ANN401  # a type
    """Return the errors of a JSON document; those of the outermost object have an empty path.

    Entries of a list that is too long are not checked. Each level of the type decodes its part of
    the document once more, so the cost is linear in the size of the document.

    Raises:
        msgspec.DecodeError: the document is not JSON.
    """
    return list(islice(_errors(body, kind, ""), MAX_ERRORS))


def _errors(document: bytes | Raw, kind: Any, path: str) -> Iterator[BodyError]:  # noqa: ANN401
    try:
        msgspec.json.decode(document, type=kind)
    except msgspec.ValidationError as error:
        nested = _nested_errors(document, kind, path)
        first = next(nested, None)
        yield first or _error_of(error, path)
        yield from nested


def _nested_errors(document: bytes | Raw, kind: Any, path: str) -> Iterator[BodyError]:  # noqa: ANN401
    shapes, limits = _shapes(kind)
    whole: Any = dict[str, Raw]
    if len(shapes) == 1 and get_origin(shapes[0]) is list:
        whole = Annotated[(list[Raw], *limits)] if limits else list[Raw]
    elif not _are_structs(shapes):
        return
    try:
        parts = msgspec.json.decode(document, type=whole)
    except msgspec.ValidationError as error:
        yield _error_of(error, path)
        return
    if isinstance(parts, list):
        (entry,) = get_args(shapes[0])
        for index, part in enumerate(parts):
            yield from _errors(part, entry, f"{path}[{index}]")
    elif _are_structs(shapes) and (struct := _struct_of(shapes, parts)) is not None:
        yield from _field_errors(parts, struct, path)


def _field_errors(parts: dict[str, Raw], struct: type[Struct], path: str) -> Iterator[BodyError]:
    config = struct.__struct_config__
    known = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    for name, field in known.items():
        if name in parts:
            yield from _errors(parts[name], field.type, f"{path}.{name}".lstrip("."))
        elif field.required:
            yield BodyError(path, f"Object missing required field `{name}`")
    if config.forbid_unknown_fields:
        for name in parts:
            if name not in known and name != config.tag_field:
                yield BodyError(path, f"Object contains unknown field `{name}`")


def _struct_of(structs: list[type[Struct]], parts: dict[str, Raw]) -> type[Struct] | None:
    """Return the Struct with the tag of the object; None if no Struct has it."""
    if len(structs) == 1:
        return structs[0]
    by_tag = {struct.__struct_config__.tag: struct for struct in structs}
    tag_field = structs[0].__struct_config__.tag_field
    carried = parts.get(tag_field) if tag_field else None
    return None if carried is None else by_tag.get(_text(carried))


def _text(document: Raw) -> str | None:
    try:
        return msgspec.json.decode(document, type=str)
    except msgspec.ValidationError:
        return None


def _shapes(kind: Any) -> tuple[list[Any], list[msgspec.Meta]]:  # noqa: ANN401
    """Return the types that a value may have, without null, and their constraints."""
    origin = get_origin(kind)
    if origin is Annotated:
        inner, *limits = get_args(kind)
        shapes, more = _shapes(inner)
        return shapes, [*more, *limits]
    if origin not in {Union, UnionType}:
        return [kind], []
    choices = [_shapes(one) for one in get_args(kind) if one not in {NoneType, UnsetType}]
    return (
        [shape for shapes, _ in choices for shape in shapes],
        [limit for _, limits in choices for limit in limits],
    )


def _are_structs(shapes: list[Any]) -> TypeGuard[list[type[Struct]]]:
    return all(isinstance(shape, type) and issubclass(shape, Struct) for shape in shapes)


def _error_of(error: msgspec.ValidationError, path: str) -> BodyError:
    message, _, inner = str(error).partition(" - at `$")
    return BodyError(f"{path}{inner.rstrip('`')}".lstrip("."), message)
