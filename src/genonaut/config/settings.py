"""The settings as frozen Structs, one per section of the TOML files.

Every key may be given as ``GENONAUT_<SECTION>__<KEY>``; see ``loading`` for the familiar names.
"""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Port = Annotated[int, Meta(ge=0, le=65535)]
Positive = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
HttpUrl = Annotated[str, Meta(pattern=r"^https?://[^\s/]+")]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every section: an unknown key stops the start."""


class Environment(StrEnum):
    """Which of the configuration files is laid over ``base.toml``."""

    DEV = "dev"
    DEMO = "demo"
    TEST = "test"
    PROD = "prod"


class AuthSettings(Section, frozen=True):
    """Who may use this installation."""

    mode: Literal["single-user", "password"] = "password"
    registration: Literal["closed", "open"] = "closed"
    local_username: Name = "local"
    session_hours: Positive = 720.0
    """A login ends after this time, however much it is used."""
    session_idle_hours: Positive = 168.0
    """A login ends after this time without a request."""
    secure_cookies: Literal["auto", "always", "never"] = "auto"
    """Whether cookies are kept to HTTPS; auto means everywhere but on a loopback name."""
    max_api_keys: Count = 50
    """Keys that one user may hold at a time."""
    argon2_memory_kib: Annotated[int, Meta(ge=8)] = 47104
    """With time_cost 1 and parallelism 1, of the choices in OWASP's Password Storage Cheat Sheet."""
    argon2_time_cost: Count = 1
    argon2_parallelism: Count = 1
    argon2_threads: Count = 2
    """Passwords that are hashed at the same time; more wait, so that memory stays bounded."""
    audit_days: Positive = 365.0
    """Age at which entries of the audit log are deleted."""


class LimitSettings(Section, frozen=True):
    """How often may be asked; each bucket holds ``…_burst`` and refills ``…_per_minute``."""

    is_enabled: bool = True
    user_burst: Count = 1000
    user_per_minute: Positive = 3000.0
    key_burst: Count = 300
    key_per_minute: Positive = 1200.0
    login_burst: Count = 5
    login_per_minute: Positive = 5.0
    """Logins and registrations from one address (IPv6: one /64)."""
    name_burst: Count = 50
    name_per_minute: Positive = 10.0
    """Logins to one name from anywhere: bounds guesses that are spread over addresses."""


class PolicySettings(Section, frozen=True):
    """Which prompts are refused."""

    deny_list: str = ""
    """Path of a file of words and phrases; empty refuses nothing. See docs/security.md."""


class BackendSettings(Section, frozen=True):
    """One ComfyUI server."""

    name: Name
    url: HttpUrl
    slots: Annotated[int, Meta(ge=1, le=64)] = 2
    """Prompts we keep there at once: one running, the rest waiting."""
    output_dir: str = ""
    """Its output directory when shared with the worker; empty when it is not."""
    enabled: bool = True


class ComfyuiSettings(Section, frozen=True):
    """The ComfyUI servers; ``url`` is short for a single backend named ``default``."""

    url: str = ""
    output_dir: str = ""
    backends: tuple[BackendSettings, ...] = ()
    delete_history: bool = False
    """Remove our entries from ComfyUI's history once collected."""
    models_refresh_seconds: Positive = 30.0
    silence_seconds: Positive = 10.0
    poll_seconds: Positive = 2.0
    lost_confirm_seconds: Positive = 3.0
    stuck_seconds: Positive = 60.0
    health_seconds: Positive = 5.0


class DatabaseSettings(Section, frozen=True):
    """PostgreSQL; an empty URL means the embedded server of this environment."""

    url: str = ""
    pool_size: Count = 10
    max_overflow: Annotated[int, Meta(ge=0)] = 10
    pool_timeout_seconds: Positive = 10.0
    idle_transaction_seconds: Positive = 30.0
    """After this the server ends a transaction whose process stands still: its locks stop others."""


class RedisSettings(Section, frozen=True):
    """Redis or Valkey; an empty URL means the embedded server of this environment."""

    url: str = ""
    arq_url: str = ""
    """Where ARQ keeps its queues; empty means ``url``."""
    namespace: Name = "genonaut"
    database: Annotated[int, Meta(ge=0, le=15)] = 0
    """The database index used on an embedded server."""


class EmbeddedSettings(Section, frozen=True):
    """PostgreSQL and Valkey started by us when no URL is set."""

    source: Literal["auto", "system", "wheel"] = "auto"
    data_dir: str = ".data"
    database: Name = "genonaut"
    durable: bool = True


class WebSettings(Section, frozen=True):
    """The HTTP server."""

    host: str = "127.0.0.1"
    port: Port = 8001
    allowed_hosts: tuple[str, ...] = ()
    """Host names accepted besides loopback ones."""
    allowed_origins: tuple[str, ...] = ()
    """Origins that may use the API from a browser, besides our own (CORS)."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of reverse proxies whose X-Forwarded-For and -Proto are believed."""
    hsts_seconds: Annotated[int, Meta(ge=0)] = 31_536_000
    """How long browsers are told to insist on HTTPS once they came over it; 0 tells nothing."""
    max_body_bytes: Count = 1_048_576
    max_connections: Annotated[int, Meta(ge=10)] = 1000
    """Open client connections of one API process, websockets included; more are refused with 503."""
    public_url: str = ""
    """What people enter in their browsers: its host is served, its pages are our own."""


