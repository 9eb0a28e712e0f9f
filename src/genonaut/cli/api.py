"""``genonaut api``: serve the HTTP API."""

import click

from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings
from genonaut.cli.up.supervised_option import supervised_option
from genonaut.config import Settings


@click.command()
@click.option(
    "--with-worker/--no-worker",
    default=False,
    help="Run a worker beside the API; both are stopped together.  [default: no]",
)
@click.option(
    "--monitor/--no-monitor",
    "with_monitor",
    envvar="MONITOR_ACTIVE",
    default=False,
    show_envvar=True,
    help="Show the monitor instead of the log, in a terminal; q stops everything.  [default: no]",
)
@env_option
@supervised_option
def api(environment: str, with_worker: bool, with_monitor: bool) -> None:
    """Serve the HTTP API and the web app until Ctrl-C.

    Requires PostgreSQL and Redis: the configured ones, or those of a running `genonaut up`. With
    --with-worker or --monitor, those that are not configured are started.
    """
    from genonaut.cli.server_startup import check_stores_and_serve, run_on_uvloop  # noqa: PLC0415 - loads SQLAlchemy
    from genonaut.cli.up.preflight import require_free_port  # noqa: PLC0415 - loads aiohttp
    from genonaut.web.server import serve  # noqa: PLC0415 - loads the whole web framework

    settings = resolved_settings(environment)
    if with_worker or with_monitor:
        _run_side_by_side(settings, with_worker=with_worker, with_monitor=with_monitor)
        return
    web = settings.web
    require_free_port(web.host, web.port, purpose="the API", variable="GENONAUT_WEB__PORT")
    run_on_uvloop(check_stores_and_serve(settings, serve), settings)


def _run_side_by_side(settings: Settings, *, with_worker: bool, with_monitor: bool) -> None:
    from genonaut.cli.up.child import ChildSpec  # noqa: PLC0415 - loads asyncio
    from genonaut.cli.up.side_by_side import run  # noqa: PLC0415 - loads SQLAlchemy and aiohttp

    names = ("api", "worker") if with_worker else ("api",)
    # The variable of --monitor is inherited, and must not make the child start others.
    alone = {"api": ("--no-worker", "--no-monitor")}
    environment = ("--env", str(settings.environment))
    specs = [ChildSpec(name, (name, *environment, *alone.get(name, ()))) for name in names]
    run(settings, specs, with_monitor=with_monitor)
