"""The API's answers about the installation: queue, health, workers and logins."""

from datetime import datetime

import msgspec


class Pause(msgspec.Struct, frozen=True):
    """The start and the reason of a pause."""

    paused_at: datetime
    reason: str | None = None


class QueueState(msgspec.Struct, frozen=True):
    """The pause of the whole queue, and the pauses of single ComfyUI servers by name."""

    pause: Pause | None = None
    backends: dict[str, Pause] = {}


class BackendHealth(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one ComfyUI server."""

    name: str
    status: str
    version: str | None = None
    queue: int | None = None
    slots: int = 0
    is_paused: bool = False
    detail: str | None = None


class AssignedJob(msgspec.Struct, frozen=True):
    """A job that a worker runs, and the ComfyUI server that renders it."""

    job_id: int
    backend: str


class Worker(msgspec.Struct, frozen=True, kw_only=True):
    """A worker process: running, silent (its heartbeat is overdue) or stopped."""

    hostname: str
    pid: int
    version: str
    state: str
    seen_at: datetime
    slots: int = 0
    slots_used: int = 0
    jobs: list[AssignedJob] = []


class WorkerPage(msgspec.Struct, frozen=True):
    """The workers of the last hour."""

    items: list[Worker]


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of the health route."""

    status: str
    database: str = ""
    redis: str = ""
    comfyui: list[BackendHealth] = []
    workers: int = 0


class LoginOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Whether users can log in: ``is_set_up`` is false until there is a first administrator."""

    is_set_up: bool = True


class User(msgspec.Struct, frozen=True):
    """An account."""

    id: str
    username: str


class UserPage(msgspec.Struct, frozen=True):
    """A page of accounts."""

    items: list[User]


class Announced(msgspec.Struct, frozen=True):
    """How many users got an announcement, and how many do not want any."""

    created: int
    skipped: int


class ExpiredRule(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule of the clean-up would remove."""

    name: str
    setting: str
    count: int
    size_bytes: int
    oldest: datetime | None = None
    newest: datetime | None = None


class CleanupPreview(msgspec.Struct, frozen=True):
    """What the clean-up would remove."""

    rules: list[ExpiredRule]


class RemovedRows(msgspec.Struct, frozen=True):
    """What one rule removed."""

    name: str
    count: int


class Cleanup(msgspec.Struct, frozen=True):
    """What the clean-up removed, and whether there is more."""

    removed: list[RemovedRows]
    has_more: bool
