"""Uploads that may be removed, as a rule that the clean-up shows."""

from datetime import timedelta

from genonaut.config.settings import UploadSettings
from genonaut.db.retention import ExpiredRows, table_of
from genonaut.uploads.repository import removable
from genonaut.uploads.tables import Upload


def expired_uploads(settings: UploadSettings) -> ExpiredRows:
    """Return the rule for uploads; `service.remove_uploads` also deletes their files."""
    table = table_of(Upload)
    return ExpiredRows(
        name="uploads",
        setting="uploads.unused_days",
        table=table,
        condition=removable(timedelta(days=settings.unused_days)),
        at=table.c.last_used_at,
        size=table.c.size_bytes,
    )
