"""A snapshot as tables, for the live screen and for plain text."""

from collections.abc import Sequence

import msgspec

from genonaut.cli.api_client import Job
from genonaut.cli.installation_state import Worker
from genonaut.cli.jobs.views import JOB_HEADERS, JOB_OPTIONAL, job_row
from genonaut.cli.monitor.snapshot import Snapshot
from genonaut.core.clock import utcnow


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
            ("Host", "Process", "Version", "Status", "Slots used", "Last heartbeat"),
            [_worker(worker) for worker in snapshot.workers],
        ),
        Section(
            "ComfyUI servers",
            ("Name", "Status", "Version", "Slots used", "Queue", "Detail"),
            _backends(snapshot),
            ("Version", "Queue"),
        ),
    ]
    return [section for section in sections if section.rows]


def _jobs(jobs: list[Job]) -> list[tuple[str, ...]]:
    return [job_row(job) for job in jobs]


def _worker(worker: Worker) -> tuple[str, ...]:
    silent_seconds = max(0.0, (utcnow() - worker.seen_at).total_seconds())
    return (
        worker.hostname,
        str(worker.pid),
        worker.version,
        "up" if worker.state == "running" else worker.state,
        f"{worker.slots_used} of {worker.slots}",
        f"{silent_seconds:.0f} s ago",
    )


def _backends(snapshot: Snapshot) -> list[tuple[str, ...]]:
    return [
        (
            backend.name,
            "paused" if backend.is_paused else backend.status,
            backend.version or "",
            f"{min(snapshot.slots_used(backend.name), backend.slots)} of {backend.slots}",
            "" if backend.queue is None else str(backend.queue),
            backend.detail or "",
        )
        for backend in snapshot.backends
    ]
