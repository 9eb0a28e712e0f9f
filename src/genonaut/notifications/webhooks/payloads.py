"""Bodies of webhooks: type, timestamp and data, as Standard Webhooks recommends."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec


class JobData(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one job; the error message has at most 500 characters."""

    job_id: int
    status: str
    content_id: int | None
    error_code: str | None
    error_message: str | None
    job_type: str
    workflow_id: int | None


class BatchData(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a batch: counts by status, and every job."""

    batch_id: UUID
    completed: int
    failed: int
    cancelled: int
    jobs: Sequence[JobData]


class AlertData(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that began or ended."""

    alert_id: int
    kind: str
    subject: str
    title: str
    message: str
    began_at: datetime
    ended_at: datetime | None


class SearchData(msgspec.Struct, frozen=True, kw_only=True):
    """New public items that match a saved search: their number, and the newest 100."""

    search_id: int
    name: str
    count: int
    content_ids: Sequence[int]


class TestData(msgspec.Struct, frozen=True):
    """The data of a test event."""

    message: str = "This is a test from Genonaut."


EventData: TypeAlias = BatchData | AlertData | SearchData | TestData


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a webhook."""

    type: str
    timestamp: datetime
    data: EventData


def encode_payload(event: str, data: EventData, *, at: datetime) -> str:
    """Return the JSON exactly as it is stored, signed and sent."""
    return msgspec.json.encode(Payload(type=event, timestamp=at, data=data)).decode()
