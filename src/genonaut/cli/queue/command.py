"""``genonaut queue``: show, pause and resume the queue."""

import asyncio

import click

from genonaut.cli.options import api_options

_backend = click.option(
    "--backend", metavar="NAME", help="Only this ComfyUI server.  [default: the whole queue]"
)


@click.group()
def queue() -> None:
    """Show, pause and resume the queue."""


@queue.command(short_help="Show whether the queue is paused.")
@api_options
def show(environment: str, server: str | None) -> None:
    """Show whether the queue or a ComfyUI server is paused, since when and why."""
    from genonaut.cli.queue.actions import show_queue  # noqa: PLC0415 - loads aiohttp

    asyncio.run(show_queue(environment, server))


@queue.command(short_help="Pause the queue.")
@_backend
@click.option("--reason", metavar="TEXT", help="Reason, shown to users whose jobs wait.")
@api_options
def pause(backend: str | None, reason: str | None, environment: str, server: str | None) -> None:
    """Pause the queue: running jobs continue, waiting and new jobs wait until it is resumed.

    A pause survives restarts. To change its reason, pause again. Administrators only.
    """
    from genonaut.cli.queue.actions import pause_queue  # noqa: PLC0415 - loads aiohttp

    asyncio.run(pause_queue(environment, server, backend, reason))


@queue.command(short_help="Resume the queue.")
@_backend
@api_options
def resume(backend: str | None, environment: str, server: str | None) -> None:
    """Resume the queue; single ComfyUI servers that are paused stay paused. Administrators only."""
    from genonaut.cli.queue.actions import resume_queue  # noqa: PLC0415 - loads aiohttp

    asyncio.run(resume_queue(environment, server, backend))
