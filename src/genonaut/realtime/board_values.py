"""Decode the values of a board; whatever else is in Redis is ignored."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec
import structlog

log = structlog.get_logger()
T = TypeVar("T")


def decode_values(
    job_ids: Sequence[int], values: Sequence[bytes | None], decoder: msgspec.msgpack.Decoder[T]
) -> dict[int, T]:
    """Return the values that exist and can be read, by job id."""
    found: dict[int, T] = {}
    for job_id, value in zip(job_ids, values, strict=True):
        if value is None:
            continue
        try:
            found[job_id] = decoder.decode(value)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            log.warning("board.value_unreadable", job=job_id, error=str(error))
    return found
