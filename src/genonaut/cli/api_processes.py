"""Several API processes that accept connections of one port, and the parent that keeps them running."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence

import structlog
from prometheus_client.multiprocess import mark_process_dead

from genonaut.cli.server_startup import require_stores
from genonaut.cli.up.child import Child, ChildSpec
from genonaut.config import Settings
from genonaut.core.backoff import Backoff
from genonaut.core.errors import UnavailableError
from genonaut.core.logging import configure_logging
from genonaut.core.task_cancellation import stop_tasks

log = structlog.get_logger()
_LONGEST_PAUSE_SECONDS = 30.0
_STABLE_SECONDS = 60.0
"""A process that ran so long is restarted without a longer pause than the first."""
_METRICS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


async def run_processes(settings: Settings, count: int) -> None:
    """Run ``count`` API processes until SIGTERM or SIGINT; a second signal kills them.

    A process that ends is started again. Metrics of all of them are added in a common directory.

    Raises:
        UnavailableError: a process ended before it accepted requests for the first time.
    """
    configure_logging(level=settings.logging.level, style=settings.logging.format)
    await require_stores(settings)
    with (
        _bound_sockets(settings.web.host, settings.web.port) as sockets,
        tempfile.TemporaryDirectory(prefix="genonaut-metrics-") as metrics_directory,
    ):
        variables = {**os.environ, _METRICS_VARIABLE: metrics_directory}
        descriptors = [one.fileno() for one in sockets]
        parent = _Parent(settings, descriptors, variables)
        await parent.run(count)


class _Parent:
    """Starts the processes, restarts those that end, and stops all of them."""

    def __init__(
        self, settings: Settings, descriptors: Sequence[int], variables: dict[str, str]
    ) -> None:
        self._settings = settings
        self._descriptors = descriptors
        self._variables = variables
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()
        self._children: dict[int, Child] = {}

    async def run(self, count: int) -> None:
        """Run until a signal, or until a process cannot start."""
        self._receive_signals()
        stopping = asyncio.create_task(self._stop.wait())
        keeping = [asyncio.create_task(self._keep(number)) for number in range(count)]
        try:
            await asyncio.wait({stopping, *keeping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._stop.set()
            # Not cancelled before: a process that is being started must be known to be stopped.
            await asyncio.gather(*(child.stop(self._hurry) for child in self._children.values()))
            failures = [one.exception() for one in keeping if one.done() and not one.cancelled()]
            await stop_tasks(stopping, *keeping)
        for failure in failures:
            if failure is not None:
                raise failure

    def _receive_signals(self) -> None:
        def receive() -> None:
            (self._hurry if self._stop.is_set() else self._stop).set()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, receive)

    async def _keep(self, number: int) -> None:
        """Run one process, again and again, until the parent stops."""
        backoff = Backoff(first=0.2, longest=_LONGEST_PAUSE_SECONDS)
        has_served = False
        while not self._stop.is_set():
            began = time.monotonic()
            child, is_ready = await self._start(number)
            has_served = has_served or is_ready
            pid = child.pid
            status = await child.wait()
            if pid is not None:
                mark_process_dead(pid, self._variables[_METRICS_VARIABLE])  # type: ignore[no-untyped-call]
            if self._stop.is_set():
                return
            if not has_served:
                raise UnavailableError(
                    f"API process {number + 1} ended with status {status} before it accepted "
                    "requests; its log says why"
                )
            if time.monotonic() - began > _STABLE_SECONDS:
                backoff.reset()
            pause = backoff.next_seconds()
            log.warning(
                "api.process_ended", number=number + 1, status=status, restart_in=round(pause, 1)
            )
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stop.wait()

    async def _start(self, number: int) -> tuple[Child, bool]:
        """Start one process; return it with whether it accepts requests, once that is known."""
        reading, writing = os.pipe()
        try:
            inherited = ",".join(map(str, self._descriptors))
            arguments = ("--listen-fds", inherited, "--ready-fd", str(writing))
            first = ("--first",) if number == 0 else ()
            environment = ("--env", str(self._settings.environment))
            child = Child(
                ChildSpec(f"api {number + 1}", ("api", *environment, *arguments, *first)),
                variables=self._variables,
                log=None,
                descriptors=(*self._descriptors, writing),
            )
            await child.start()
            self._children[number] = child
        finally:
            os.close(writing)
        try:
            # Ends with the process, which has the other end.
            is_ready = await asyncio.to_thread(os.read, reading, 1)
        finally:
            os.close(reading)
        if is_ready:
            log.info("api.process_started", number=number + 1, pid=child.pid)
        return child, bool(is_ready)


@contextlib.contextmanager
def _bound_sockets(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Yield one bound socket for each address of the host; the processes listen on them."""
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    with contextlib.ExitStack() as stack:
        sockets = []
        for family, kind, protocol, _, address in dict.fromkeys(found):
            one = stack.enter_context(socket.socket(family, kind, protocol))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6 and sys.platform != "win32":
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                one.bind(address)
            except OSError as error:
                raise UnavailableError(f"cannot bind {host}:{port}: {error.strerror}") from error
            sockets.append(one)
        yield sockets
