"""``genonaut api``: serve the HTTP API."""

import click

from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings
from genonaut.cli.up.supervised_option import supervised_option


@click.command()
@env_option
@supervised_option
def api(environment: str) -> None:
    """Serve the HTTP API and the web pages until Ctrl-C.

    Needs PostgreSQL and Redis: configured ones, or those of a running `genonaut up`.
    """
    from genonaut.cli.serving import run_on_uvloop, serve_with_stores  # noqa: PLC0415 - loads SQLAlchemy
    from genonaut.cli.up.preflight import claim_port  # noqa: PLC0415 - loads aiohttp
    from genonaut.web.server import serve  # noqa: PLC0415 - loads the whole web framework

    settings = resolved_settings(environment)
    web = settings.web
    claim_port(web.host, web.port, purpose="the API", variable="GENONAUT_WEB__PORT")
    run_on_uvloop(serve_with_stores(settings, serve))
