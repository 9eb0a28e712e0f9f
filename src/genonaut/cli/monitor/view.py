"""A snapshot as tables, for the live screen and for plain text."""

from collections.abc import Sequence

import msgspec

from genonaut.cli.api_client import Job
from genonaut.cli.jobs.views import JOB_HEADERS, JOB_OPTIONAL, job_row
from genonaut.cli.monitor.snapshot import BackendRow, Snapshot, WorkerRow
from genonaut.comfyui import redact_url

_SILENT_SECONDS = 20.0
"""The default length of a lease: a worker that missed four heartbeats is dead or hangs."""


class Section(msgspec.Struct, frozen=True):
    """One table with its heading."""

    title: str
    headers: Sequence[str]
    rows: list[tuple[str, ...]]
    optional: Sequence[str] = ()
    """Headers of the columns that a narrow terminal omits."""


def headline(snapshot: Snapshot) -> str:
    """Return the first line: address, health, and jobs by status."""
    parts = [snapshot.api_url]
    if snapshot.health is not None:
        health = snapshot.health
        parts.append(f"{health.status} (database {health.database}, redis {health.redis})")
    if snapshot.stats is not None:
        counts = snapshot.stats.counts
        parts += [f"{count} {status}" for status, count in counts.items() if count]
        if snapshot.stats.mean_run_seconds is not None:
            parts.append(f"{snapshot.stats.mean_run_seconds:.1f} s average")
    return " · ".join(parts)


def sections_of(snapshot: Snapshot) -> list[Section]:
    """Return the tables that are not empty, most urgent first."""
    sections = [
        Section("Running", JOB_HEADERS, _jobs(snapshot.running), JOB_OPTIONAL),
        Section("Waiting", JOB_HEADERS, _jobs(snapshot.waiting), JOB_OPTIONAL),
        Section("Recently finished", JOB_HEADERS, _jobs(snapshot.ended), JOB_OPTIONAL),
        Section(
            "Workers",
            ("Host", "Process", "Version", "Status", "Last heartbeat"),
            _workers(snapshot.workers),
        ),
        Section(
            "ComfyUI servers",
            ("Name", "URL", "Status", "Version", "Slots used", "Queue", "Last error"),
            _backends(snapshot.backends),
            ("Version", "Queue"),
        ),
    ]
    return [section for section in sections if section.rows]


def _jobs(jobs: list[Job]) -> list[tuple[str, ...]]:
    return [job_row(job) for job in jobs]


def _workers(workers: list[WorkerRow]) -> list[tuple[str, ...]]:
    return [
        (
            worker.hostname,
            str(worker.pid),
            worker.version,
            "up" if worker.silent < _SILENT_SECONDS else "silent",
            f"{worker.silent:.0f} s ago",
        )
        for worker in workers
    ]


def _backends(backends: list[BackendRow]) -> list[tuple[str, ...]]:
    return [
        (
            backend.name,
            redact_url(backend.url),
            backend.status if backend.enabled else "disabled",
            backend.version or "",
            f"{backend.used} of {backend.slots}",
            "" if backend.queue_length is None else str(backend.queue_length),
            backend.last_error or "",
        )
        for backend in backends
    ]
