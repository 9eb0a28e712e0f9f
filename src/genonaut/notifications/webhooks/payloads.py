"""The bodies of webhooks: type, timestamp and data, as the specification recommends."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec


class JobData(msgspec.Struct, frozen=True, kw_only=True):
    """How one job ended; the error's text has at most 500 characters."""

    job_id: int
    status: str
    content_id: int | None
    error_code: str | None
    error_message: str | None


class BatchData(msgspec.Struct, frozen=True, kw_only=True):
    """How a submission ended: numbers by outcome, and every job."""

    batch_id: UUID
    completed: int
    failed: int
    cancelled: int
    jobs: Sequence[JobData]


class TestData(msgspec.Struct, frozen=True):
    """What a test call carries."""

    message: str = "This is a test from Genonaut."


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """A whole body."""

    type: str
    timestamp: datetime
    data: BatchData | TestData


def encode_payload(event: str, data: BatchData | TestData, *, at: datetime) -> str:
    """Return the JSON exactly as it is stored, signed and sent."""
    return msgspec.json.encode(Payload(type=event, timestamp=at, data=data)).decode()
