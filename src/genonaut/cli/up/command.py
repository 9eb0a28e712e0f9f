"""``genonaut up`` and ``genonaut demo``: start all services of an environment."""

import click

from genonaut.cli.options import env_option
from genonaut.cli.up.options import UpOptions
from genonaut.config import load_settings

_verbose = click.option("--verbose", "-v", is_flag=True, help="Show the logs of all services.")


@click.command()
@env_option
@click.option(
    "--simulator/--no-simulator",
    default=None,
    help="Start the ComfyUI simulator.  [default: in demo, if no ComfyUI server is configured]",
)
@click.option(
    "--migrate/--no-migrate",
    default=None,
    help="Apply database migrations.  [default: in dev and demo]",
)
@click.option("--seed", is_flag=True, help="Generate a few first images if there are none.")
@_verbose
def up(
    environment: str, simulator: bool | None, migrate: bool | None, seed: bool, verbose: bool
) -> None:
    """Start all services of an environment; Ctrl-C stops them.

    Starts PostgreSQL and Redis unless they are configured (their data are in .data/ENV), then
    the API and a worker. A process that ends is started again. All GENONAUT_… variables are
    passed on. Exits with 1 if something cannot be started.
    """
    _run(environment, UpOptions(simulator=simulator, migrate=migrate, seed=seed, verbose=verbose))


@click.command()
@_verbose
def demo(verbose: bool) -> None:
    """Start a complete demo with a few images; Ctrl-C stops it.

    The same as `genonaut up --env demo --seed`, with a simulated ComfyUI server. If COMFYUI_URL is
    set, it uses that server and generates nothing by itself.
    """
    _run("demo", UpOptions(seed=None, verbose=verbose))


def _run(environment: str, options: UpOptions) -> None:
    from genonaut.cli.up.run import run  # noqa: PLC0415 - loads SQLAlchemy and Alembic

    run(load_settings(environment), options)
