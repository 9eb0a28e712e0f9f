"""A snapshot of an environment: from the API, and from the tables of the workers."""

from datetime import datetime
from typing import TypeVar

import asyncpg
import msgspec

from genonaut.cli.api_client import ApiClient, Health, Job, JobStats
from genonaut.cli.db.schema import connected
from genonaut.core.errors import GenonautError, UnavailableError

RowT = TypeVar("RowT")
_JOB_LIMIT = "20"
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
    """A worker that has not stopped; ``silent`` is the time since its last heartbeat in seconds."""

    hostname: str
    pid: int
    version: str
    started_at: datetime
    silent: float


class BackendRow(msgspec.Struct, frozen=True):
    """The state of a ComfyUI server that the workers stored last."""

    name: str
    url: str
    status: str
    version: str | None
    slots: int
    enabled: bool
    queue_length: int | None
    last_error: str | None
    used: int
    """Upper bound of the slots in use: an attempt that ingests its image is open but needs no slot."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The content of one screen; ``problems`` names the sources that did not answer."""

    api_url: str
    health: Health | None = None
    stats: JobStats | None = None
    running: list[Job] = []
    waiting: list[Job] = []
    ended: list[Job] = []
    workers: list[WorkerRow] = []
    backends: list[BackendRow] = []
    problems: list[str] = []


async def take_snapshot(api: ApiClient, database_url: str) -> Snapshot:
    """Query the API and the database; a source that does not answer becomes a problem."""
    snapshot = Snapshot(api_url=api.base_url)
    try:
        snapshot = await _query_api(api, snapshot)
    except GenonautError as error:
        snapshot = _with_problem(snapshot, str(error))
    if not database_url:
        return _with_problem(snapshot, "workers and slots are not shown: no database is configured")
    try:
        async with connected(database_url) as connection:
            return msgspec.structs.replace(
                snapshot,
                workers=[_row(row, WorkerRow) for row in await connection.fetch(_WORKERS)],
                backends=[_row(row, BackendRow) for row in await connection.fetch(_BACKENDS)],
            )
    except (UnavailableError, asyncpg.PostgresError) as error:
        return _with_problem(snapshot, str(error))


async def _query_api(api: ApiClient, snapshot: Snapshot) -> Snapshot:
    all_users = ("scope", "all")
    limit = ("limit", _JOB_LIMIT)
    waiting = [("status", "queued"), ("status", "pending"), ("sort", "oldest")]
    ended = [("status", status) for status in ("completed", "failed", "cancelled")]
    return msgspec.structs.replace(
        snapshot,
        health=await api.health(),
        stats=await api.stats([all_users]),
        running=(await api.jobs([("status", "running"), all_users, limit])).items,
        waiting=(await api.jobs([*waiting, all_users, limit])).items,
        ended=(await api.jobs([*ended, all_users, ("limit", "5")])).items,
    )


def _with_problem(snapshot: Snapshot, problem: str) -> Snapshot:
    return msgspec.structs.replace(snapshot, problems=[*snapshot.problems, problem])


def _row(row: asyncpg.Record, kind: type[RowT]) -> RowT:
    return msgspec.convert(dict(row), kind)
