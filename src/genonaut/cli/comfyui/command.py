"""``genonaut comfyui``: the ComfyUI servers of an environment."""

import asyncio

import click

from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings


@click.group()
def comfyui() -> None:
    """Look at the ComfyUI servers."""


@comfyui.command()
@env_option
def status(environment: str) -> None:
    """Ask every configured server how it is; exits with 1 when one that is enabled is down."""
    from genonaut.cli.comfyui.status import look_at_all  # noqa: PLC0415 - loads aiohttp
    from genonaut.cli.output import print_table  # noqa: PLC0415 - loads rich

    settings = resolved_settings(environment)
    if not settings.backends:
        raise click.ClickException(
            f"no ComfyUI is configured for {environment}: set COMFYUI_URL, or run the simulator "
            f"with `genonaut up --env {environment} --simulator`"
        )
    reports = asyncio.run(look_at_all(settings.backends))
    headers = ("Name", "URL", "Status", "Version", "Queue", "Checkpoints", "LoRAs", "Device")
    print_table(
        headers, [report.row() for report in reports], spare=("Version", "LoRAs", "Checkpoints")
    )
    for report in reports:
        if report.error:
            click.echo(f"{report.name}: {report.error}", err=True)
    if any(report.error and report.enabled for report in reports):
        raise SystemExit(1)
