"""``genonaut queue``: is anything new begun, and shall it be; through the API."""

import asyncio

import click

from genonaut.cli.options import env_option, server_option

_backend = click.option(
    "--backend", metavar="NAME", help="One ComfyUI server alone.  [default: the whole queue]"
)


@click.group()
def queue() -> None:
    """Show, pause and resume the queue."""


@queue.command(short_help="Show what is paused, and why.")
@env_option
@server_option
def show(environment: str, server: str | None) -> None:
    """Show whether the queue or a ComfyUI server is paused, since when and why."""
    from genonaut.cli.queue.actions import show_queue  # noqa: PLC0415 - loads aiohttp

    asyncio.run(show_queue(environment, server))


@queue.command(short_help="Begin nothing new.")
@_backend
@click.option("--reason", metavar="TEXT", help="What waiting people are told.")
@env_option
@server_option
def pause(backend: str | None, reason: str | None, environment: str, server: str | None) -> None:
    """Begin nothing new until it is resumed: what runs goes on, what is submitted waits.

    Outlives every restart. Of a pause that is there already the reason changes. For admins.
    """
    from genonaut.cli.queue.actions import pause_queue  # noqa: PLC0415 - loads aiohttp

    asyncio.run(pause_queue(environment, server, backend, reason))


@queue.command(short_help="Begin jobs again.")
@_backend
@env_option
@server_option
def resume(backend: str | None, environment: str, server: str | None) -> None:
    """End a pause; a ComfyUI server that is paused by itself stays so. For admins."""
    from genonaut.cli.queue.actions import resume_queue  # noqa: PLC0415 - loads aiohttp

    asyncio.run(resume_queue(environment, server, backend))
