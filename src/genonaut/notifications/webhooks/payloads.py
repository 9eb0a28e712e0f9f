"""Bodies of webhooks: type, timestamp and data, as Standard Webhooks recommends."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec


class JobData(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one job; the error message has at most 500 characters."""

    job_id: int
    status: str
    content_id: int | None
    error_code: str | None
    error_message: str | None


class BatchData(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a batch: counts by status, and every job."""

    batch_id: UUID
    completed: int
    failed: int
    cancelled: int
    jobs: Sequence[JobData]


class TestData(msgspec.Struct, frozen=True):
    """The data of a test event."""

    message: str = "This is a test from Genonaut."


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a webhook."""

    type: str
    timestamp: datetime
    data: BatchData | TestData


def encode_payload(event: str, data: BatchData | TestData, *, at: datetime) -> str:
    """Return the JSON exactly as it is stored, signed and sent."""
    return msgspec.json.encode(Payload(type=event, timestamp=at, data=data)).decode()
