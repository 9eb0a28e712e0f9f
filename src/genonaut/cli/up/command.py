"""``genonaut up`` and ``genonaut demo``: everything an environment needs, with one command."""

import click

from genonaut.cli.options import env_option
from genonaut.cli.up.options import Wishes
from genonaut.config import load_settings

_verbose = click.option("--verbose", "-v", is_flag=True, help="Show the logs of what was started.")


@click.command()
@env_option
@click.option(
    "--simulator/--no-simulator",
    default=None,
    help="Start the ComfyUI simulator.  [default: in demo, when no ComfyUI is configured]",
)
@click.option(
    "--migrate/--no-migrate",
    default=None,
    help="Bring the database to this version's schema.  [default: in dev and demo]",
)
@click.option("--seed", is_flag=True, help="Make a few images when there is none.")
@_verbose
def up(
    environment: str, simulator: bool | None, migrate: bool | None, seed: bool, verbose: bool
) -> None:
    """Start everything an environment needs, until Ctrl-C.

    PostgreSQL and Redis are the configured ones, or embedded ones whose data lie in
    .data/ENV; then the API and a worker. What dies is started again. All GENONAUT_…
    variables are passed on. Exits with 1, and one sentence, when something cannot start.
    """
    _run(environment, Wishes(simulator=simulator, migrate=migrate, seed=seed, verbose=verbose))


@click.command()
@_verbose
def demo(verbose: bool) -> None:
    """Start a complete demo and make a few images; Ctrl-C stops it.

    Short for `genonaut up --env demo --seed`: with a simulated ComfyUI unless COMFYUI_URL is set.
    """
    _run("demo", Wishes(seed=True, verbose=verbose))


def _run(environment: str, wishes: Wishes) -> None:
    from genonaut.cli.up.run import run  # noqa: PLC0415 - loads SQLAlchemy and Alembic

    run(load_settings(environment), wishes)
