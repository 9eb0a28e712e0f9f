"""What the retention removes: the same rules show it and remove it."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import structlog

from genonaut.accounts.retention import expired_accounts
from genonaut.config.settings import RetentionSettings, Settings
from genonaut.content.retention import ExpiredImages, expired_trash
from genonaut.content.trash import PURGE_BATCH, purge_expired_batch
from genonaut.db.retention import Expired, ExpiredRows, older_than, table_of
from genonaut.jobs.retention import expired_jobs
from genonaut.monitoring.tables import Alert, JobStatistics
from genonaut.notifications.retention import expired_notifications
from genonaut.presets.retention import expired_presets
from genonaut.runtime import Runtime
from genonaut.uploads.retention import expired_uploads
from genonaut.uploads.service import remove_uploads

log = structlog.get_logger()
_ROWS_AT_ONCE = 10_000
_IMAGES_AT_ONCE = 500
_MOST_ROUNDS = 1_000


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule removed."""

    name: str
    count: int


class RetentionResult(msgspec.Struct, frozen=True):
    """What one run removed, and whether a rule reached its limit, so that more may remain."""

    removed: Sequence[Removed]
    has_more: bool


def expired_rows(settings: Settings) -> list[ExpiredRows]:
    """Return the rules for rows without files."""
    return [
        *expired_jobs(settings.retention),
        *expired_notifications(settings.notifications, settings.webhooks),
        *expired_accounts(settings.auth, settings.oidc),
        *expired_presets(settings.storage),
        *_expired_monitoring(settings.retention),
    ]


async def preview_retention(runtime: Runtime) -> list[Expired]:
    """Return what a run would remove now; changes nothing."""
    settings = runtime.settings
    async with runtime.begin() as uow:
        images = await ExpiredImages(settings.retention).preview(uow)
        rules = [
            expired_trash(settings.storage),
            expired_uploads(settings.uploads),
            *expired_rows(settings),
        ]
        return [images, *[await rule.preview(uow.session) for rule in rules]]


async def apply_retention(runtime: Runtime) -> RetentionResult:
    """Remove some of what the rules select, each rule in a transaction of its own.

    At most 500 images, items of the trash and uploads, and 10,000 rows of each other rule: call it again
    while ``has_more``. Several processes may run this at once; locked rows are skipped.
    """
    settings = runtime.settings
    async with runtime.begin() as uow:
        images = await ExpiredImages(settings.retention).move_to_trash(uow, limit=_IMAGES_AT_ONCE)
    purged = await purge_expired_batch(runtime)
    uploads = await remove_uploads(runtime, limit=_IMAGES_AT_ONCE)
    removed = [
        Removed(name=ExpiredImages.name, count=images),
        Removed(name="trash", count=purged),
        Removed(name="uploads", count=uploads),
    ]
    has_more = images >= _IMAGES_AT_ONCE or purged >= PURGE_BATCH or uploads >= _IMAGES_AT_ONCE
    for rule in expired_rows(settings):
        async with runtime.begin() as uow:
            count = await rule.delete(uow.session, limit=_ROWS_AT_ONCE)
        removed.append(Removed(name=rule.name, count=count))
        has_more = has_more or count >= _ROWS_AT_ONCE
    return RetentionResult(removed, has_more)


async def apply_all_retention(runtime: Runtime) -> None:
    """Remove everything that the rules select; the log says what was removed."""
    for _ in range(_MOST_ROUNDS):
        result = await apply_retention(runtime)
        counts = {one.name: one.count for one in result.removed if one.count}
        if counts:
            log.info("retention.applied", removed=counts)
        if not result.has_more:
            return


def _expired_monitoring(settings: RetentionSettings) -> list[ExpiredRows]:
    return [
        *older_than(
            timedelta(days=settings.alert_days),
            table_of(Alert).c.ended_at,
            name="ended alerts",
            setting="retention.alert_days",
        ),
        *older_than(
            timedelta(days=settings.statistics_days),
            table_of(JobStatistics).c.hour,
            name="hourly statistics",
            setting="retention.statistics_days",
        ),
    ]
