"""``genonaut health``: probe the API or the worker of this machine."""

import click

from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings


@click.command()
@click.option("--worker", "is_worker", is_flag=True, help="Probe the worker instead of the API.")
@env_option
def health(environment: str, is_worker: bool) -> None:
    """Exit with 0 if the API or the worker of this machine is healthy, else with 1.

    For the health checks of containers. The API is healthy if it serves requests. A worker is
    healthy if it sends heartbeats; as it cannot while PostgreSQL does not answer, it counts as
    healthy then, since a restart would not help.
    """
    from genonaut.cli.health.probes import probe_api, probe_worker  # noqa: PLC0415 - loads asyncpg

    settings = resolved_settings(environment)
    problem = probe_worker(settings) if is_worker else probe_api(settings)
    if problem:
        raise click.ClickException(problem)
