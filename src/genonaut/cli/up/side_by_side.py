"""``genonaut api --with-worker``: API, worker and monitor in one terminal, stopped together.

Unlike ``genonaut up`` it restarts nothing: a process that ends by itself ends the others.
"""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
from msgspec.structs import replace

from genonaut.cli.api_client import api_key
from genonaut.cli.embedded_servers import available_database, available_redis
from genonaut.cli.monitor import screen
from genonaut.cli.output import can_redraw, console
from genonaut.cli.running_services import data_directory
from genonaut.cli.server_startup import require_stores
from genonaut.cli.up import readiness
from genonaut.cli.up.child import Child, ChildSpec
from genonaut.cli.up.errors import ProcessEndedError
from genonaut.cli.up.logs import rotate
from genonaut.cli.up.plan import Plan, child_variables
from genonaut.cli.up.preflight import require_free_port
from genonaut.cli.up.reporter import Reporter
from genonaut.config import Settings
from genonaut.core.logging import configure_logging
from genonaut.core.private_files import make_private_directory, private_umask
from genonaut.core.task_cancellation import stop_tasks

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MONITOR_SECONDS = 1.0


def run(settings: Settings, specs: Sequence[ChildSpec], *, with_monitor: bool) -> None:
    """Run the processes until a signal, until the monitor is left, or until one of them ends.

    PostgreSQL and Redis run as long as the processes, unless they are configured or run already.

    Args:
        settings: The settings of the environment.
        specs: The processes, in the order of their start; the first one is the API.
        with_monitor: Show the monitor instead of the logs, if the terminal can.

    Raises:
        ProcessEndedError: a process ended by itself; the others were stopped.
        StartFailedError: the API did not start; nothing runs.
        UnavailableError: PostgreSQL or Redis does not answer, or the schema is not current.
    """
    configure_logging(level=settings.logging.level, style=settings.logging.format)
    web = settings.web
    port = require_free_port(web.host, web.port, purpose="the API", variable="GENONAUT_WEB__PORT")
    settings = replace(settings, web=replace(web, port=port))
    with private_umask():
        asyncio.run(_SideBySide(specs, with_monitor=with_monitor).run(settings))


class _SideBySide:
    """The processes and the reasons to stop them."""

    def __init__(self, specs: Sequence[ChildSpec], *, with_monitor: bool) -> None:
        self._specs = specs
        self._with_monitor = with_monitor
        self._reporter = Reporter(console(stderr=True))
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()

    async def run(self, settings: Settings) -> None:
        """Start the processes, wait for a reason to stop, and stop them."""
        self._receive_signals()
        async with AsyncExitStack() as stack:
            database_url = await stack.enter_async_context(available_database(settings))
            redis_url = await stack.enter_async_context(available_redis(settings))
            settings = replace(
                settings,
                database=replace(settings.database, url=database_url),
                redis=replace(settings.redis, url=redis_url),
            )
            await require_stores(settings)
            plan = Plan(settings, simulator_url="", migrate=False, seed=False, verbose=False)
            variables = child_variables(plan, database_url=database_url, redis_url=redis_url)
            shows_monitor = self._shows_monitor(settings)
            children = [
                Child(spec, variables=variables, log=_log_of(spec, settings, shows_monitor))
                for spec in self._specs
            ]
            try:
                await self._serve(plan, children, shows_monitor=shows_monitor)
            finally:
                self._receive_signals()  # the monitor replaces the handler of Ctrl-C
                await asyncio.gather(*(child.stop(self._hurry) for child in children))

    def _receive_signals(self) -> None:
        """Let the first signal stop the processes, and the second one kill them."""

        def receive() -> None:
            (self._hurry if self._stop.is_set() else self._stop).set()

        loop = asyncio.get_running_loop()
        for number in _STOP_SIGNALS:
            loop.add_signal_handler(number, receive)

    def _shows_monitor(self, settings: Settings) -> bool:
        if not self._with_monitor or not can_redraw(console()):
            return False
        if settings.auth.mode == "password" and not api_key():
            self._reporter.note("no monitor: in password mode it requires GENONAUT_API_KEY")
            return False
        return True

    async def _serve(self, plan: Plan, children: list[Child], *, shows_monitor: bool) -> None:
        first, *others = children
        await first.start()
        is_ready = asyncio.create_task(_wait_ready(first, plan.api_url))
        reasons: list[asyncio.Task[object]] = [asyncio.create_task(self._stop.wait())]
        try:
            await asyncio.wait({is_ready, *reasons}, return_when=asyncio.FIRST_COMPLETED)
            if not is_ready.done():
                return
            is_ready.result()
            for child in others:
                await child.start()
            if shows_monitor:
                reasons.append(asyncio.create_task(_show_monitor(plan)))
            else:
                names = " and ".join(child.name for child in children)
                self._reporter.step(f"{names} run at {plan.api_url}; Ctrl-C stops them")
            reasons += [asyncio.create_task(_until_end(child)) for child in children]
            done, _ = await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        finally:
            self._stop.set()
            await stop_tasks(is_ready, *reasons)


def _log_of(spec: ChildSpec, settings: Settings, shows_monitor: bool) -> Path | None:
    """Return the log of a process; None if its output is shown, as no monitor is."""
    if not shows_monitor:
        return None
    directory = data_directory(settings) / "logs"
    make_private_directory(directory)
    log = directory / f"{spec.name}.log"
    rotate(log)
    return log


async def _wait_ready(child: Child, url: str) -> None:
    async with aiohttp.ClientSession() as http:
        await readiness.wait_ready(
            child, lambda _: readiness.is_answering(http, f"{url}/health/ready")
        )


async def _until_end(child: Child) -> None:
    status = await child.wait()
    lines = "".join(f"\n  {line}" for line in child.last_log_lines())
    raise ProcessEndedError(
        f"the {child.name} ended ({readiness.describe_exit(status)}), "
        f"{readiness.where(child)}; everything was stopped{lines}"
    )


async def _show_monitor(plan: Plan) -> None:
    await screen.run(plan.settings, plan.api_url, interval_seconds=_MONITOR_SECONDS, once=False)
