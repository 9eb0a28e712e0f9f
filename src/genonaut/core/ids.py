"""Ids of rows with a ``bigint`` key."""

from typing import Annotated

from msgspec import Meta

MAX_ID = 2**63 - 1
"""The largest id a ``bigint`` column holds."""

Id = Annotated[int, Meta(ge=1, le=MAX_ID)]
"""An id in a decoded document, such as a cursor."""


def is_valid_id(number: int) -> bool:
    """Return whether a row can have this id; PostgreSQL refuses to compare larger numbers."""
    return 1 <= number <= MAX_ID
