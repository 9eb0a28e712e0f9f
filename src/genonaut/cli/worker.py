"""``genonaut worker``: render queued jobs."""

import click

from genonaut.cli.lean_imports import load_structlog
from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings
from genonaut.cli.up.supervised_option import supervised_option


@click.command()
@env_option
@supervised_option
def worker(environment: str) -> None:
    """Render queued jobs until Ctrl-C; unfinished jobs are handed to another worker.

    Requires PostgreSQL and Redis: the configured ones, or those of a running `genonaut up`.
    """
    load_structlog()
    from genonaut.cli.server_startup import check_stores_and_serve, run_on_uvloop  # noqa: PLC0415 - loads SQLAlchemy
    from genonaut.worker.main import serve  # noqa: PLC0415 - loads ARQ and every handler

    settings = resolved_settings(environment)
    run_on_uvloop(check_stores_and_serve(settings, serve), settings)
