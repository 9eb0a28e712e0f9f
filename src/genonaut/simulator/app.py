"""The aiohttp application of the simulator."""

from collections.abc import AsyncIterator

from aiohttp import web

from genonaut.simulator import (
    control_routes,
    job_routes,
    model_routes,
    prompt_routes,
    upload_routes,
    view_routes,
    websocket_routes,
)
from genonaut.simulator.middleware import (
    MAX_UPLOAD_BYTES,
    SERVER,
    answer_internal_errors,
    cut_while_down,
    refuse_foreign_origin,
)
from genonaut.simulator.options import SimulatorOptions
from genonaut.simulator.prompt_run import run_worker
from genonaut.simulator.simulated_server import SimulatorServer


def create_app(options: SimulatorOptions) -> web.Application:
    """Build a simulator; its worker starts and ends with the application.

    Creates temporary folders, which the cleanup of the application removes.
    """
    app = web.Application(
        middlewares=[cut_while_down, refuse_foreign_origin, answer_internal_errors],
        client_max_size=MAX_UPLOAD_BYTES,
    )
    app[SERVER] = SimulatorServer(options, run_worker)
    tables = (
        prompt_routes.routes,
        websocket_routes.routes,
        model_routes.routes,
        view_routes.routes,
        upload_routes.routes,
    )
    for table in tables:
        app.add_routes(table)
        # Every route also exists under /api; aiohttp's definitions carry their own handlers.
        for route in table:
            if isinstance(route, web.RouteDef):
                app.router.add_route(route.method, f"/api{route.path}", route.handler)
    app.add_routes(job_routes.routes)
    app.add_routes(control_routes.routes)
    app.cleanup_ctx.append(_lifetime)
    app.on_shutdown.append(_close_sockets)
    return app


async def _lifetime(app: web.Application) -> AsyncIterator[None]:
    app[SERVER].start()
    yield
    await app[SERVER].close()


async def _close_sockets(app: web.Application) -> None:
    # Runs before aiohttp waits for open requests: a websocket request does not end by itself.
    await app[SERVER].state.hub.close_all()
