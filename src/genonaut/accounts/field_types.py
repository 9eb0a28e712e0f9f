"""What names, passwords and addresses may look like."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from genonaut.core.errors import InvalidInputError

Username = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
"""Plain letters only: no two names look alike."""
Password = Annotated[str, Meta(min_length=8, max_length=1024)]
"""Source of the least length: NIST SP 800-63B; the greatest bounds the work of hashing."""
Email = Annotated[str, Meta(pattern=r"^[^@\s\x00]+@[^@\s\x00]+$", max_length=254)]


def checked(value: str, kind: Any, *, field: str) -> str:  # noqa: ANN401  # an annotated type
    """Return the value if it keeps the rule.

    Raises:
        InvalidInputError: it does not; the message does not repeat the value.
    """
    try:
        return str(msgspec.convert(value, kind))
    except msgspec.ValidationError as error:
        raise InvalidInputError.of(field, str(error)) from None
