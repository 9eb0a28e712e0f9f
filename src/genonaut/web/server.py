"""Run the application under uvicorn."""

import gc
import os
import resource
import socket

import msgspec
import uvicorn
from litestar.types import ASGIApp

from genonaut.config.settings import Settings, WebSettings
from genonaut.core import memory_allocation
from genonaut.core.logging import configure_logging
from genonaut.web.app import create_asgi
from genonaut.web.protocols.http import LimitedHttpProtocol
from genonaut.web.protocols.websocket import LimitedWebsocketProtocol
from genonaut.web.safe_bind import require_safe_bind

_NEW_OBJECTS = 10_000
"""Young objects that start a garbage collection; Python's own threshold is 700."""
_OTHER_FILES = 256
"""Files of the process besides client connections: database, Redis, images, logs."""


class SharedListener(msgspec.Struct, frozen=True, kw_only=True):
    """What a process inherits that serves one port together with others."""

    descriptors: tuple[int, ...]
    """The bound sockets."""
    ready_descriptor: int
    """Written to when requests are accepted, then closed."""
    is_first: bool
    """Whether it also does what only one of the processes has to do at the start."""


class _Server(uvicorn.Server):
    """Tells the parent when requests are accepted."""

    def __init__(self, config: uvicorn.Config, listener: SharedListener) -> None:
        super().__init__(config)
        self._listener = listener

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept connections."""
        await super().startup(sockets)
        if self.started:
            os.write(self._listener.ready_descriptor, b".")
        os.close(self._listener.ready_descriptor)


async def serve(settings: Settings, *, listener: SharedListener | None = None) -> None:
    """Serve HTTP and websockets until SIGTERM or SIGINT; ``listener`` is shared with other processes.

    Raises:
        SettingsError: single-user mode on an address that other machines can reach.
        UnavailableError: the database schema is not at this version's revision.
    """
    configure_logging(level=settings.logging.level, style=settings.logging.format)
    require_safe_bind(settings)
    allow_open_files(settings.web.max_connections + _OTHER_FILES)
    announces_setup = listener is None or listener.is_first
    app = create_asgi(settings, announces_setup=announces_setup)
    collect_garbage_less_often()
    config = server_config(app, settings.web)
    if listener is None:
        await uvicorn.Server(config).serve()
        return
    sockets = [socket.socket(fileno=descriptor) for descriptor in listener.descriptors]
    await _Server(config, listener).serve(sockets)


def server_config(app: ASGIApp, settings: WebSettings) -> uvicorn.Config:
    """Return the configuration of uvicorn for an application."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=LimitedHttpProtocol,
        ws=LimitedWebsocketProtocol,
        limit_concurrency=settings.max_connections,
        log_config=None,
        access_log=False,
        # A client that disappeared without closing is noticed within 40 s.
        ws_ping_interval=20,
        ws_ping_timeout=20,
        ws_max_size=65536,
        # Browsers offer it; frames are small, and each socket would keep two zlib windows.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
        # The request guard evaluates web.trusted_proxies and needs the headers unchanged.
        proxy_headers=False,
        server_header=False,
        lifespan="on",
    )


def collect_garbage_less_often() -> None:
    """Exempt what exists now from the garbage collector, and let it run less often.

    Modules and routes live as long as the process. A list of 20 rows makes about 700 objects, so that
    with Python's own thresholds each list collected garbage, and a full collection took 60 ms.
    """
    gc.collect()
    memory_allocation.trim()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)


def allow_open_files(count: int) -> None:
    """Raise the soft limit of open files to ``count``, as far as the hard limit permits."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft in {resource.RLIM_INFINITY, hard} or soft >= count:
        return
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
