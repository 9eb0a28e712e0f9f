"""No Struct has a type that crashes msgspec 0.22.

A text with a pattern in a union with numbers: when only such a field is decoded, as ``find_body_errors``
does with a body that is wrong, msgspec frees the pattern once too often, and the process ends.
"""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta, inspect

import genonaut.web.app  # noqa: F401 - imports all slices
from genonaut.core.pagination import Position
from genonaut.core.schemas import RequestBody

Pattern = Annotated[str, Meta(pattern="^a+$")]


class _Inner(msgspec.Struct):
    value: list[Pattern | float]


class _Outer(msgspec.Struct):
    inner: _Inner
    name: Pattern | None
    place: Pattern | msgspec.UnsetType = msgspec.UNSET


def structs(base: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    """Yield the Structs of Genonaut that derive from a class."""
    for one in base.__subclasses__():
        if one.__module__.startswith("genonaut."):
            yield one
        yield from structs(one)


def types_in(value: object, seen: set[int]) -> Iterator[inspect.Type]:
    """Yield a type and all types inside it, each once."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, inspect.Type):
        yield value
    elif not isinstance(value, inspect.Field | tuple | list):
        return
    inner: Any = value
    if not isinstance(value, tuple | list):
        inner = [getattr(value, name) for name in value.__struct_fields__]
    for one in inner:
        yield from types_in(one, seen)


def crashing_fields(kinds: list[type[msgspec.Struct]]) -> list[str]:
    found = []
    for info in inspect.multi_type_info(kinds):
        assert isinstance(info, inspect.StructType)
        for field in info.fields:
            unions = (
                one for one in types_in(field.type, set()) if isinstance(one, inspect.UnionType)
            )
            for union in unions:
                has_pattern = any(
                    isinstance(one, inspect.StrType) and one.pattern for one in union.types
                )
                if has_pattern and any(
                    isinstance(one, inspect.IntType | inspect.FloatType | inspect.DecimalType)
                    for one in union.types
                ):
                    found.append(f"{info.cls.__module__}.{info.cls.__name__}.{field.name}")
    return found


def test_no_struct_has_a_type_that_crashes_the_decoder() -> None:
    found = []
    for kind in dict.fromkeys(structs(msgspec.Struct)):
        try:
            found += crashing_fields([kind])
        except TypeError:  # of a type that msgspec cannot decode
            assert not issubclass(kind, RequestBody | Position), kind
    assert found == []


def test_such_a_type_is_found_wherever_it_is() -> None:
    assert crashing_fields([_Outer]) == [f"{__name__}._Outer.inner"]
    assert crashing_fields([_Inner]) == [f"{__name__}._Inner.value"]
