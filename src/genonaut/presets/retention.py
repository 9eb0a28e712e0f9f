"""Deleted presets."""

from datetime import timedelta

from genonaut.config.settings import StorageSettings
from genonaut.db.retention import ExpiredRows, older_than, table_of
from genonaut.presets.tables import Preset


def expired_presets(settings: StorageSettings) -> list[ExpiredRows]:
    """Return the rule for deleted presets and styles."""
    return older_than(
        timedelta(days=settings.trash_days),
        table_of(Preset).c.deleted_at,
        name="deleted presets",
        setting="storage.trash_days",
    )
