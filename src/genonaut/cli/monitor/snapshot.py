"""A snapshot of an environment, from the API alone."""

from collections.abc import Awaitable, Callable

import msgspec

from genonaut.cli.api_client import ApiClient, Job, JobStats
from genonaut.cli.installation_state import BackendHealth, Health, Worker
from genonaut.core.errors import GenonautError

_JOB_LIMIT = "20"


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The content of one screen; ``problems`` says what the API did not answer."""

    api_url: str
    health: Health | None = None
    stats: JobStats | None = None
    running: list[Job] = []
    waiting: list[Job] = []
    ended: list[Job] = []
    workers: list[Worker] = []
    problems: list[str] = []

    @property
    def backends(self) -> list[BackendHealth]:
        """The ComfyUI servers that are enabled."""
        return [] if self.health is None else self.health.comfyui

    def slots_used(self, backend: str) -> int:
        """Return an upper bound of the used slots: a job that stores its image needs none."""
        return sum(job.backend == backend for worker in self.workers for job in worker.jobs)


async def take_snapshot(api: ApiClient) -> Snapshot:
    """Query the API; a part that it does not answer or refuses becomes a problem."""
    snapshot = Snapshot(api_url=api.base_url)
    for query in (_query_health, _query_jobs, _query_workers):
        snapshot = await _queried(query, api, snapshot)
        if snapshot.health is None:  # it does not answer at all
            break
    return snapshot


async def _queried(
    query: Callable[[ApiClient, Snapshot], Awaitable[Snapshot]], api: ApiClient, snapshot: Snapshot
) -> Snapshot:
    try:
        return await query(api, snapshot)
    except GenonautError as error:
        problems = snapshot.problems
        if str(error) not in problems:
            problems = [*problems, str(error)]
        return msgspec.structs.replace(snapshot, problems=problems)


async def _query_health(api: ApiClient, snapshot: Snapshot) -> Snapshot:
    return msgspec.structs.replace(snapshot, health=await api.health())


async def _query_jobs(api: ApiClient, snapshot: Snapshot) -> Snapshot:
    all_users = ("scope", "all")
    limit = ("limit", _JOB_LIMIT)
    waiting = [("status", "queued"), ("status", "pending"), ("sort", "oldest")]
    ended = [("status", status) for status in ("completed", "failed", "cancelled")]
    return msgspec.structs.replace(
        snapshot,
        stats=await api.stats([all_users]),
        running=(await api.jobs([("status", "running"), all_users, limit])).items,
        waiting=(await api.jobs([*waiting, all_users, limit])).items,
        ended=(await api.jobs([*ended, all_users, ("limit", "5")])).items,
    )


async def _query_workers(api: ApiClient, snapshot: Snapshot) -> Snapshot:
    workers = [worker for worker in await api.workers() if worker.state != "stopped"]
    return msgspec.structs.replace(snapshot, workers=workers)
