"""The current time in UTC."""

from datetime import UTC, datetime


def utcnow() -> datetime:
    """Return the current time, with its time zone."""
    return datetime.now(UTC)
