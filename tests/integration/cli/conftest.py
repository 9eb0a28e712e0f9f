"""One environment with real servers, started by the supervisor."""

import asyncio
import io
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console
from tests.support.directories import open_directory
from tests.support.timeouts import PATIENCE_SECONDS

from genonaut.cli.main import cli
from genonaut.cli.running_services import resolved_settings
from genonaut.cli.up.options import UpOptions
from genonaut.cli.up.plan import make_plan
from genonaut.cli.up.preflight import locked_environment
from genonaut.cli.up.reporter import Reporter
from genonaut.cli.up.supervisor import Supervisor
from genonaut.config import Settings, load_settings

_SETTINGS = (
    "GENONAUT_",
    "DATABASE_URL",
    "REDIS_URL",
    "ARQ_REDIS_URL",
    "COMFYUI_",
    "APP_ENV",
    "COV_CORE",
)


def clean_variables(data: Path) -> dict[str, str]:
    """Return the environment variables without settings of Genonaut, with free ports."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(_SETTINGS)}
    return kept | {
        "GENONAUT_EMBEDDED__DATA_DIR": str(data),
        "GENONAUT_WEB__PORT": "0",
        "GENONAUT_SIMULATOR__PORT": "0",
    }


@pytest.fixture(scope="session")
def data_root() -> Iterator[Path]:
    with open_directory("genonaut cli ") as path:
        yield path


@dataclass(frozen=True)
class Running:
    """The running environment ``test``, the output of its supervisor, and a way to run commands."""

    supervisor: Supervisor
    variables: dict[str, str]
    output: io.StringIO

    @property
    def settings(self) -> Settings:
        return resolved_settings("test", self.variables)

    async def command(self, *arguments: str) -> Result:
        """Run a command in a thread, so that the supervisor continues."""
        return await asyncio.to_thread(self._invoke, arguments)

    def _invoke(self, arguments: tuple[str, ...]) -> Result:
        removed = {name: None for name in os.environ if name.startswith(_SETTINGS)}
        variables: dict[str, str | None] = {**removed, **self.variables, "APP_ENV": "test"}
        return CliRunner().invoke(cli, arguments, env=variables)


@pytest.fixture(scope="session")
async def running(data_root: Path) -> AsyncIterator[Running]:
    variables = clean_variables(data_root / "running")
    settings = load_settings("test", variables)
    output = io.StringIO()
    reporter = Reporter(Console(file=output, markup=False, highlight=False, width=200))
    with pytest.MonkeyPatch.context() as patch, locked_environment(settings) as directory:
        for name in [name for name in os.environ if name.startswith(_SETTINGS)]:
            patch.delenv(name)
        for name, text in variables.items():
            patch.setenv(name, text)
        options = UpOptions(simulator=True, migrate=True, verbose=True)
        supervisor = Supervisor(make_plan(settings, options), directory, reporter)
        async with supervisor.running():
            restarting = asyncio.create_task(supervisor.keep_alive())
            yield Running(supervisor, variables, output)
            restarting.cancel()
            await asyncio.wait({restarting})


async def until(
    condition: Callable[[], Awaitable[bool]], seconds: float = PATIENCE_SECONDS
) -> None:
    """Wait until the condition, which another process fulfils, is true."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - it cannot notify us
            await asyncio.sleep(0.05)
