"""Jobs as tables for the terminal."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import click
import msgspec

from genonaut.cli.api_client import Job, JobEvent
from genonaut.cli.output import print_table, shortened

JOB_HEADERS = ("Job", "Status", "Progress", "Size", "Checkpoint", "Created", "Prompt")
JOB_OPTIONAL = ("Checkpoint", "Size", "Created")
_PROMPT_WIDTH = 48


def print_jobs(jobs: Sequence[Job]) -> None:
    """Print a list of jobs."""
    if jobs:
        print_table(JOB_HEADERS, map(job_row, jobs), optional=JOB_OPTIONAL)
    else:
        click.echo("no jobs", err=True)


def job_row(job: Job) -> tuple[str, ...]:
    """Return a job as cells of a table."""
    return (
        str(job.id),
        job.status,
        progress_of(job),
        f"{job.width}x{job.height}",
        job.checkpoint_model,
        local_time(job.created_at),
        shortened(job.prompt, _PROMPT_WIDTH),
    )


def progress_of(job: Job) -> str:
    """Return the progress of a running job in percent, or the queue position of a waiting one."""
    if job.progress is not None:
        return f"{job.progress:.0f}%"
    return f"#{job.queue_position}" if job.queue_position else ""


def local_time(at: datetime | None) -> str:
    """Return a time in the local time zone, to the second; empty for None."""
    return "" if at is None else at.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def overview_of(job: Job) -> list[tuple[str, str]]:
    """Return (field, value) of every field that has a value."""
    loras = ", ".join(
        f"{lora.name} ({lora.strength_model:g}, {lora.strength_clip:g})" for lora in job.lora_models
    )
    error = f"{job.error_code}: {job.error_message}" if job.error_code else job.error_message or ""
    rows = [
        ("Job", f"{job.id} of batch {job.batch_id}"),
        ("Status", job.status),
        ("Progress", progress_of(job)),
        ("Waiting reason", job.waiting_reason or ""),
        ("Error", error),
        ("Prompt", job.prompt),
        ("Negative prompt", job.negative_prompt),
        ("Checkpoint", job.checkpoint_model),
        ("LoRAs", loras),
        ("Size", f"{job.width}x{job.height}"),
        ("Parameters", ", ".join(f"{name} {value}" for name, value in job.params.items())),
        ("ComfyUI server", job.backend or ""),
        ("Attempt", str(job.attempt) if job.attempt else ""),
        ("Content item", str(job.content_id or "")),
        ("Created", local_time(job.created_at)),
        ("Started", local_time(job.started_at)),
        ("Ended", local_time(job.completed_at)),
    ]
    return [row for row in rows if row[1]]


def timeline_of(events: Iterable[JobEvent]) -> list[tuple[str, ...]]:
    """Return (time, attempt, event, details) of each timeline entry."""
    return [
        (
            event.at.astimezone().strftime("%H:%M:%S.%f")[:-3],
            str(event.attempt or ""),
            event.kind,
            ", ".join(f"{name}={_text(value)}" for name, value in event.detail.items()),
        )
        for event in events
    ]


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
