"""Runs a simulator on a port, inside a test or as a separate process."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from genonaut.simulator.app import create_app
from genonaut.simulator.faults import FaultPlan
from genonaut.simulator.files import Folders
from genonaut.simulator.middleware import SERVER
from genonaut.simulator.options import SimulatorOptions
from genonaut.simulator.simulated_server import ServerState, SimulatorServer

log = structlog.get_logger(__name__)

# Requests that are still open after this time are aborted.
SHUTDOWN_SECONDS = 0.5


class Simulator:
    """Handle to a running simulator."""

    def __init__(self, server: SimulatorServer, host: str, port: int) -> None:
        self._server = server
        self.host = host
        self.port = port

    @property
    def url(self) -> str:
        """Base URL without a trailing slash."""
        return f"http://{self.host}:{self.port}"

    @property
    def faults(self) -> FaultPlan:
        """The planned faults."""
        return self._server.faults

    @property
    def state(self) -> ServerState:
        """Queue, history and sockets; a new object after each restart."""
        return self._server.state

    @property
    def folders(self) -> Folders:
        """Output, input and temp folder."""
        return self._server.folders

    @property
    def restarts(self) -> int:
        """Number of restarts."""
        return self._server.restarts

    async def restart(self, down_seconds: float = 0.0) -> None:
        """Restart like a killed process; returns when the server answers again."""
        await self._server.restart(down_seconds)

    async def go_down(self, seconds: float) -> None:
        """Stop answering for a while, keeping all state; returns when it is over."""
        await self._server.go_down(seconds)

    def remove_model(self, folder: str, name: str) -> None:
        """Delete a model file while the server runs."""
        self._server.remove_model(folder, name)

    def remove_node(self, class_type: str) -> None:
        """Forget a node class, as a server does that was started without its custom node."""
        self._server.remove_node(class_type)

    def drop_sockets(self, client_id: str | None = None) -> int:
        """Abort the websockets of one client, or all; return their number."""
        return self._server.state.hub.drop(client_id)


class _Listener:
    """The listening socket; closed while the server is down, so that connections are refused."""

    def __init__(self, runner: web.AppRunner, host: str, port: int) -> None:
        self._runner = runner
        self._host = host
        self.port = port
        self._site: web.TCPSite | None = None

    async def switch(self, listen: bool) -> None:
        if not listen and self._site is not None:
            await self._site.stop()
            self._site = None
        if listen and self._site is None:
            self._site = web.TCPSite(self._runner, self._host, self.port)
            await self._site.start()
            self.port = self._runner.addresses[0][1]


@asynccontextmanager
async def running_simulator(
    options: SimulatorOptions | None = None, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[Simulator]:
    """Run a simulator in this event loop; port 0 means a free port.

    Raises:
        OSError: The port is in use.
    """
    app = create_app(options or SimulatorOptions())
    runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_SECONDS, access_log=None)
    await runner.setup()
    try:
        listener = _Listener(runner, host, port)
        await listener.switch(True)
        server = app[SERVER]
        server.set_listening = listener.switch
        yield Simulator(server, host, listener.port)
    finally:
        await runner.cleanup()


async def serve(options: SimulatorOptions, *, host: str = "127.0.0.1", port: int = 8188) -> None:
    """Run a simulator until cancelled, or until SIGINT, SIGTERM or SIGHUP.

    Raises:
        OSError: The port is in use.
    """
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in signals:  # before anything exists that a signal could leave behind
        # Only the main thread may handle signals; elsewhere the task is cancelled.
        with contextlib.suppress(RuntimeError, ValueError):
            loop.add_signal_handler(number, stopped.set)
    try:
        async with running_simulator(options, host=host, port=port) as simulator:
            log.info("simulator.started", url=simulator.url, delay_ms=options.delay_ms)
            await stopped.wait()
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
    log.info("simulator.stopped")
