"""Run one environment in the foreground, from the first check to the last stop."""

import asyncio
import signal
from pathlib import Path

from genonaut.cli.api_client import open_api
from genonaut.cli.seed.actions import seed
from genonaut.cli.up.options import Wishes
from genonaut.cli.up.plan import Plan, make_plan
from genonaut.cli.up.preflight import check_backends, held_environment
from genonaut.cli.up.reporter import Reporter
from genonaut.cli.up.summary import hints_of, rows_of
from genonaut.cli.up.supervisor import Supervisor
from genonaut.config import Settings
from genonaut.core.errors import GenonautError

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(settings: Settings, wishes: Wishes) -> None:
    """Bring the environment up and keep it up until a signal; then stop it in order.

    Raises:
        GenonautError: it cannot be started; what was started is stopped again.
    """
    reporter = Reporter()
    with held_environment(settings) as directory:
        plan = make_plan(settings, wishes)
        asyncio.run(_until_signal(plan, directory, reporter))


async def _until_signal(plan: Plan, directory: Path, reporter: Reporter) -> None:
    """Run; the first signal begins the stop, the second ends all waiting."""
    supervisor = Supervisor(plan, directory, reporter)
    work = asyncio.create_task(_serve(plan, supervisor, directory, reporter))
    asked = asyncio.Event()

    def stop() -> None:
        if asked.is_set():
            supervisor.hurry.set()
        else:
            asked.set()
            work.cancel()

    loop = asyncio.get_running_loop()
    for number in _STOP_SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        await work
    except asyncio.CancelledError:
        if not asked.is_set():
            raise
        reporter.step(f"{plan.settings.environment} is stopped")


async def _serve(plan: Plan, supervisor: Supervisor, directory: Path, reporter: Reporter) -> None:
    for complaint in await check_backends(plan.settings.backends):
        reporter.warn(complaint)
    async with supervisor.running():
        keeping = asyncio.create_task(supervisor.keep_alive())
        try:
            if plan.seed:
                await _seed(plan, reporter)
            if supervisor.stores is not None:
                title = f"Genonaut is up ({plan.settings.environment})"
                rows = rows_of(plan, supervisor, supervisor.stores)
                reporter.table(title, rows, hints_of(plan, str(directory / "logs")))
            await keeping
        finally:
            keeping.cancel()
            await asyncio.wait({keeping})


async def _seed(plan: Plan, reporter: Reporter) -> None:
    try:
        async with open_api(plan.settings, plan.api_url) as api:
            made = await seed(api, reporter.note)
    except GenonautError as error:  # the service itself runs; an empty gallery is no reason to stop
        reporter.warn(f"no first images: {error}")
        return
    if made is not None:
        reporter.step(f"made {made} images")
