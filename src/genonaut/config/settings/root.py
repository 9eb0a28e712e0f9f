"""All sections together."""

from enum import StrEnum

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
from genonaut.config.settings.storage import (
    BackupSettings,
    CollectionSettings,
    ImportSettings,
    RetentionSettings,
    StorageSettings,
    UploadSettings,
)
from genonaut.config.settings.stores import DatabaseSettings, EmbeddedSettings, RedisSettings
from genonaut.config.settings.web import WebSettings
from genonaut.config.settings.workflows import WorkflowSettings


class Environment(StrEnum):
    """Selects the configuration file that overrides ``base.toml``."""

    DEV = "dev"
    DEMO = "demo"
    TEST = "test"
    PROD = "prod"


class Settings(Section, frozen=True):
    """All settings of a process."""

    environment: Environment
    auth: AuthSettings = AuthSettings()
    oidc: OidcSettings = OidcSettings()
    limits: LimitSettings = LimitSettings()
    policy: PolicySettings = PolicySettings()
    comfyui: ComfyuiSettings = ComfyuiSettings()
    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    embedded: EmbeddedSettings = EmbeddedSettings()
    web: WebSettings = WebSettings()
    jobs: JobSettings = JobSettings()
    grids: GridSettings = GridSettings()
    storage: StorageSettings = StorageSettings()
    uploads: UploadSettings = UploadSettings()
    collections: CollectionSettings = CollectionSettings()
    imports: ImportSettings = ImportSettings()
    backup: BackupSettings = BackupSettings()
    catalog: CatalogSettings = CatalogSettings()
    retention: RetentionSettings = RetentionSettings()
    notifications: NotificationSettings = NotificationSettings()
    webhooks: WebhookSettings = WebhookSettings()
    worker: WorkerSettings = WorkerSettings()
    workflows: WorkflowSettings = WorkflowSettings()
    alerts: AlertSettings = AlertSettings()
    tracing: TracingSettings = TracingSettings()
    simulator: SimulatorSettings = SimulatorSettings()
    logging: LogSettings = LogSettings()

    def __post_init__(self) -> None:
        """Refuse combinations with which no user could log in, or any user as another one."""
        has_other = self.oidc.issuer or self.auth.proxy_user_header
        if self.auth.mode == "password" and not self.auth.local_passwords and not has_other:
            raise ValueError(
                "auth.local_passwords is false, so set oidc.issuer or auth.proxy_user_header"
            )
        if self.auth.proxy_user_header and not self.web.trusted_proxies:
            raise ValueError("auth.proxy_user_header needs web.trusted_proxies")

    @property
    def backends(self) -> tuple[BackendSettings, ...]:
        """The configured ComfyUI servers; the single ``comfyui.url`` counts as one of them."""
        if self.comfyui.backends:
            return self.comfyui.backends
        if not self.comfyui.url:
            return ()
        url, output_dir = self.comfyui.url.rstrip("/"), self.comfyui.output_dir
        return (BackendSettings(name="default", url=url, output_dir=output_dir),)
