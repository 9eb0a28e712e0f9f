"""``genonaut jobs``: look at jobs and decide about them, through the API."""

import asyncio

import click

from genonaut.cli.options import env_option, server_option

_STATUSES = ("pending", "queued", "running", "completed", "failed", "cancelled")
_ids = click.argument("job_ids", metavar="JOB...", nargs=-1, required=True, type=int)


@click.group()
def jobs() -> None:
    """List, show, cancel and retry jobs."""


@jobs.command("list", short_help="List jobs, newest first.")
@click.option(
    "--status", "statuses", type=click.Choice(_STATUSES), multiple=True, help="Repeat for more."
)
@click.option("--search", metavar="TEXT", help="Only prompts that contain TEXT.")
@click.option("--batch", "batch_id", metavar="ID", help="Only the jobs of one batch.")
@click.option("--checkpoint", metavar="NAME", help="Only jobs of one checkpoint.")
@click.option("--oldest", is_flag=True, help="Oldest first.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True)
@click.option("--all", "everybody", is_flag=True, help="Everybody's jobs (for admins).")
@env_option
@server_option
def list_jobs(
    *,
    statuses: tuple[str, ...],
    search: str | None,
    batch_id: str | None,
    checkpoint: str | None,
    oldest: bool,
    limit: int,
    everybody: bool,
    environment: str,
    server: str | None,
) -> None:
    """List jobs, newest first."""
    from genonaut.cli.jobs.actions import list_jobs as work  # noqa: PLC0415 - loads aiohttp

    wanted = [
        *(("status", status) for status in statuses),
        ("search", search),
        ("batch_id", batch_id),
        ("checkpoint_model", checkpoint),
        ("sort", "oldest" if oldest else None),
        ("limit", str(limit)),
        ("scope", "all" if everybody else None),
    ]
    filters = [(name, value) for name, value in wanted if value]
    asyncio.run(work(environment, server, filters))


@jobs.command(short_help="Show a job and its timeline.")
@click.argument("job_id", metavar="JOB", type=int)
@env_option
@server_option
def show(job_id: int, environment: str, server: str | None) -> None:
    """Show everything about one job, and its timeline."""
    from genonaut.cli.jobs.actions import show_job  # noqa: PLC0415 - loads aiohttp

    asyncio.run(show_job(environment, server, job_id))


@jobs.command(short_help="Cancel jobs that have not ended.")
@_ids
@env_option
@server_option
def cancel(job_ids: tuple[int, ...], environment: str, server: str | None) -> None:
    """Cancel jobs that have not ended; exits with 1 when one of them cannot be."""
    from genonaut.cli.jobs.actions import cancel_jobs  # noqa: PLC0415 - loads aiohttp

    _exit_unless(asyncio.run(cancel_jobs(environment, server, job_ids)))


@jobs.command(short_help="Start failed or cancelled jobs again.")
@_ids
@env_option
@server_option
def retry(job_ids: tuple[int, ...], environment: str, server: str | None) -> None:
    """Start new jobs from failed or cancelled ones; exits with 1 when one of them cannot be."""
    from genonaut.cli.jobs.actions import retry_jobs  # noqa: PLC0415 - loads aiohttp

    _exit_unless(asyncio.run(retry_jobs(environment, server, job_ids)))


def _exit_unless(succeeded: bool) -> None:
    if not succeeded:
        raise SystemExit(1)
