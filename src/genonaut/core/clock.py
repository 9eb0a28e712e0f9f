"""The time of day, in UTC."""

from datetime import UTC, datetime


def utcnow() -> datetime:
    """Return the present moment with its time zone."""
    return datetime.now(UTC)
