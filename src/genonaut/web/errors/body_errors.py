"""Everything in a body that does not fit its declared type; the decoder stops at the first.

Nothing here runs for a body that fits.
"""

from collections.abc import Iterator
from itertools import islice
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, TypeGuard, Union, get_args, get_origin

import msgspec
from msgspec import Raw, Struct, UnsetType

MOST = 50
"""So many are told at once; who has more wrong than that has sent something else altogether."""


class Objection(NamedTuple):
    """Where something is wrong, as ``lora_models[0].name``, and what, in the decoder's words."""

    path: str
    message: str


def objections(body: bytes, kind: Any) -> list[Objection]:  # noqa: ANN401  # a type
    """Return what is wrong with a JSON document, the outermost object's own having an empty path.

    A list that is longer than allowed is not looked into. Each level of the type decodes its part
    of the document once more, so that the cost grows with the size of the document alone.

    Raises:
        msgspec.DecodeError: it is not JSON.
    """
    return list(islice(_wrong(body, kind, ""), MOST))


def _wrong(document: bytes | Raw, kind: Any, path: str) -> Iterator[Objection]:  # noqa: ANN401
    try:
        msgspec.json.decode(document, type=kind)
    except msgspec.ValidationError as error:
        inside = _inside(document, kind, path)
        first = next(inside, None)
        yield first or _said(error, path)
        yield from inside


def _inside(document: bytes | Raw, kind: Any, path: str) -> Iterator[Objection]:  # noqa: ANN401
    shapes, limits = _shapes(kind)
    whole: Any = dict[str, Raw]
    if len(shapes) == 1 and get_origin(shapes[0]) is list:
        whole = Annotated[(list[Raw], *limits)] if limits else list[Raw]
    elif not _are_structs(shapes):
        return
    try:
        parts = msgspec.json.decode(document, type=whole)
    except msgspec.ValidationError as error:
        yield _said(error, path)
        return
    if isinstance(parts, list):
        (entry,) = get_args(shapes[0])
        for index, part in enumerate(parts):
            yield from _wrong(part, entry, f"{path}[{index}]")
    elif _are_structs(shapes) and (struct := _meant(shapes, parts)) is not None:
        yield from _of_members(parts, struct, path)


def _of_members(parts: dict[str, Raw], struct: type[Struct], path: str) -> Iterator[Objection]:
    config = struct.__struct_config__
    known = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    for name, field in known.items():
        if name in parts:
            yield from _wrong(parts[name], field.type, f"{path}.{name}".lstrip("."))
        elif field.required:
            yield Objection(path, f"Object missing required field `{name}`")
    if config.forbid_unknown_fields:
        for name in parts:
            if name not in known and name != config.tag_field:
                yield Objection(path, f"Object contains unknown field `{name}`")


def _meant(structs: list[type[Struct]], parts: dict[str, Raw]) -> type[Struct] | None:
    """Return the Struct whose tag the object carries; None if it carries none of them."""
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
    """Return the types that a value may have, null aside, and what else limits it."""
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


def _said(error: msgspec.ValidationError, path: str) -> Objection:
    message, _, inner = str(error).partition(" - at `$")
    return Objection(f"{path}{inner.rstrip('`')}".lstrip("."), message)
