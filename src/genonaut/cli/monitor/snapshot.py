"""One look at an environment: what the API tells, and what workers wrote into their tables."""

from datetime import datetime
from typing import TypeVar

import asyncpg
import msgspec

from genonaut.cli.api_client import ApiClient, Health, Job, JobStats
from genonaut.cli.db.schema import connected
from genonaut.core.errors import GenonautError, UnavailableError

RowT = TypeVar("RowT")
_SHOWN = "20"
_WORKERS = """
    SELECT hostname, pid, version, started_at, extract(epoch FROM now() - seen_at)::float AS silent
    FROM workers WHERE stopped_at IS NULL AND seen_at > now() - interval '1 hour'
    ORDER BY started_at
"""
_BACKENDS = """
    SELECT name, url, status, version, slots, enabled, queue_length, last_error,
           LEAST(slots, (SELECT count(*) FROM generation_attempts
                         WHERE backend = name AND ended_at IS NULL)) AS used
    FROM comfyui_backends ORDER BY name
"""


class WorkerRow(msgspec.Struct, frozen=True):
    """A worker that has not said goodbye; ``silent`` in seconds since its last beat."""

    hostname: str
    pid: int
    version: str
    started_at: datetime
    silent: float


class BackendRow(msgspec.Struct, frozen=True):
    """A ComfyUI server as the workers last saw it."""

    name: str
    url: str
    status: str
    version: str | None
    slots: int
    enabled: bool
    queue_length: int | None
    last_error: str | None
    used: int
    """Slots in use at most: an attempt that brings its image home is open and needs none."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one screen shows; ``complaints`` says what could not be asked."""

    place: str
    health: Health | None = None
    stats: JobStats | None = None
    running: list[Job] = []
    waiting: list[Job] = []
    ended: list[Job] = []
    workers: list[WorkerRow] = []
    backends: list[BackendRow] = []
    complaints: list[str] = []


async def take_look(api: ApiClient, database_url: str) -> Look:
    """Ask the API and the database; what does not answer becomes a complaint."""
    look = Look(place=api.base_url)
    try:
        look = await _ask_api(api, look)
    except GenonautError as error:
        look = _complaining(look, str(error))
    if not database_url:
        return _complaining(look, "no database is known here: workers and slots are not shown")
    try:
        async with connected(database_url) as connection:
            return msgspec.structs.replace(
                look,
                workers=[_row(row, WorkerRow) for row in await connection.fetch(_WORKERS)],
                backends=[_row(row, BackendRow) for row in await connection.fetch(_BACKENDS)],
            )
    except (UnavailableError, asyncpg.PostgresError) as error:
        return _complaining(look, str(error))


async def _ask_api(api: ApiClient, look: Look) -> Look:
    everybody = ("scope", "all")
    limit = ("limit", _SHOWN)
    waiting = [("status", "queued"), ("status", "pending"), ("sort", "oldest")]
    ended = [("status", status) for status in ("completed", "failed", "cancelled")]
    return msgspec.structs.replace(
        look,
        health=await api.health(),
        stats=await api.stats([everybody]),
        running=(await api.jobs([("status", "running"), everybody, limit])).items,
        waiting=(await api.jobs([*waiting, everybody, limit])).items,
        ended=(await api.jobs([*ended, everybody, ("limit", "5")])).items,
    )


def _complaining(look: Look, complaint: str) -> Look:
    return msgspec.structs.replace(look, complaints=[*look.complaints, complaint])


def _row(row: asyncpg.Record, kind: type[RowT]) -> RowT:
    return msgspec.convert(dict(row), kind)
