"""``genonaut comfyui``: the ComfyUI servers of an environment."""

import asyncio

import click

from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings


@click.group()
def comfyui() -> None:
    """Show the state of the ComfyUI servers."""


@comfyui.command()
@env_option
def status(environment: str) -> None:
    """Query every configured ComfyUI server; exits with 1 if an enabled one is down."""
    from genonaut.cli.comfyui.status import check_servers  # noqa: PLC0415 - loads aiohttp
    from genonaut.cli.output import print_table  # noqa: PLC0415 - loads rich

    settings = resolved_settings(environment)
    if not settings.backends:
        raise click.ClickException(
            f"no ComfyUI server is configured for {environment}: set COMFYUI_URL, or run the simulator "
            f"with `genonaut up --env {environment} --simulator`"
        )
    reports = asyncio.run(check_servers(settings.backends))
    headers = ("Name", "URL", "Status", "Version", "Queue", "Checkpoints", "LoRAs", "Device")
    print_table(
        headers, [report.row() for report in reports], optional=("Version", "LoRAs", "Checkpoints")
    )
    for report in reports:
        if report.error:
            click.echo(f"{report.name}: {report.error}", err=True)
    if any(report.error and report.enabled for report in reports):
        raise SystemExit(1)
