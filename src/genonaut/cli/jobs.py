"""``genonaut jobs``: look at jobs and decide about them, through the API."""

import asyncio
from collections.abc import Awaitable, Callable

import click

from genonaut.cli.api_client import ApiClient, open_api
from genonaut.cli.job_views import overview_of, print_jobs, timeline_of
from genonaut.cli.options import env_option, server_option
from genonaut.cli.output import print_table
from genonaut.cli.services import resolved_settings
from genonaut.core.errors import GenonautError

_STATUSES = ("pending", "queued", "running", "completed", "failed", "cancelled")
_ids = click.argument("job_ids", metavar="JOB...", nargs=-1, required=True, type=int)


@click.group()
def jobs() -> None:
    """List, show, cancel and retry jobs."""


@jobs.command("list")
@click.option(
    "--status", "statuses", type=click.Choice(_STATUSES), multiple=True, help="Repeat for more."
)
@click.option("--search", metavar="TEXT", help="Only prompts that contain TEXT.")
@click.option("--batch", "batch_id", metavar="ID", help="Only the jobs of one batch.")
@click.option("--checkpoint", metavar="NAME")
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

    async def work(api: ApiClient) -> None:
        page = await api.jobs(filters)
        print_jobs(page.items)
        if page.total is not None and page.total > len(page.items):
            click.echo(f"{len(page.items)} of {page.total} jobs", err=True)

    _with_api(environment, server, work)


@jobs.command()
@click.argument("job_id", metavar="JOB", type=int)
@env_option
@server_option
def show(job_id: int, environment: str, server: str | None) -> None:
    """Show one job and its timeline."""

    async def work(api: ApiClient) -> None:
        job = await api.job(job_id)
        print_table(("Field", "Value"), overview_of(job))
        print_table(("At", "Attempt", "What", "Detail"), timeline_of(await api.events(job_id)))

    _with_api(environment, server, work)


@jobs.command()
@_ids
@env_option
@server_option
def cancel(job_ids: tuple[int, ...], environment: str, server: str | None) -> None:
    """Cancel jobs that have not ended; exits with 1 when one of them cannot be."""

    async def work(api: ApiClient, job_id: int) -> str:
        job = await api.cancel(job_id)
        # A running job ends when its worker has stopped it at ComfyUI.
        word = "cancelled" if job.status == "cancelled" else "is being cancelled"
        return f"job {job.id} {word}"

    _for_each(job_ids, environment, server, work)


@jobs.command()
@_ids
@env_option
@server_option
def retry(job_ids: tuple[int, ...], environment: str, server: str | None) -> None:
    """Start new jobs from failed or cancelled ones; exits with 1 when one of them cannot be."""

    async def work(api: ApiClient, job_id: int) -> str:
        job = await api.retry(job_id)
        return f"job {job.id} takes the place of {job_id}"

    _for_each(job_ids, environment, server, work)


def _for_each(
    job_ids: tuple[int, ...],
    environment: str,
    server: str | None,
    work: Callable[[ApiClient, int], Awaitable[str]],
) -> None:
    failed: list[int] = []

    async def every(api: ApiClient) -> None:
        for job_id in job_ids:
            try:
                click.echo(await work(api, job_id))
            except GenonautError as error:
                click.echo(f"job {job_id}: {error}", err=True)
                failed.append(job_id)

    _with_api(environment, server, every)
    if failed:
        raise SystemExit(1)


def _with_api(
    environment: str, server: str | None, work: Callable[[ApiClient], Awaitable[None]]
) -> None:
    async def run() -> None:
        async with open_api(resolved_settings(environment), server) as api:
            await work(api)

    asyncio.run(run())
