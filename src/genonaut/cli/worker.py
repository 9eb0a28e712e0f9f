"""``genonaut worker``: render queued jobs."""

import click

from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings
from genonaut.cli.up.supervised_option import supervised_option


@click.command()
@env_option
@supervised_option
def worker(environment: str) -> None:
    """Render queued jobs until Ctrl-C; what it has not finished is handed to the next worker.

    Needs PostgreSQL and Redis: configured ones, or those of a running `genonaut up`.
    """
    from genonaut.cli.serving import run_on_uvloop, serve_with_stores  # noqa: PLC0415 - loads SQLAlchemy
    from genonaut.worker.main import serve  # noqa: PLC0415 - loads ARQ and every handler

    run_on_uvloop(serve_with_stores(resolved_settings(environment), serve))
