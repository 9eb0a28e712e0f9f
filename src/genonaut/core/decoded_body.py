"""JSON bodies that reach a service even if they do not fit their type."""

from collections.abc import Collection, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from genonaut.core.errors import FieldError
from genonaut.core.schemas import RequestBody

T = TypeVar("T")


class PartialDocument:
    """A JSON document of which some values have the wrong type; reads the other values."""

    def __init__(self, document: Any, wrong_paths: Collection[str]) -> None:  # noqa: ANN401  # decoded JSON
        """Take the decoded JSON (UNSET if it cannot be decoded) and the paths of wrong values."""
        self._document = document
        self._wrong_paths = wrong_paths

    def read(self, *steps: str | int, kind: type[T], default: T) -> T | UnsetType:
        """Return the value at a path; UNSET if it or a value around it is wrong.

        A missing value and null are the default.
        """
        value = self._document
        path = ""
        for step in steps:
            path = f"{path}[{step}]" if isinstance(step, int) else f"{path}.{step}".lstrip(".")
            if value is None:
                return default
            value = _inside(value, step)
        if path in self._wrong_paths or value is UNSET:
            return UNSET
        if value is None:
            return default
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError:
            return UNSET


class CheckedBody(RequestBody, frozen=True):
    """Base of request bodies whose fields must also fit together."""

    def errors(self) -> Sequence[FieldError]:
        """Return the errors of fields that are right one by one but do not fit together."""
        return ()


class DecodedBody(Generic[T]):
    """Type of a handler's ``data``: the decoded body, or the errors that prevent decoding.

    For handlers whose service reports the errors of types together with those that need the
    database. OpenAPI shows ``T``. Bodies of other handlers are refused before the handler runs.
    """

    def __init__(
        self,
        value: T | None,
        errors: Sequence[FieldError] = (),
        document: PartialDocument | None = None,
    ) -> None:
        self.value = value
        """None if ``errors`` is not empty."""
        self.errors = errors
        self.document = document or PartialDocument(UNSET, ())


def _inside(value: Any, step: str | int) -> Any:  # noqa: ANN401  # decoded JSON
    if isinstance(step, str):
        return value.get(step) if isinstance(value, dict) else UNSET
    return value[step] if isinstance(value, list) and step < len(value) else UNSET
