"""What can still be used of a document of which something does not fit its declared type."""

from collections.abc import Collection
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

T = TypeVar("T")

SECOND_LOOK = "second_look"
"""Key of a route's ``opt``: an async function of runtime and Remains that returns the FieldErrors
which can be found in a body besides those of its types. It runs for bodies that are refused."""


class Remains:
    """The values of a JSON document to which nothing was objected."""

    def __init__(self, document: Any, wrong: Collection[str]) -> None:  # noqa: ANN401  # decoded JSON
        self._document = document
        self._wrong = wrong

    def read(self, *steps: str | int, kind: type[T], default: T) -> T | UnsetType:
        """Return the value at the end of the steps; UNSET where what was sent cannot be used.

        Where nothing or null was sent it is the default.
        """
        value = self._document
        path = ""
        for step in steps:
            path = f"{path}[{step}]" if isinstance(step, int) else f"{path}.{step}".lstrip(".")
            if value is None:
                return default
            value = _inside(value, step)
        if path in self._wrong or value is UNSET:
            return UNSET
        if value is None:
            return default
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError:
            return UNSET


def _inside(value: Any, step: str | int) -> Any:  # noqa: ANN401  # decoded JSON
    if isinstance(step, str):
        return value.get(step) if isinstance(value, dict) else UNSET
    return value[step] if isinstance(value, list) and step < len(value) else UNSET
