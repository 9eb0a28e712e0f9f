"""``genonaut api``: serve the HTTP API."""

from functools import partial

import click
from msgspec.structs import replace

from genonaut.cli.lean_imports import load_structlog, load_web_framework
from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings
from genonaut.cli.up.supervised_option import supervised_option
from genonaut.config import Settings
from genonaut.core.memory_allocation import return_freed_memory


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
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="API processes that share the port.  [default: web.processes of the settings]",
)
@click.option("--listen-fds", hidden=True, help="Sockets that a child process inherits.")
@click.option("--ready-fd", type=int, default=-1, hidden=True)
@click.option("--first", "is_first", is_flag=True, hidden=True)
@env_option
@supervised_option
def api(
    *,
    environment: str,
    with_worker: bool,
    with_monitor: bool,
    processes: int | None,
    listen_fds: str | None,
    ready_fd: int,
    is_first: bool,
) -> None:
    """Serve the HTTP API and the web app until Ctrl-C.

    Requires PostgreSQL and Redis: the configured ones, or those of a running `genonaut up`. With
    --with-worker or --monitor, those that are not configured are started.
    """
    return_freed_memory()
    load_structlog()
    from genonaut.cli.server_startup import check_stores_and_serve, run_on_uvloop  # noqa: PLC0415 - loads SQLAlchemy
    from genonaut.cli.up.preflight import require_free_port  # noqa: PLC0415 - loads the embedded servers

    settings = resolved_settings(environment)
    if processes is not None:
        settings = replace(settings, web=replace(settings.web, processes=processes))
    if with_worker or with_monitor:
        _run_side_by_side(settings, with_worker=with_worker, with_monitor=with_monitor)
        return
    if listen_fds is not None:
        _serve_shared(settings, listen_fds, ready_fd, is_first=is_first)
        return
    web = settings.web
    require_free_port(web.host, web.port, purpose="the API", variable="GENONAUT_WEB__PORT")
    if web.processes > 1:
        _run_processes(settings)
        return
    load_web_framework()
    from genonaut.web.server import serve  # noqa: PLC0415 - loads the whole web framework

    run_on_uvloop(check_stores_and_serve(settings, serve), settings)


def _serve_shared(settings: Settings, listen_fds: str, ready_fd: int, *, is_first: bool) -> None:
    """Serve on inherited sockets, as one of several processes."""
    from genonaut.cli.server_startup import check_stores_and_serve, run_on_uvloop  # noqa: PLC0415 - loads SQLAlchemy

    load_web_framework()
    from genonaut.web.server import SharedListener, serve  # noqa: PLC0415 - loads the whole web framework

    listener = SharedListener(
        descriptors=tuple(map(int, listen_fds.split(","))),
        ready_descriptor=ready_fd,
        is_first=is_first,
    )
    serve_shared = partial(serve, listener=listener)
    run_on_uvloop(check_stores_and_serve(settings, serve_shared), settings)


def _run_processes(settings: Settings) -> None:
    from genonaut.cli.api_processes import run_processes  # noqa: PLC0415 - loads SQLAlchemy
    from genonaut.cli.server_startup import run_on_uvloop  # noqa: PLC0415 - loads SQLAlchemy
    from genonaut.web.safe_bind import require_safe_bind  # noqa: PLC0415 - only needed here

    require_safe_bind(settings)
    run_on_uvloop(run_processes(settings, settings.web.processes), settings)


def _run_side_by_side(settings: Settings, *, with_worker: bool, with_monitor: bool) -> None:
    from genonaut.cli.up.child import ChildSpec  # noqa: PLC0415 - loads asyncio
    from genonaut.cli.up.side_by_side import run  # noqa: PLC0415 - loads SQLAlchemy and aiohttp

    names = ("api", "worker") if with_worker else ("api",)
    # The variable of --monitor is inherited, and must not make the child start others.
    processes = ("--processes", str(settings.web.processes))
    alone = {"api": ("--no-worker", "--no-monitor", *processes)}
    environment = ("--env", str(settings.environment))
    specs = [ChildSpec(name, (name, *environment, *alone.get(name, ()))) for name in names]
    run(settings, specs, with_monitor=with_monitor)
