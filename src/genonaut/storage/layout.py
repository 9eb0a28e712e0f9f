"""Storage keys: their layout by user and day, and their syntax."""

import re
import secrets
from datetime import UTC, datetime
from uuid import UUID

from genonaut.storage.errors import BadKeyError

# S3 and GCS allow 1,024 bytes, POSIX file names 255.
MAX_KEY_LENGTH = 512
_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def check_key(key: str) -> str:
    """Return ``key`` unchanged if it is safe on every storage.

    A key is at most 512 characters: segments of at most 128 ASCII letters, digits, ``.``, ``_`` and
    ``-``, separated by single slashes, each starting with a letter or digit. No key is absolute,
    contains ``..`` or names a hidden file.

    Raises:
        BadKeyError: the text is not a valid key.
    """
    if len(key) > MAX_KEY_LENGTH:
        raise BadKeyError(f"a key has at most {MAX_KEY_LENGTH} characters, this one {len(key)}")
    if not all(_SEGMENT.fullmatch(segment) for segment in key.split("/")):
        raise BadKeyError(f"not a key: {key!r}")
    return key


def new_token() -> str:
    """Return 16 random hex digits, which make the keys of two attempts differ and unguessable."""
    return secrets.token_hex(8)


def image_key(
    *, user_id: UUID | int, at: datetime, job_id: int, attempt: int, token: str, extension: str
) -> str:
    """Return the key of the full-size image of an attempt, under its UTC day.

    Args:
        user_id: Owner of the image.
        at: A time with a time zone.
        job_id: The job that made it.
        attempt: Counted from 1; with ``token`` it keeps a late writer from replacing a newer image.
        token: From `new_token`.
        extension: Of the file's format, without the dot.

    Raises:
        BadKeyError: a part contains characters that keys do not allow.
    """
    day = at.astimezone(UTC)
    return check_key(
        f"images/{user_id}/{day.year:04}/{day.month:02}/{day.day:02}/"
        f"{job_id}-{attempt}-{token}.{extension}"
    )


def thumbnail_key(key: str, *, longest_edge_px: int) -> str:
    """Return the key of a WebP thumbnail, next to its image.

    The name has pixels, not the size class: equal thumbnails of a small image share one file.
    """
    stem, _, _ = check_key(key).rpartition(".")
    return check_key(f"{stem}.{longest_edge_px}.webp")
