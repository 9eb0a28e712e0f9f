"""The built web app, and complete installations behind it in processes of their own."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import aiohttp
import msgspec
import pytest
from tests.conftest import make_settings
from tests.support.accounts import with_login
from tests.support.databases import create_database, drop_database
from tests.support.journeys import FIRST_FAILURE, FirstFailures, run_build
from tests.support.processes import Servers
from tests.support.programs import program

from genonaut.config import Settings
from genonaut.embedded.ports import choose_port
from genonaut.simulator import SimulatorOptions, running_simulator

PROMPTS = (
    "a lighthouse at dusk over a violet sea",
    "snowy mountains under a green aurora",
    "golden dunes at sunrise",
    "a quiet harbour in morning fog",
)
# The headless shell opens no windows: each journey takes a second of processor time less.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def web_app() -> None:
    """The built web app."""
    done = run_build()
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def browser() -> str:
    """A Chromium found on this machine."""
    named = os.environ.get("GENONAUT_TEST_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("Chromium is not installed (apt-get install chromium-headless-shell)")
    return found


@pytest.fixture
def first_failures(request: pytest.FixtureRequest) -> FirstFailures:
    """Return a function that adds a first failure to the summary of the run."""

    def add(text: str) -> None:
        request.node.user_properties.append((FIRST_FAILURE, text))

    return add


@pytest.fixture
async def installation(
    web_app: None, servers: Servers, template: str, tmp_path: Path
) -> AsyncIterator[Settings]:
    """An installation for one test, with images: API, web app, worker and simulator."""
    async with running_installation(servers, template, tmp_path) as settings:
        yield settings


@pytest.fixture(scope="module")
async def service(
    web_app: None, servers: Servers, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """The URL of an installation that the tests of a module share."""
    folder = tmp_path_factory.mktemp("installation")
    async with running_installation(servers, template, folder) as settings:
        yield address_of(settings)


@pytest.fixture
async def guarded(
    web_app: None, servers: Servers, template: str, tmp_path: Path
) -> AsyncIterator[dict[str, str]]:
    """The URLs of two APIs with a login, for images that were generated without a login.

    Registration is closed in the first API and open in the second.
    """
    async with worker_and_simulator(servers, template, tmp_path) as settings:
        async with api(settings, tmp_path) as url:
            await seed(url)
        closed = with_login(with_port(settings, choose_port()))
        opened = with_login(with_port(settings, choose_port()), auth__registration="open")
        async with api(closed, tmp_path) as url, api(opened, tmp_path) as open_url:
            yield {"GENONAUT_TEST_WEB_URL": url, "GENONAUT_TEST_OPEN_URL": open_url}


@contextlib.asynccontextmanager
async def running_installation(
    servers: Servers, template: str, folder: Path, *, check_seconds: float | None = None
) -> AsyncIterator[Settings]:
    """Run a complete installation with images; yields the settings of its API.

    ``check_seconds`` is the interval of the checks for alerts, and of the statistics.
    """
    async with (
        worker_and_simulator(servers, template, folder, check_seconds=check_seconds) as settings,
        api(settings, folder) as url,
    ):
        await seed(url)
        yield settings


@contextlib.asynccontextmanager
async def worker_and_simulator(
    servers: Servers, template: str, folder: Path, *, check_seconds: float | None = None
) -> AsyncIterator[Settings]:
    """Run a simulator, and a worker with a new database; yields the settings for an API."""
    name = f"genonaut_test_{uuid4().hex[:12]}"
    await create_database(servers.database_url, name, template=template)
    async with contextlib.AsyncExitStack() as stack:
        options = SimulatorOptions(delay_ms=600)
        simulator = await stack.enter_async_context(running_simulator(options, port=choose_port()))
        settings = make_settings(servers, name, folder, simulator.url, web_port=choose_port())
        replace = msgspec.structs.replace
        settings = replace(
            settings,
            # As in the demo: the model of submissions that choose none.
            jobs=replace(settings.jobs, default_checkpoint="sd15.safetensors"),
            # The webhook receivers of the journeys listen on this machine.
            webhooks=replace(settings.webhooks, allowed_hosts=("127.0.0.1",)),
            # Journeys wait for an alert.
            notifications=replace(settings.notifications, search_alert_seconds=1.0),
        )
        if check_seconds is not None:
            alerts = replace(settings.alerts, check_seconds=check_seconds)
            settings = replace(settings, alerts=alerts)
        await stack.enter_async_context(program(settings, "worker", log=folder / "log"))
        yield settings
    await drop_database(servers.database_url, name)


@contextlib.asynccontextmanager
async def api(settings: Settings, folder: Path) -> AsyncIterator[str]:
    """Serve API and web app in a separate process; yields the URL."""
    log = folder / "log"
    async with program(settings, "api", log=log):
        url = address_of(settings)
        await wait_until_healthy(url, log)
        yield url


def with_port(settings: Settings, port: int) -> Settings:
    replace = msgspec.structs.replace
    return replace(settings, web=replace(settings.web, port=port))


def address_of(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.web.port}"


async def wait_until_healthy(url: str, log: Path) -> None:
    async with aiohttp.ClientSession() as http:
        try:
            async with asyncio.timeout(300):
                while True:
                    with contextlib.suppress(aiohttp.ClientError):
                        async with http.get(f"{url}/api/v1/health") as answer:
                            if (await answer.json())["status"] == "ok":
                                return
                    await asyncio.sleep(0.1)
        except TimeoutError:
            pytest.fail(f"the service did not start:\n{log.read_text()[-3000:]}")  # noqa: ASYNC240


async def seed(url: str) -> None:
    """Generate images for the gallery and wait until they are finished."""
    async with aiohttp.ClientSession() as http:
        for number, prompt in enumerate(PROMPTS):
            body = {"prompt": prompt, "checkpoint_model": "sd15.safetensors", "batch_size": 2}
            body |= {"params": {"seed": number}, "width": 512, "height": 512 + 128 * (number % 2)}
            async with http.post(f"{url}/api/v1/generation-jobs/", json=body) as answer:
                assert answer.status == 201, await answer.text()
        async with asyncio.timeout(300):
            while True:
                async with http.get(f"{url}/api/v1/generation-jobs/stats") as answer:
                    counts = (await answer.json())["counts"]
                if counts["completed"] == 2 * len(PROMPTS):
                    return
                await asyncio.sleep(0.2)


async def end_open_jobs(url: str) -> None:
    """Cancel the jobs that an earlier file left, and wait until the last of them has ended.

    A job that ends later would move the images of a gallery, or call the webhook of a journey.
    """
    jobs = f"{url}/api/v1/generation-jobs"
    unfinished = [("status", one) for one in ("queued", "pending", "running")]
    async with aiohttp.ClientSession() as http, asyncio.timeout(300):
        while True:
            async with http.get(jobs, params=[*unfinished, ("limit", "100")]) as answer:
                found = (await answer.json())["items"]
            if not found:
                return
            for job in found:
                async with http.post(f"{jobs}/{job['id']}/cancel"):
                    pass  # refused if it has ended meanwhile
            await asyncio.sleep(0.2)