class JobSettings(Section, frozen=True):
    """Limits of the generation queue."""

    default_checkpoint: str = ""
    lease_seconds: Positive = 20.0
    beat_seconds: Positive = 5.0
    sweep_seconds: Positive = 5.0
    resume_seconds: Positive = 60.0
    """How long an orphaned job waits for the backend that may still hold its prompt."""
    run_limit_seconds: Positive = 1500.0
    hard_limit_seconds: Positive = 1800.0
    start_limit_seconds: Positive = 300.0
    shutdown_grace_seconds: Positive = 10.0
    model_wait_hours: Positive = 24.0
    retry_delays_seconds: tuple[float, ...] = (2.0, 8.0, 32.0)
    max_waiting_per_user: Annotated[int, Meta(ge=0)] = 500
    """Jobs of one user that may wait at a time; 0 sets no limit."""


class StorageSettings(Section, frozen=True):
    """Where finished images lie and what is accepted as one."""

    root: str = ""
    """Directory or object-store URL; empty means ``<data_dir>/<environment>/files``."""
    max_image_bytes: Count = 100_000_000
    max_image_pixels: Count = 64_000_000
    orphan_grace_hours: Positive = 24.0
    """Age of a file that no row names before it is removed."""
    trash_days: Positive = 30.0
    """How long a deleted item can be restored before it is purged."""


class NotificationSettings(Section, frozen=True):
    """How long people can look back."""

    retention_days: Positive = 90.0
    """Age at which notifications that were read are deleted."""


class WebhookSettings(Section, frozen=True):
    """Where webhooks may go, and how patiently."""

    allowed_hosts: tuple[str, ...] = ()
    """Names, addresses and networks that may be called although private, and without HTTPS."""
    max_per_user: Count = 20
    timeout_seconds: Positive = 15.0
    """How long a receiver may take in all; Standard Webhooks recommends 15 to 30 s."""
    retry_delays_seconds: tuple[float, ...] = (5, 30, 300, 1_800, 7_200, 21_600, 43_200)
    """Pauses between the tries of one delivery: one try more than there are pauses."""
    sweep_seconds: Positive = 5.0
    """How often is looked for deliveries that are due."""
    resend_seconds: Positive = 30.0
    """A task of which nothing was heard for so long is sent again."""
    secret_overlap_hours: Positive = 24.0
    """How long an old secret goes on signing beside its successor."""
    log_days: Positive = 30.0
    """Age at which ended deliveries are deleted."""


class CatalogSettings(Section, frozen=True):
    """Where model files lie that this machine can read; none is needed beside a ComfyUI server."""

    roots: tuple[str, ...] = ()
    """ComfyUI ``models`` folders; each of their folders is scanned."""
    extra_model_paths: tuple[str, ...] = ()
    """Files in the form of ComfyUI's ``extra_model_paths.yaml``."""
    refresh_minutes: Positive = 10.0
    """How often folders and servers are looked through without anybody asking."""
    check_seconds: Positive = 10.0
    """How often a worker looks whether there is something to refresh or to hash."""
    is_hashing_enabled: bool = True
    """Hash files in the background: finds moved files and duplicates, shows AutoV2."""
    settled_seconds: Annotated[float, Meta(ge=0)] = 30.0
    """A file is hashed once it was not written to for so long."""


class SimulatorSettings(Section, frozen=True):
    """The ComfyUI simulator of demo and tests."""

    host: str = "127.0.0.1"
    port: Port = 8288
    delay_ms: Annotated[float, Meta(ge=0)] = 1500.0
    """Duration of one simulated render in milliseconds."""


class LogSettings(Section, frozen=True):
    """What is logged and how."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json"] = "auto"


class Settings(Section, frozen=True):
    """Everything a process is told at its start."""

    environment: Environment
    auth: AuthSettings = AuthSettings()
    limits: LimitSettings = LimitSettings()
    policy: PolicySettings = PolicySettings()
    comfyui: ComfyuiSettings = ComfyuiSettings()
    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    embedded: EmbeddedSettings = EmbeddedSettings()
    web: WebSettings = WebSettings()
    jobs: JobSettings = JobSettings()
    storage: StorageSettings = StorageSettings()
    catalog: CatalogSettings = CatalogSettings()
    notifications: NotificationSettings = NotificationSettings()
    webhooks: WebhookSettings = WebhookSettings()
    simulator: SimulatorSettings = SimulatorSettings()
    logging: LogSettings = LogSettings()

    @property
    def backends(self) -> tuple[BackendSettings, ...]:
        """The configured ComfyUI servers; the single ``comfyui.url`` counts as one of them."""
        if self.comfyui.backends:
            return self.comfyui.backends
        if not self.comfyui.url:
            return ()
        url, output_dir = self.comfyui.url.rstrip("/"), self.comfyui.output_dir
        return (BackendSettings(name="default", url=url, output_dir=output_dir),)
