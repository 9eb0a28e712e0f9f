"""The settings as frozen Structs, one per section of the TOML files.

Every key can be set as ``GENONAUT_<SECTION>__<KEY>``; ``loading`` lists the short names.
"""

import re
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Port = Annotated[int, Meta(ge=0, le=65535)]
Positive = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
# RFC 9110, section 5.1 and 5.5.
HeaderName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$")]
HeaderValue = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]*\Z", max_length=4096)]
HttpUrl = Annotated[str, Meta(pattern=r"^https?://[^\s/]+")]
OptionalHttpUrl = Annotated[str, Meta(pattern=r"^(https?://[^\s/]+|\Z)")]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every section: an unknown key is an error."""


class Environment(StrEnum):
    """Selects the configuration file that overrides ``base.toml``."""

    DEV = "dev"
    DEMO = "demo"
    TEST = "test"
    PROD = "prod"


class AuthSettings(Section, frozen=True):
    """Logins, sessions, passwords and API keys."""

    mode: Literal["single-user", "password"] = "password"
    registration: Literal["closed", "open"] = "closed"
    local_username: Name = "local"
    session_hours: Positive = 720.0
    """Maximum lifetime of a session."""
    session_idle_hours: Positive = 168.0
    """A session ends after this time without a request."""
    secure_cookies: Literal["auto", "always", "never"] = "auto"
    """Whether cookies are sent over HTTPS only; auto: yes, except for loopback host names."""
    max_api_keys: Count = 50
    """API keys per user."""
    argon2_memory_kib: Annotated[int, Meta(ge=8)] = 47104
    """Source of this and the next two: OWASP Password Storage Cheat Sheet (m=47104, t=1, p=1)."""
    argon2_time_cost: Count = 1
    argon2_parallelism: Count = 1
    argon2_threads: Count = 2
    """Passwords hashed at the same time; others wait, which bounds the memory."""
    audit_days: Positive = 365.0
    """Audit log entries are deleted after this time."""
    local_passwords: bool = True
    """Whether users may log in with a password of this installation."""
    create_users: bool = True
    """Whether a user without an account gets one at the first login by another system."""
    link_by_email: bool = False
    """Whether such a login is linked to the account with the same verified e-mail address."""
    allowed_groups: tuple[str, ...] = ()
    """Groups of the other system whose members may log in; empty: everybody."""
    admin_groups: tuple[str, ...] = ()
    """Groups whose members are administrators; empty: roles are set here."""
    proxy_user_header: str = ""
    """Header in which a trusted proxy names the user it has authenticated; empty: none."""
    proxy_groups_header: str = ""
    """Header with the groups of that user, separated by commas."""


class OidcSettings(Section, frozen=True):
    """Login at an OpenID Connect provider; off without ``issuer``."""

    issuer: str = ""
    client_id: str = ""
    client_secret: str = ""
    """Empty: a public client, which only PKCE protects."""
    name: str = "single sign-on"
    scopes: str = "openid profile email"
    username_claim: str = "preferred_username"
    groups_claim: str = "groups"
    login_minutes: Positive = 10.0
    """How long a user may take to log in at the provider."""
    ends_session: bool = True
    """Whether a logout here leads to the provider's page for logging out."""

    def __post_init__(self) -> None:
        """Refuse settings with which no login can succeed."""
        if not self.issuer:
            return
        if not self.client_id:
            raise ValueError("issuer needs client_id")
        if "openid" not in self.scopes.split():
            raise ValueError("scopes must contain openid")
        if not re.match(r"https://[^\s/]|http://(localhost|127\.|\[::1\])", self.issuer):
            raise ValueError("issuer must be an https URL")

    def __repr__(self) -> str:
        return f"OidcSettings(issuer={self.issuer!r}, …)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("issuer", self.issuer)]


class LimitSettings(Section, frozen=True):
    """Rate limits; each bucket holds ``…_burst`` requests and refills ``…_per_minute``."""

    is_enabled: bool = True
    user_burst: Count = 1000
    user_per_minute: Positive = 3000.0
    key_burst: Count = 300
    key_per_minute: Positive = 1200.0
    login_burst: Count = 5
    login_per_minute: Positive = 5.0
    """Logins and registrations from one address (IPv6: one /64 network)."""
    name_burst: Count = 50
    name_per_minute: Positive = 10.0
    """Logins to one username from all addresses: bounds distributed guessing."""
    websockets_per_user: Count = 50
    websockets_per_address: Count = 50
    """Open websockets in one API process; further ones are closed with 4008."""


