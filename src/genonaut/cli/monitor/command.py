"""``genonaut monitor``: a live view of queue, workers and ComfyUI servers."""

import asyncio

import click

from genonaut.cli.options import api_options
from genonaut.cli.running_services import resolved_settings


@click.command()
@click.option(
    "--interval",
    type=click.FloatRange(min=0.2),
    default=1.0,
    show_default=True,
    help="Seconds between two updates.",
)
@click.option("--once", is_flag=True, help="Print one snapshot as plain text and exit.")
@api_options
def monitor(*, interval: float, once: bool, environment: str, server: str | None) -> None:
    """Watch the jobs of all users, the workers and the ComfyUI servers; q or Ctrl-C quits.

    It asks only the API, which requires an administrator (GENONAUT_API_KEY in password mode).
    Without a terminal, or with TERM=dumb, it prints one snapshot as plain text.
    """
    from genonaut.cli.monitor.screen import run  # noqa: PLC0415 - loads aiohttp

    asyncio.run(run(resolved_settings(environment), server, interval_seconds=interval, once=once))
