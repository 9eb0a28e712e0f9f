"""Event types of webhooks."""

from enum import StrEnum


class WebhookEvent(StrEnum):
    """Events to which a webhook can subscribe."""

    JOB_COMPLETED = "job.completed"
    JOB_FAILED = "job.failed"
    JOB_CANCELLED = "job.cancelled"
    SEARCH_MATCHED = "search.matched"
    ALERT_BEGAN = "alert.began"
    """For administrators only, as the next one."""
    ALERT_ENDED = "alert.ended"


TEST_EVENT = "webhook.test"
"""Sent on request, independent of the chosen events."""
