"""Middlewares: downtime, origin check, and ComfyUI's response to internal errors."""

from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from genonaut.simulator.releases import CROSS_SITE
from genonaut.simulator.simulated_server import SimulatorServer

log = structlog.get_logger(__name__)

SERVER = web.AppKey("server", SimulatorServer)
MAX_UPLOAD_BYTES = 104_857_600  # Observed: /features, max_upload_size

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@web.middleware
async def cut_while_down(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Abort the connection while the server is down."""
    if request.app[SERVER].is_down:
        raise cut_connection(request)
    return await handler(request)


@web.middleware
async def refuse_foreign_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a foreign Origin on a loopback host. Source: ComfyUI server.py, origin middleware."""
    host, origin = request.headers.get("Host"), request.headers.get("Origin")
    if host and origin and _is_foreign(host.lower(), origin.lower()):
        return web.Response(status=403)
    is_cross_site = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if is_cross_site and request.app[SERVER].has(CROSS_SITE):
        return web.Response(status=403)
    return await handler(request)


def _is_foreign(host: str, origin: str) -> bool:
    host_parts, origin_parts = urlsplit(f"//{host}"), urlsplit(origin)
    # Ports are compared only if both are given.
    both_ports = host_parts.port is not None and origin_parts.port is not None
    ours = host if both_ports else host_parts.hostname
    theirs = origin_parts.netloc if both_ports else origin_parts.hostname
    return host_parts.hostname in _LOOPBACK and bool(theirs) and ours != theirs


@web.middleware
async def answer_internal_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Return a plain 500 where ComfyUI's handlers raise on bad input."""
    try:
        return await handler(request)
    except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
        if request.transport is None or request.transport.is_closing():
            raise
        log.debug("simulator.request_failed", path=request.path, reason=repr(error))
        return internal_error()


def internal_error(status: int = 500) -> web.Response:
    """Return aiohttp's response to an unhandled error."""
    return web.Response(
        status=status, text=f"{status} Internal Server Error\n\nServer got itself in trouble"
    )


def cut_connection(request: web.Request) -> ConnectionResetError:
    """Abort the connection of a request; the caller raises the returned error."""
    if request.transport is not None:
        request.transport.abort()
    return ConnectionResetError("aborted by a simulated fault")