class PolicySettings(Section, frozen=True):
    """Rules for prompts."""

    deny_list: str = ""
    """Path of a file of refused words and phrases; empty: none. See docs/security.md."""


class BackendSettings(Section, frozen=True):
    """One ComfyUI server; the representation shows no secrets."""

    name: Name
    url: HttpUrl
    slots: Annotated[int, Meta(ge=1, le=64)] = 2
    """Prompts submitted to it at once: one runs, the others wait in its queue."""
    output_dir: str = ""
    """Its output directory as the worker sees it; empty when it is not shared."""
    enabled: bool = True
    headers: dict[HeaderName, HeaderValue] = {}
    """Sent with every request."""
    bearer_token: HeaderValue = ""
    username: str = ""
    password: str = ""
    """HTTP Basic authentication, with ``username``."""
    ca_file: str = ""
    """Certificate authorities trusted for this server, beside those of the system."""
    client_certificate_file: str = ""
    client_key_file: str = ""
    """The key of the client certificate; empty if its file contains it."""
    verify: bool = True
    """Whether the server's certificate is verified; False allows interception."""

    def __post_init__(self) -> None:
        """Refuse combinations that contradict each other."""
        ways = [
            "bearer_token" if self.bearer_token else "",
            "username" if self.username else "",
            "a user in the url" if "@" in self.url.split("://", 1)[1].split("/", 1)[0] else "",
            "the header Authorization" if "authorization" in map(str.lower, self.headers) else "",
        ]
        given = [way for way in ways if way]
        if len(given) > 1:
            raise ValueError(f"set only one of {' and '.join(given)}")
        if self.password and not self.username:
            raise ValueError("password needs username")
        if ":" in self.username:
            raise ValueError("username must not contain a colon")
        if self.client_key_file and not self.client_certificate_file:
            raise ValueError("client_key_file needs client_certificate_file")
        is_tls_set = self.ca_file or self.client_certificate_file or not self.verify
        if is_tls_set and not self.url.startswith("https://"):
            raise ValueError("ca_file, client_certificate_file and verify need an https URL")

    def __repr__(self) -> str:
        return f"BackendSettings(name={self.name!r}, …)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("name", self.name)]


class ComfyuiSettings(Section, frozen=True):
    """The ComfyUI servers; ``url`` is short for a single backend named ``default``."""

    url: OptionalHttpUrl = ""
    output_dir: str = ""
    backends: tuple[BackendSettings, ...] = ()
    delete_history: bool = False
    """Remove our prompts from ComfyUI's history after their images are stored."""
    delete_outputs: bool = False
    """Delete our images from ComfyUI's output after they are stored."""
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
    """PostgreSQL ends a transaction that is idle for this long: its locks block other processes."""


class RedisSettings(Section, frozen=True):
    """Redis or Valkey; an empty URL means the embedded server of this environment."""

    url: str = ""
    arq_url: str = ""
    """Redis for the task queues of ARQ; empty means ``url``."""
    namespace: Name = "genonaut"
    database: Annotated[int, Meta(ge=0, le=15)] = 0
    """The database index used on an embedded server."""


class EmbeddedSettings(Section, frozen=True):
    """The PostgreSQL and Valkey that Genonaut starts when no URL is set."""

    source: Literal["auto", "system", "wheel"] = "auto"
    data_dir: str = ".data"
    database: Name = "genonaut"
    durable: bool = True


