"""Base classes of request bodies, views and stored values."""

from typing import Annotated

import msgspec
from msgspec import Meta

from genonaut.core.errors import InvalidInputError

NO_NUL = r"^[^\x00]*$"
"""PostgreSQL cannot store NUL characters."""


class RequestBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of request bodies: an unknown key is an error."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of responses: no defaults, so that OpenAPI lists every field as required."""


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Base of stored values; keys that only another version knows are ignored."""


PageLimit = Annotated[int, Meta(ge=1, le=100)]


def trimmed_name(name: str) -> str:
    """Return a name without spaces around it, and with single spaces in it.

    Raises:
        InvalidInputError: it is blank; the field is ``name``.
    """
    trimmed = " ".join(name.split())
    if not trimmed:
        raise InvalidInputError.of("name", "must not be blank")
    return trimmed
