"""The commands of ``genonaut jobs``, through the API."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import click

from genonaut.cli.api_client import ApiClient, Filters, open_api
from genonaut.cli.jobs.views import overview_of, print_jobs, timeline_of
from genonaut.cli.output import print_table
from genonaut.cli.running_services import resolved_settings
from genonaut.core.errors import GenonautError


@asynccontextmanager
async def _api(environment: str, server: str | None) -> AsyncIterator[ApiClient]:
    async with open_api(resolved_settings(environment), server) as api:
        yield api


async def list_jobs(environment: str, server: str | None, filters: Filters) -> None:
    """Print the first page of the matching jobs."""
    async with _api(environment, server) as api:
        page = await api.jobs(filters)
    print_jobs(page.items)
    if page.total is not None and page.total > len(page.items):
        click.echo(f"{len(page.items)} of {page.total} jobs", err=True)


async def show_job(environment: str, server: str | None, job_id: int) -> None:
    """Print all fields of one job, and its timeline."""
    async with _api(environment, server) as api:
        job, events = await api.job(job_id), await api.events(job_id)
    print_table(("Field", "Value"), overview_of(job))
    print_table(("At", "Attempt", "Event", "Details"), timeline_of(events))


async def cancel_jobs(environment: str, server: str | None, job_ids: Sequence[int]) -> bool:
    """Cancel each job; returns whether every request succeeded."""

    async def cancel(api: ApiClient, job_id: int) -> str:
        job = await api.cancel(job_id)
        # A running job ends after its worker has stopped it on the ComfyUI server.
        outcome = "cancelled" if job.status == "cancelled" else "is being cancelled"
        return f"job {job.id} {outcome}"

    return await _for_each(environment, server, job_ids, cancel)


async def retry_jobs(environment: str, server: str | None, job_ids: Sequence[int]) -> bool:
    """Submit a new job for each; returns whether every request succeeded."""

    async def retry(api: ApiClient, job_id: int) -> str:
        return f"job {(await api.retry(job_id)).id} retries job {job_id}"

    return await _for_each(environment, server, job_ids, retry)


async def _for_each(
    environment: str,
    server: str | None,
    job_ids: Sequence[int],
    work: Callable[[ApiClient, int], Awaitable[str]],
) -> bool:
    succeeded = True
    async with _api(environment, server) as api:
        for job_id in job_ids:
            try:
                click.echo(await work(api, job_id))
            except GenonautError as error:
                click.echo(f"job {job_id}: {error}", err=True)
                succeeded = False
    return succeeded