class WebSettings(Section, frozen=True):
    """The HTTP server."""

    host: str = "127.0.0.1"
    port: Port = 8001
    allowed_hosts: tuple[str, ...] = ()
    """Host names accepted besides those of loopback addresses."""
    allowed_origins: tuple[str, ...] = ()
    """Origins that may use the API from a browser, besides its own (CORS)."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of reverse proxies whose X-Forwarded-For and -Proto are believed."""
    hsts_seconds: Annotated[int, Meta(ge=0)] = 31_536_000
    """HSTS ``max-age`` in seconds, sent over HTTPS; 0 sends no header."""
    max_body_bytes: Count = 1_048_576
    max_connections: Annotated[int, Meta(ge=10)] = 1000
    """Open client connections of one API process, websockets included; more are refused with 503."""
    processes: Annotated[int, Meta(ge=1, le=64)] = 1
    """API processes that share the port."""
    public_url: str = ""
    """The URL that users enter in their browsers; its host and origin are accepted."""
    file_acceleration: Literal["none", "nginx", "sendfile"] = "none"
    """Who sends images: this process, or the proxy after X-Accel-Redirect or X-Sendfile."""


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


class BucketSection(Section, frozen=True):
    """Address and credentials of a bucket; the representation shows no secrets."""

    endpoint: str = ""
    """URL of an S3-compatible server; empty: Amazon S3, or AWS_ENDPOINT_URL."""
    region: str = ""
    access_key_id: str = ""
    secret_access_key: str = ""
    secret_access_key_file: str = ""
    """A file that contains the secret key, in place of ``secret_access_key``."""
    path_style: bool = True
    """Whether the bucket is in the path of URLs, not in their host name."""
    timeout_seconds: Positive = 30.0
    """Time limit for the response to a request, and of its repetitions."""

    def __post_init__(self) -> None:
        """Refuse combinations that contradict each other."""
        if self.secret_access_key and self.secret_access_key_file:
            raise ValueError("set only one of secret_access_key and secret_access_key_file")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class StorageSettings(BucketSection, frozen=True):
    """Where images are stored, and which are accepted."""

    root: str = ""
    """Directory or object-store URL; empty means ``<data_dir>/<environment>/files``."""
    redirect_seconds: Annotated[float, Meta(ge=0)] = 0.0
    """Images are answered with a redirect to the bucket that is valid for this time; 0: by the API."""
    max_image_bytes: Count = 100_000_000
    max_image_pixels: Count = 64_000_000
    orphan_grace_hours: Positive = 24.0
    """Files without a row are deleted after this time."""
    quota_bytes: Annotated[int, Meta(ge=0)] = 0
    """Full-size images per user, with the trash; 0: no limit."""
    trash_days: Positive = 30.0
    """Deleted items can be restored for this time."""
    verify_days: Positive = 30.0
    """Every stored image is compared with its hash again after this time."""


class UploadSettings(Section, frozen=True):
    """Files that users upload as inputs of jobs."""

    max_bytes: Count = 67_108_864
    """Size of one file."""
    quota_bytes: Annotated[int, Meta(ge=0)] = 2_147_483_648
    """Uploaded files per user; 0: no limit."""
    unused_days: Positive = 7.0
    """Uploads that no job names are deleted after this time without use."""


class BackupSettings(BucketSection, frozen=True):
    """Where `genonaut backup` writes."""

    target: str = ""
    """Directory or object-store URL."""
    key_file: str = ""
    """File of the key with which backups are encrypted; empty: not encrypted."""
    keep: Annotated[int, Meta(ge=0)] = 0
    """Number of complete backups to keep; 0: all."""


Days = Annotated[float, Meta(ge=0)]


class RetentionSettings(Section, frozen=True):
    """How long rows and images are kept; 0: without limit."""

    image_days: Days = 0.0
    """Images are moved to the trash after this time."""
    image_bytes: Annotated[int, Meta(ge=0)] = 0
    """The oldest images of a user beyond these bytes are moved to the trash."""
    keep_rated: bool = True
    """Rated images are kept; tagged and public ones by the next two."""
    keep_tagged: bool = True
    keep_public: bool = True
    job_days: Days = 0.0
    """Ended jobs are deleted after this time; their images are kept."""
    event_days: Days = 365.0
    attempt_days: Days = 365.0
    batch_days: Days = 30.0
    """Batches of which every job was deleted."""
    worker_days: Days = 30.0
    """Workers without a heartbeat."""
    alert_days: Days = 365.0
    statistics_days: Days = 730.0


