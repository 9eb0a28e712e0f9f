"""The settings as frozen Structs, one per section of the TOML files.

Every key can be set as ``GENONAUT_<SECTION>__<KEY>``; ``loading`` lists the short names.
"""

from genonaut.config.settings.accounts import (
    AuthSettings,
    LimitSettings,
    OidcSettings,
    PolicySettings,
)
from genonaut.config.settings.catalog import CatalogSettings
from genonaut.config.settings.comfyui import BackendSettings, ComfyuiSettings, SimulatorSettings
from genonaut.config.settings.fields import Section
from genonaut.config.settings.grids import GridSettings
from genonaut.config.settings.jobs import JobSettings
from genonaut.config.settings.notifications import NotificationSettings, WebhookSettings
from genonaut.config.settings.processes import (
    AlertSettings,
    LogSettings,
    TracingSettings,
    WorkerSettings,
)
from genonaut.config.settings.root import Environment, Settings
from genonaut.config.settings.storage import (
    BackupSettings,
    BucketSection,
    CollectionSettings,
    ImportSettings,
    RetentionSettings,
    StorageSettings,
    UploadSettings,
)
from genonaut.config.settings.stores import DatabaseSettings, EmbeddedSettings, RedisSettings
from genonaut.config.settings.web import WebSettings
from genonaut.config.settings.workflows import WorkflowSettings

__all__ = [
    "AlertSettings",
    "AuthSettings",
    "BackendSettings",
    "BackupSettings",
    "BucketSection",
    "CatalogSettings",
    "CollectionSettings",
    "ComfyuiSettings",
    "DatabaseSettings",
    "EmbeddedSettings",
    "Environment",
    "GridSettings",
    "ImportSettings",
    "JobSettings",
    "LimitSettings",
    "LogSettings",
    "NotificationSettings",
    "OidcSettings",
    "PolicySettings",
    "RedisSettings",
    "RetentionSettings",
    "Section",
    "Settings",
    "SimulatorSettings",
    "StorageSettings",
    "TracingSettings",
    "UploadSettings",
    "WebSettings",
    "WebhookSettings",
    "WorkerSettings",
    "WorkflowSettings",
]
