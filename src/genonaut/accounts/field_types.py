"""Rules for usernames, passwords and e-mail addresses."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from genonaut.core.errors import InvalidInputError

Username = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
"""ASCII only, so that no two names look the same."""
Password = Annotated[str, Meta(min_length=8, max_length=1024)]
"""Source of the minimum length: NIST SP 800-63B. The maximum bounds the cost of hashing."""
Email = Annotated[str, Meta(pattern=r"^[^@\s\x00]+@[^@\s\x00]+$", max_length=254)]


def checked(value: str, kind: Any, *, field: str) -> str:  # noqa: ANN401  # an annotated type
    """Return the value if it is valid.

    Raises:
        InvalidInputError: it is not; the message does not contain the value.
    """
    try:
        return str(msgspec.convert(value, kind))
    except msgspec.ValidationError as error:
        raise InvalidInputError.of(field, str(error)) from None