class NotificationSettings(Section, frozen=True):
    """How long notifications are kept."""

    retention_days: Positive = 90.0
    """Read notifications are deleted after this time."""
    unread_days: Positive = 365.0
    """Unread notifications are deleted after this time."""


class WebhookSettings(Section, frozen=True):
    """Destinations, timeouts and retries of webhooks."""

    allowed_hosts: tuple[str, ...] = ()
    """Private host names, addresses and networks that may be called, also without HTTPS."""
    max_per_user: Count = 20
    timeout_seconds: Positive = 15.0
    """Total time limit of one call; Standard Webhooks recommends 15 to 30 s."""
    retry_delays_seconds: tuple[float, ...] = (5, 30, 300, 1_800, 7_200, 21_600, 43_200)
    """Delays between the tries of one delivery; there is one try more than delays."""
    sweep_seconds: Positive = 5.0
    """Interval of the check for due deliveries."""
    resend_seconds: Positive = 30.0
    """A delivery task without a result is sent again after this time."""
    secret_overlap_hours: Positive = 24.0
    """How long a replaced secret continues to sign beside the new one."""
    log_days: Positive = 30.0
    """Finished deliveries are deleted after this time."""


class CatalogSettings(Section, frozen=True):
    """Model folders that this machine can read; optional."""

    roots: tuple[str, ...] = ()
    """ComfyUI ``models`` folders; each subfolder is scanned."""
    extra_model_paths: tuple[str, ...] = ()
    """Files in the format of ComfyUI's ``extra_model_paths.yaml``."""
    refresh_minutes: Positive = 10.0
    """Interval of the automatic refresh of folders and ComfyUI servers."""
    check_seconds: Positive = 10.0
    """Interval at which workers check for refresh and hashing work."""
    is_hashing_enabled: bool = True
    """Hash model files in the background: detects moved files and duplicates, provides AutoV2."""
    settled_seconds: Annotated[float, Meta(ge=0)] = 30.0
    """A file is hashed when it was not modified for this time."""


class WorkerSettings(Section, frozen=True):
    """The worker process."""

    metrics_host: str = "127.0.0.1"
    """Address on which the worker serves its metrics, without a login."""
    metrics_port: Port = 0
    """Port of the metrics; 0: not served."""
    max_jobs: Annotated[int, Meta(ge=0)] = 0
    """The process ends after this number of jobs, to be started again; 0: never."""
    max_rss_mb: Annotated[int, Meta(ge=0)] = 0
    """The process ends, after at least one job, while it uses more memory; 0: never."""


class AlertSettings(Section, frozen=True):
    """Conditions of which administrators are told."""

    is_enabled: bool = True
    check_seconds: Positive = 15.0
    """Interval of the checks; an alert ends when two checks in a row did not find its condition."""
    worker_missing_seconds: Positive = 60.0
    """No worker has been running for this time."""
    backend_down_minutes: Positive = 5.0
    """A ComfyUI server has not answered for this time."""
    waiting_minutes: Positive = 10.0
    """A job that a free slot could take has waited for this time."""
    failure_percent: Annotated[float, Meta(ge=1, le=100)] = 50.0
    """This share of the jobs of the last hour failed."""
    failure_min_jobs: Count = 10
    """The share is not looked at below this number of ended jobs."""
    disk_free_bytes: Annotated[int, Meta(ge=0)] = 5_000_000_000
    """The disk with the images has less free space; 0: not checked."""


class SimulatorSettings(Section, frozen=True):
    """The ComfyUI simulator of demo and tests."""

    host: str = "127.0.0.1"
    port: Port = 8288
    delay_ms: Annotated[float, Meta(ge=0)] = 1500.0
    """Duration of one simulated render in milliseconds."""


class LogSettings(Section, frozen=True):
    """Level and format of the log."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json"] = "auto"


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
    storage: StorageSettings = StorageSettings()
    uploads: UploadSettings = UploadSettings()
    backup: BackupSettings = BackupSettings()
    catalog: CatalogSettings = CatalogSettings()
    retention: RetentionSettings = RetentionSettings()
    notifications: NotificationSettings = NotificationSettings()
    webhooks: WebhookSettings = WebhookSettings()
    worker: WorkerSettings = WorkerSettings()
    alerts: AlertSettings = AlertSettings()
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
