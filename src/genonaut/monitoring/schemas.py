"""HTTP bodies of alerts and statistics."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from genonaut.core.schemas import View
from genonaut.monitoring.conditions import AlertKind
from genonaut.monitoring.job_statistics import Amounts, JobsOfPeriod, Period
from genonaut.monitoring.tables import Alert


class AlertView(View, frozen=True):
    """A condition that administrators should know of; active while ``ended_at`` is null."""

    id: int
    kind: AlertKind
    subject: str
    """What is affected, such as the name of a ComfyUI server; empty: the installation."""
    title: str
    message: str
    details: dict[str, Any]
    began_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, row: Alert) -> "AlertView":
        """Return the view of a row."""
        return cls(
            id=row.id,
            kind=AlertKind(row.kind),
            subject=row.subject,
            title=row.title,
            message=row.message,
            details=row.details,
            began_at=row.began_at,
            ended_at=row.ended_at,
        )


class JobAmountsView(View, frozen=True):
    """Ended jobs, and their mean and longest times in seconds; null without such jobs."""

    completed: int
    failed: int
    cancelled: int
    wait_seconds: float | None
    """From submission to the first claim."""
    wait_seconds_max: float | None
    render_seconds: float | None
    """From the start of execution in ComfyUI to the completed job."""
    render_seconds_max: float | None

    @classmethod
    def of(cls, amounts: Amounts) -> "JobAmountsView":
        """Return the view of amounts."""
        return cls(**{name: getattr(amounts, name) for name in cls.__struct_fields__})


class JobBucketView(View, frozen=True):
    """The jobs that ended between ``at`` and the next bucket."""

    at: datetime
    jobs: JobAmountsView


class NamedJobsView(View, frozen=True):
    """The jobs of one model or ComfyUI server."""

    name: str
    jobs: JobAmountsView


class ErrorCountView(View, frozen=True):
    """The number of jobs that failed with one error code."""

    error_code: str
    count: int


class JobStatisticsView(View, frozen=True):
    """Statistics of ended jobs, added up by hour; the newest ones may be missing for a minute."""

    period: Period
    since: datetime
    bucket_seconds: int
    total: JobAmountsView
    buckets: list[JobBucketView]
    """Oldest first, without gaps."""
    models: list[NamedJobsView]
    """The 20 with the most jobs."""
    backends: list[NamedJobsView]
    error_codes: list[ErrorCountView]

    @classmethod
    def of(cls, period: Period, found: JobsOfPeriod) -> "JobStatisticsView":
        """Return the view of statistics."""
        return cls(
            period=period,
            since=found.since,
            bucket_seconds=int(found.bucket.total_seconds()),
            total=JobAmountsView.of(found.total),
            buckets=[
                JobBucketView(at=at, jobs=JobAmountsView.of(amounts))
                for at, amounts in found.buckets
            ],
            models=_named(found.models),
            backends=_named(found.backends),
            error_codes=[ErrorCountView(error_code=code, count=n) for code, n in found.error_codes],
        )


def _named(found: Sequence[tuple[str, Amounts]]) -> list[NamedJobsView]:
    return [NamedJobsView(name=name, jobs=JobAmountsView.of(amounts)) for name, amounts in found]
