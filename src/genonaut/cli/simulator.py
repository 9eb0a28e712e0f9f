"""``genonaut simulator``: serve a simulated ComfyUI server."""

import asyncio

import click
from msgspec.structs import replace

from genonaut.cli.options import env_option
from genonaut.cli.up.supervised_option import supervised_option
from genonaut.config import load_settings
from genonaut.core.errors import GenonautError


class SimulatorError(GenonautError):
    """The simulator cannot listen on its address."""

    code = "simulator"


@click.command()
@click.option("--host", help="Address to listen on.  [default: simulator.host]")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="0 chooses a free one.  [default: simulator.port]"
)
@click.option(
    "--delay-ms",
    type=click.FloatRange(min=0),
    help="Duration of one render in milliseconds.  [default: simulator.delay_ms]",
)
@click.option(
    "--comfyui-version",
    type=click.Choice(["0.3.64", "0.33"]),
    default="0.3.64",
    show_default=True,
    help="Version of ComfyUI to imitate.",
)
@env_option
@supervised_option
def simulator(
    host: str | None,
    port: int | None,
    delay_ms: float | None,
    comfyui_version: str,
    environment: str,
) -> None:
    """Serve a simulated ComfyUI server.

    It implements ComfyUI's protocol and returns simple images without a GPU. Set COMFYUI_URL to
    its address to use it.
    """
    from genonaut.core.logging import configure_logging  # noqa: PLC0415 - not for --help
    from genonaut.simulator import VERSIONS, SimulatorOptions, serve  # noqa: PLC0415 - loads Pillow

    settings = load_settings(environment)
    configure_logging(level=settings.logging.level, style=settings.logging.format)
    chosen = settings.simulator
    chosen = replace(
        chosen,
        host=chosen.host if host is None else host,
        port=chosen.port if port is None else port,
        delay_ms=chosen.delay_ms if delay_ms is None else delay_ms,
    )
    options = SimulatorOptions(delay_ms=chosen.delay_ms, version=VERSIONS[comfyui_version])
    try:
        asyncio.run(serve(options, host=chosen.host, port=chosen.port))
    except OSError as error:
        raise SimulatorError(
            f"the simulator cannot listen on {chosen.host}:{chosen.port}: {error.strerror}"
        ) from error
