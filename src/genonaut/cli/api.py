"""``genonaut api``: serve the HTTP API."""

import click

from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings
from genonaut.cli.up.supervised_option import supervised_option


@click.command()
@env_option
@supervised_option
def api(environment: str) -> None:
    """Serve the HTTP API and the web app until Ctrl-C.

    Requires PostgreSQL and Redis: the configured ones, or those of a running `genonaut up`.
    """
    from genonaut.cli.server_startup import check_stores_and_serve, run_on_uvloop  # noqa: PLC0415 - loads SQLAlchemy
    from genonaut.cli.up.preflight import require_free_port  # noqa: PLC0415 - loads aiohttp
    from genonaut.web.server import serve  # noqa: PLC0415 - loads the whole web framework

    settings = resolved_settings(environment)
    web = settings.web
    require_free_port(web.host, web.port, purpose="the API", variable="GENONAUT_WEB__PORT")
    run_on_uvloop(check_stores_and_serve(settings, serve), settings)
