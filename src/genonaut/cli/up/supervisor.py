"""The supervisor: starts the services in order, restarts them, and stops them in reverse order."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
from msgspec.structs import replace

from genonaut.cli.db.schema import create_if_missing
from genonaut.cli.running_services import ServiceRecord, own_record, remove_record, write_record
from genonaut.cli.up import readiness
from genonaut.cli.up.child import Child
from genonaut.cli.up.logs import follow, rotate
from genonaut.cli.up.plan import Plan, child_specs, child_variables
from genonaut.cli.up.reporter import Reporter
from genonaut.cli.up.stores import Stores, open_stores, prepare_schema
from genonaut.core.backoff import Backoff
from genonaut.embedded import EmbeddedServerError
from genonaut.embedded.server import RunningServer

_FIRST_BACKOFF_SECONDS = 1.0
_LONGEST_BACKOFF_SECONDS = 30.0
_STABLE_SECONDS = 60.0
"""After running this long, the delay before a restart is the shortest again."""
_SERVER_WATCH_SECONDS = 1.0


class Supervisor:
    """Runs one environment; setting ``hurry`` during a stop kills the remaining processes."""

    def __init__(self, plan: Plan, directory: Path, reporter: Reporter) -> None:
        self.hurry = asyncio.Event()
        self.record: ServiceRecord = own_record()
        self.stores: Stores | None = None
        self.children: dict[str, Child] = {}
        self._plan = plan
        self._logs = directory / "logs"
        self._reporter = reporter

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start all services; on exit, stop them in reverse order.

        Raises:
            StartFailedError: a child process ended or did not become ready.
            EmbeddedServerError: PostgreSQL or Valkey does not start.
            UnavailableError: a configured server does not answer, or the schema is not current.
        """
        async with AsyncExitStack() as stack:
            stores = self.stores = await open_stores(stack, self._plan.settings, self._reporter)
            await create_if_missing(stores.database_url)
            await prepare_schema(self._plan, stores.database_url, self._reporter)
            stack.callback(remove_record, self._plan.settings)
            self._update_record(database_url=stores.database_url, redis_url=stores.redis_url)
            http = await stack.enter_async_context(aiohttp.ClientSession())
            await self._start_children(stack, stores, http)
            yield

    async def keep_alive(self) -> None:
        """Restart every process that ends, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for child in self.children.values():
                group.create_task(self._restart_child(child))
            for name, server in (self.stores.servers if self.stores else {}).items():
                group.create_task(self._restart_server(name, server))

    async def _start_children(
        self, stack: AsyncExitStack, stores: Stores, http: aiohttp.ClientSession
    ) -> None:
        variables = child_variables(
            self._plan, database_url=stores.database_url, redis_url=stores.redis_url
        )
        for name, spec in child_specs(self._plan).items():
            log = self._logs / f"{name}.log"
            rotate(log)
            child = Child(spec, variables=variables, log=log)
            if self._plan.verbose:
                await stack.enter_async_context(self._log_shown(child))
            stack.push_async_callback(self._stop, child)
            self.children[name] = child
            await child.start()
        checks: dict[str, Callable[[Child], Awaitable[bool]]] = {
            "simulator": lambda _: readiness.is_answering(
                http, f"{self._plan.simulator_url}/system_stats"
            ),
            "api": lambda _: readiness.is_answering(http, f"{self._plan.api_url}/health/ready"),
            "worker": lambda child: readiness.is_worker_registered(stores.database_url, child),
        }
        for name, child in self.children.items():
            await readiness.wait_ready(child, checks[name])
            self._reporter.step(f"{name} is ready (process {child.pid})")
        self._update_record(api_url=self._plan.api_url, simulator_url=self._plan.simulator_url)

    @asynccontextmanager
    async def _log_shown(self, child: Child) -> AsyncIterator[None]:
        showing = asyncio.create_task(
            follow(
                self._logs / f"{child.name}.log",
                lambda line: self._reporter.log_line(child.name, line),
            )
        )
        try:
            yield
        finally:
            showing.cancel()
            await asyncio.wait({showing})

    async def _stop(self, child: Child) -> None:
        if child.pid is None:
            return
        self._reporter.note(f"stopping {child.name}")
        if not await child.stop(self.hurry):
            self._reporter.warn(f"{child.name} did not stop in time and was killed")

    async def _restart_child(self, child: Child) -> None:
        backoff = Backoff(first=_FIRST_BACKOFF_SECONDS, longest=_LONGEST_BACKOFF_SECONDS)
        while True:
            since = time.monotonic()
            status = await child.wait()
            if time.monotonic() - since > _STABLE_SECONDS:
                backoff.reset()
            delay = backoff.next_seconds()
            self._reporter.warn(
                f"{child.name} ended ({readiness.describe_exit(status)}); "
                f"restarting it in {delay:.1f} s, {readiness.where(child)}",
                child.last_log_lines(),
            )
            await asyncio.sleep(delay)
            await child.start()
            self._update_record()
            self._reporter.step(f"{child.name} was restarted (process {child.pid})")

    async def _restart_server(self, name: str, server: RunningServer) -> None:
        backoff = Backoff(first=_FIRST_BACKOFF_SECONDS, longest=_LONGEST_BACKOFF_SECONDS)
        while True:
            await asyncio.sleep(_SERVER_WATCH_SECONDS)
            if server.pid is not None:
                backoff.reset()
                continue
            self._reporter.warn(f"{name} ended; restarting it")
            try:
                await server.start()
                self._reporter.step(f"{name} was restarted (process {server.pid})")
            except EmbeddedServerError as error:
                self._reporter.warn(str(error))
                await asyncio.sleep(backoff.next_seconds())
            self._update_record()

    def _update_record(self, **urls: str) -> None:
        pids = {name: child.pid for name, child in self.children.items()}
        pids |= {
            name: server.pid
            for name, server in (self.stores.servers if self.stores else {}).items()
        }
        known = {name: pid for name, pid in pids.items() if pid is not None}
        self.record = replace(self.record, pids=known, **urls)
        write_record(self._plan.settings, self.record)
