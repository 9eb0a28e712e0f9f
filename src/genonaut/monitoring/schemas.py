"""HTTP bodies of alerts, statistics, retention and quotas."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from genonaut.core.schemas import RequestBody, View
from genonaut.db.retention import Expired
from genonaut.monitoring.conditions import AlertKind
from genonaut.monitoring.job_statistics import Amounts, JobsOfPeriod, Period
from genonaut.monitoring.retention import RetentionResult
from genonaut.monitoring.storage_policies import OwnPolicy, UserStorage
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


Bytes = Annotated[int, Meta(ge=0, le=2**53)]
Days = Annotated[float, Meta(ge=0, le=36_500)]


class StoragePolicySubmit(RequestBody, frozen=True):
    """The quota and retention of one user; null: the setting of the installation, 0: no limit."""

    quota_bytes: Bytes | None = None
    image_days: Days | None = None
    image_bytes: Bytes | None = None
    keep_rated: bool | None = None
    keep_tagged: bool | None = None
    keep_public: bool | None = None
    keep_collected: bool | None = None

    def policy(self) -> OwnPolicy:
        """Return the policy."""
        return OwnPolicy(**msgspec.structs.asdict(self))


class StoragePolicyView(View, frozen=True):
    """What was set for one user; null: the setting of the installation, 0: no limit."""

    quota_bytes: int | None
    image_days: float | None
    image_bytes: int | None
    keep_rated: bool | None
    keep_tagged: bool | None
    keep_public: bool | None
    keep_collected: bool | None


class UserStorageView(View, frozen=True):
    """What a user stores and may store; a ``quota_bytes`` of 0 is no limit."""

    user_id: UUID
    used_bytes: int
    """Full-size images, with the trash."""
    thumbnail_bytes: int
    upload_bytes: int
    """Uploaded files; their quota is ``uploads.quota_bytes``."""
    quota_bytes: int
    own: StoragePolicyView

    @classmethod
    def of(cls, found: UserStorage) -> "UserStorageView":
        """Return the view of what was found."""
        return cls(
            user_id=found.user_id,
            used_bytes=found.used_bytes,
            thumbnail_bytes=found.thumbnail_bytes,
            upload_bytes=found.upload_bytes,
            quota_bytes=found.quota_bytes,
            own=StoragePolicyView(**msgspec.structs.asdict(found.own)),
        )


class ExpiredView(View, frozen=True):
    """What one rule would remove now; the times are null if it is nothing."""

    name: str
    setting: str
    """The setting that decides."""
    count: int
    size_bytes: int
    """Bytes of full-size images; 0 for rows without files."""
    oldest: datetime | None
    newest: datetime | None


class CleanupPreviewView(View, frozen=True):
    """What the clean-up would remove now. Images are moved to the trash, other rows are deleted."""

    rules: list[ExpiredView]

    @classmethod
    def of(cls, found: list[Expired]) -> "CleanupPreviewView":
        """Return the view of a preview."""
        return cls(rules=[ExpiredView(**msgspec.structs.asdict(one)) for one in found])


class RemovedView(View, frozen=True):
    """What one rule removed."""

    name: str
    count: int


class CleanupView(View, frozen=True):
    """What this request removed; repeat it while ``has_more``."""

    removed: list[RemovedView]
    has_more: bool

    @classmethod
    def of(cls, result: RetentionResult) -> "CleanupView":
        """Return the view of a result."""
        removed = [RemovedView(name=one.name, count=one.count) for one in result.removed]
        return cls(removed=removed, has_more=result.has_more)
