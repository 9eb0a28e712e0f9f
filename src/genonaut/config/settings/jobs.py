"""The job queue."""

from typing import Annotated

from msgspec import Meta

from genonaut.config.settings.fields import Positive, Section


class JobSettings(Section, frozen=True):
    """Limits of the job queue."""

    default_checkpoint: str = ""
    lease_seconds: Positive = 20.0
    beat_seconds: Positive = 5.0
    sweep_seconds: Positive = 5.0
    resume_seconds: Positive = 60.0
    """How long an orphaned job waits for the backend that may still have its prompt."""
    run_limit_seconds: Positive = 1500.0
    hard_limit_seconds: Positive = 1800.0
    start_limit_seconds: Positive = 300.0
    shutdown_grace_seconds: Positive = 10.0
    model_wait_hours: Positive = 24.0
    storage_wait_hours: Positive = 24.0
    """How long a rendered image waits for a storage that cannot be written."""
    retry_delays_seconds: tuple[float, ...] = (2.0, 8.0, 32.0)
    max_waiting_per_user: Annotated[int, Meta(ge=0)] = 500
    """Waiting jobs per user; 0: no limit."""
