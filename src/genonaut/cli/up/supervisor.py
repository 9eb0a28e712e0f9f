"""The supervisor: what is started in which order, kept alive, and stopped in reverse."""

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
from genonaut.cli.up.stores import Stores, bring_up_schema, open_stores
from genonaut.core.backoff import Backoff
from genonaut.embedded import EmbeddedServerError
from genonaut.embedded.server import RunningServer

_FIRST_BACKOFF_SECONDS = 1.0
_LONGEST_BACKOFF_SECONDS = 30.0
_STABLE_SECONDS = 60.0
"""After running this long, the next death counts as the first."""
_SERVER_WATCH_SECONDS = 1.0


class Supervisor:
    """Runs one environment; ``hurry`` makes a stop that is under way stop waiting."""

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
        """Start everything; on leaving, stop it in reverse order.

        Raises:
            StartFailedError: a child ended or did not become ready.
            EmbeddedServerError: PostgreSQL or Valkey does not start.
            UnavailableError: a configured database or Redis does not answer, or needs migrating.
        """
        async with AsyncExitStack() as stack:
            stores = self.stores = await open_stores(stack, self._plan.settings, self._reporter)
            await create_if_missing(stores.database_url)
            await bring_up_schema(self._plan, stores.database_url, self._reporter)
            stack.callback(remove_record, self._plan.settings)
            self._note(database_url=stores.database_url, redis_url=stores.redis_url)
            http = await stack.enter_async_context(aiohttp.ClientSession())
            await self._start_children(stack, stores, http)
            yield

    async def keep_alive(self) -> None:
        """Start again what dies, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for child in self.children.values():
                group.create_task(self._keep(child))
            for name, server in (self.stores.servers if self.stores else {}).items():
                group.create_task(self._keep_server(name, server))

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
                await stack.enter_async_context(self._shown(child))
            stack.push_async_callback(self._stop, child)
            self.children[name] = child
            await child.start()
        checks: dict[str, Callable[[Child], Awaitable[bool]]] = {
            "simulator": lambda _: readiness.answers(
                http, f"{self._plan.simulator_url}/system_stats"
            ),
            "api": lambda _: readiness.answers(http, f"{self._plan.api_url}/health/ready"),
            "worker": lambda child: readiness.worker_registered(stores.database_url, child),
        }
        for name, child in self.children.items():
            await readiness.wait_ready(child, checks[name])
            self._reporter.step(f"{name} is ready (process {child.pid})")
        self._note(api_url=self._plan.api_url, simulator_url=self._plan.simulator_url)

    @asynccontextmanager
    async def _shown(self, child: Child) -> AsyncIterator[None]:
        shown = asyncio.create_task(
            follow(child.log, lambda line: self._reporter.log_line(child.name, line))
        )
        try:
            yield
        finally:
            shown.cancel()
            await asyncio.wait({shown})

    async def _stop(self, child: Child) -> None:
        if child.pid is None:
            return
        self._reporter.note(f"stopping {child.name}")
        if not await child.stop(self.hurry):
            self._reporter.warn(f"{child.name} did not end in time and was killed")

    async def _keep(self, child: Child) -> None:
        backoff = Backoff(first=_FIRST_BACKOFF_SECONDS, longest=_LONGEST_BACKOFF_SECONDS)
        while True:
            since = time.monotonic()
            status = await child.wait()
            if time.monotonic() - since > _STABLE_SECONDS:
                backoff.reset()
            delay = backoff.next_seconds()
            self._reporter.warn(
                f"{child.name} ended ({readiness.status_in_words(status)}); "
                f"it is started again in {delay:.1f} s, see {child.log}",
                child.last_words(),
            )
            await asyncio.sleep(delay)
            await child.start()
            self._note()
            self._reporter.step(f"{child.name} was started again (process {child.pid})")

    async def _keep_server(self, name: str, server: RunningServer) -> None:
        backoff = Backoff(first=_FIRST_BACKOFF_SECONDS, longest=_LONGEST_BACKOFF_SECONDS)
        while True:
            await asyncio.sleep(_SERVER_WATCH_SECONDS)
            if server.pid is not None:
                backoff.reset()
                continue
            self._reporter.warn(f"{name} ended; starting it again")
            try:
                await server.start()
                self._reporter.step(f"{name} was started again (process {server.pid})")
            except EmbeddedServerError as error:
                self._reporter.warn(str(error))
                await asyncio.sleep(backoff.next_seconds())
            self._note()

    def _note(self, **urls: str) -> None:
        pids = {name: child.pid for name, child in self.children.items()}
        pids |= {
            name: server.pid
            for name, server in (self.stores.servers if self.stores else {}).items()
        }
        known = {name: pid for name, pid in pids.items() if pid is not None}
        self.record = replace(self.record, pids=known, **urls)
        write_record(self._plan.settings, self.record)
