"""Bases of the Structs that cross a border, and the text rules they share."""

from typing import Annotated

import msgspec
from msgspec import Meta

NO_NUL = r"^[^\x00]*$"
"""PostgreSQL stores every character but NUL."""


class RequestBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of what a client sends: an unknown key is an error."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what a client gets: no defaults, so that OpenAPI lists every field as required."""


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Base of a domain value; unknown keys of an older or newer version are ignored."""


PageLimit = Annotated[int, Meta(ge=1, le=100)]
