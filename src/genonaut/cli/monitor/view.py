"""A look as tables: for the live screen and, plainly, for a pipe."""

from collections.abc import Sequence

import msgspec

from genonaut.cli.api_client import Job
from genonaut.cli.jobs.views import JOB_HEADERS, JOB_SPARE, job_row
from genonaut.cli.monitor.snapshot import BackendRow, Look, WorkerRow

_SILENT_SECONDS = 20.0
"""As long as a lease: a worker that missed four beats is gone or hangs."""


class Section(msgspec.Struct, frozen=True):
    """One table with its heading."""

    title: str
    headers: Sequence[str]
    rows: list[tuple[str, ...]]
    spare: Sequence[str] = ()  # headers of columns that narrow terminals do without


def headline(look: Look) -> str:
    """Return the first line: where, how healthy, how many jobs of each status."""
    parts = [look.place]
    if look.health is not None:
        health = look.health
        parts.append(f"{health.status} (database {health.database}, redis {health.redis})")
    if look.stats is not None:
        counts = look.stats.counts
        parts += [f"{count} {status}" for status, count in counts.items() if count]
        if look.stats.mean_run_seconds is not None:
            parts.append(f"{look.stats.mean_run_seconds:.1f} s a run")
    return " · ".join(parts)


def sections_of(look: Look) -> list[Section]:
    """Return the tables that have anything in them, most urgent first."""
    sections = [
        Section("Running", JOB_HEADERS, _jobs(look.running), JOB_SPARE),
        Section("Waiting", JOB_HEADERS, _jobs(look.waiting), JOB_SPARE),
        Section("Ended last", JOB_HEADERS, _jobs(look.ended), JOB_SPARE),
        Section(
            "Workers", ("Host", "Process", "Version", "Status", "Last beat"), _workers(look.workers)
        ),
        Section(
            "ComfyUI",
            ("Name", "URL", "Status", "Version", "Slots used", "Its queue", "Last error"),
            _backends(look.backends),
            ("Version", "Its queue"),
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
            backend.url,
            backend.status if backend.enabled else "disabled",
            backend.version or "",
            f"{backend.used} of {backend.slots}",
            "" if backend.queue_length is None else str(backend.queue_length),
            backend.last_error or "",
        )
        for backend in backends
    ]
