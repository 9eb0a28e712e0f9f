"""Run one environment in the foreground: check, start, wait for a signal, stop."""

import asyncio
import signal
from pathlib import Path

from genonaut.cli.api_client import api_key, open_api
from genonaut.cli.seed.actions import seed
from genonaut.cli.seed.workflows import seed_workflows
from genonaut.cli.up.options import UpOptions
from genonaut.cli.up.plan import Plan, make_plan
from genonaut.cli.up.preflight import check_backends, locked_environment
from genonaut.cli.up.reporter import Reporter
from genonaut.cli.up.summary import hints_of, rows_of
from genonaut.cli.up.supervisor import Supervisor
from genonaut.cli.workflows.api import WorkflowApi
from genonaut.config import Settings
from genonaut.core.errors import GenonautError
from genonaut.core.private_files import private_umask

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(settings: Settings, options: UpOptions) -> None:
    """Start the environment, keep it running until a signal, and stop it in order.

    Raises:
        GenonautError: a service cannot be started; the others are stopped again.
    """
    reporter = Reporter()
    with private_umask(), locked_environment(settings) as directory:
        plan = make_plan(settings, options)
        asyncio.run(_until_signal(plan, directory, reporter))


async def _until_signal(plan: Plan, directory: Path, reporter: Reporter) -> None:
    """Run; the first signal stops the services in order, the second kills them."""
    supervisor = Supervisor(plan, directory, reporter)
    work = asyncio.create_task(_serve(plan, supervisor, directory, reporter))
    stop_requested = asyncio.Event()

    def stop() -> None:
        if stop_requested.is_set():
            supervisor.hurry.set()
        else:
            stop_requested.set()
            work.cancel()

    loop = asyncio.get_running_loop()
    for number in _STOP_SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        await work
    except asyncio.CancelledError:
        if not stop_requested.is_set():
            raise
        reporter.step(f"{plan.settings.environment} is stopped")


async def _serve(plan: Plan, supervisor: Supervisor, directory: Path, reporter: Reporter) -> None:
    for problem in await check_backends(plan.settings.backends):
        reporter.warn(problem)
    async with supervisor.running():
        restarting = asyncio.create_task(supervisor.keep_alive())
        try:
            if plan.seed:
                await _seed(plan, reporter)
            if supervisor.stores is not None:
                title = f"Genonaut is up ({plan.settings.environment})"
                rows = rows_of(plan, supervisor, supervisor.stores)
                logs = str(directory / "logs")
                hints = hints_of(plan, logs, is_set_up=await _is_set_up(plan))
                reporter.table(title, rows, hints)
            await restarting
        finally:
            restarting.cancel()
            await asyncio.wait({restarting})


async def _is_set_up(plan: Plan) -> bool:
    """Return whether there is a user who can log in, or no login is needed."""
    try:
        async with open_api(plan.settings, plan.api_url) as api:
            return (await api.login_options()).is_set_up
    except GenonautError:  # the services run; a missing hint is no reason to stop
        return True


async def _seed(plan: Plan, reporter: Reporter) -> None:
    if plan.settings.auth.mode == "password" and not api_key():
        reporter.note("no first images: in password mode they require GENONAUT_API_KEY")
        return
    try:
        async with open_api(plan.settings, plan.api_url) as api:
            await seed_workflows(WorkflowApi.of(api), reporter.note)
            made = await seed(api, reporter.note)
    except GenonautError as error:  # the services run; missing first images are no reason to stop
        reporter.warn(f"the first images could not be generated: {error}")
        return
    if made is not None:
        reporter.step(f"made {made} images")
