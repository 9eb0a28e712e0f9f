"""``genonaut jobs``: list, show, cancel and retry jobs."""

import asyncio

import click

from genonaut.cli.options import api_options

_STATUSES = ("pending", "queued", "running", "completed", "failed", "cancelled")
_ids = click.argument("job_ids", metavar="JOB...", nargs=-1, required=True, type=int)


@click.group()
def jobs() -> None:
    """List, show, cancel and retry jobs."""


@jobs.command("list", short_help="List jobs, newest first.")
@click.option(
    "--status",
    "statuses",
    type=click.Choice(_STATUSES),
    multiple=True,
    help="Only jobs with this status; repeat for more.",
)
@click.option("--search", metavar="TEXT", help="Only jobs whose prompt contains TEXT.")
@click.option("--batch", "batch_id", metavar="ID", help="Only the jobs of one batch.")
@click.option(
    "--checkpoint",
    "--model",
    "checkpoint",
    metavar="NAME",
    help="Only jobs that use this checkpoint.",
)
@click.option("--oldest", is_flag=True, help="Oldest first.")
@click.option(
    "--limit",
    type=click.IntRange(1, 100),
    default=20,
    show_default=True,
    help="Number of jobs to list.",
)
@click.option("--all", "all_users", is_flag=True, help="Jobs of all users (administrators only).")
@api_options
def list_jobs(
    *,
    statuses: tuple[str, ...],
    search: str | None,
    batch_id: str | None,
    checkpoint: str | None,
    oldest: bool,
    limit: int,
    all_users: bool,
    environment: str,
    server: str | None,
) -> None:
    """List jobs, newest first."""
    from genonaut.cli.jobs.actions import list_jobs as work  # noqa: PLC0415 - loads aiohttp

    parameters = [
        *(("status", status) for status in statuses),
        ("search", search),
        ("batch_id", batch_id),
        ("checkpoint_model", checkpoint),
        ("sort", "oldest" if oldest else None),
        ("limit", str(limit)),
        ("scope", "all" if all_users else None),
    ]
    filters = [(name, value) for name, value in parameters if value]
    asyncio.run(work(environment, server, filters))


@jobs.command(short_help="Show a job and its timeline.")
@click.argument("job_id", metavar="JOB", type=int)
@api_options
def show(job_id: int, environment: str, server: str | None) -> None:
    """Show all fields of one job, and its timeline."""
    from genonaut.cli.jobs.actions import show_job  # noqa: PLC0415 - loads aiohttp

    asyncio.run(show_job(environment, server, job_id))


@jobs.command(short_help="Cancel jobs that have not ended.")
@_ids
@api_options
def cancel(job_ids: tuple[int, ...], environment: str, server: str | None) -> None:
    """Cancel jobs that have not ended; exits with 1 if one cannot be cancelled."""
    from genonaut.cli.jobs.actions import cancel_jobs  # noqa: PLC0415 - loads aiohttp

    _exit_unless(asyncio.run(cancel_jobs(environment, server, job_ids)))


@jobs.command(short_help="Retry failed or cancelled jobs.")
@_ids
@api_options
def retry(job_ids: tuple[int, ...], environment: str, server: str | None) -> None:
    """Submit failed or cancelled jobs again, as new jobs; exits with 1 if one cannot be retried."""
    from genonaut.cli.jobs.actions import retry_jobs  # noqa: PLC0415 - loads aiohttp

    _exit_unless(asyncio.run(retry_jobs(environment, server, job_ids)))


def _exit_unless(succeeded: bool) -> None:
    if not succeeded:
        raise SystemExit(1)
