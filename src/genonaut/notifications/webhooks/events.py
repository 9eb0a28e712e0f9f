"""What a webhook can be told about."""

from enum import StrEnum


class WebhookEvent(StrEnum):
    """The types of payloads that can be chosen."""

    JOB_COMPLETED = "job.completed"
    JOB_FAILED = "job.failed"
    JOB_CANCELLED = "job.cancelled"


TEST_EVENT = "webhook.test"
"""Sent on request, whatever events were chosen."""
