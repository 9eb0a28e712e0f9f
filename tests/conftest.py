"""Real PostgreSQL and Redis for the session; a separate database for every test that commits."""

import contextlib
import os
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import hypothesis
import msgspec
import pytest
import structlog
from tests.support.databases import DatabaseShelf, create_database
from tests.support.directories import open_directory
from tests.support.journeys import FIRST_FAILURE
from tests.support.log_recording import recording_logs, secrets_in
from tests.support.ordering import spread
from tests.support.processes import Servers

from genonaut.config import Settings, load_settings
from genonaut.core.logging import configure_logging
from genonaut.db import migrations
from genonaut.embedded import Source, postgres, valkey
from genonaut.embedded.ports import choose_port
from genonaut.simulator import Simulator, SimulatorOptions, running_simulator

TEMPLATE = "genonaut_template"

# A machine that freezes for a while must not fail an example as slow.
hypothesis.settings.register_profile(
    "patient",
    hypothesis.settings.default,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("patient")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the tests with the longest time limits first."""

    def seconds_of(item: pytest.Item) -> float:
        mark = item.get_closest_marker("timeout")
        return float(mark.args[0]) if mark else 0.0

    processes = getattr(config, "workerinput", {}).get("workercount", 1)
    items[:] = spread(items, processes, seconds_of)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the first failures of the journeys that passed when they were repeated."""
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.getreports(kind)]
    texts = [
        text
        for report in reports
        for name, text in getattr(report, "user_properties", ())
        if name == FIRST_FAILURE and report.when == "call"
    ]
    if texts:
        terminalreporter.section("journeys that failed at first")
        for text in texts:
            terminalreporter.line(text)


def pytest_configure() -> None:
    """Run the teardown after SIGTERM, as after Ctrl-C."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _logging() -> Iterator[None]:
    configure_logging(level="warning", style="console")
    with recording_logs() as lines, pytest.MonkeyPatch.context() as patch:
        # A command that runs in a test would redirect the log to its own output.
        patch.setattr(structlog, "configure", lambda **_: None)
        yield
    assert secrets_in(lines) == [], "a secret was logged"


@pytest.fixture(scope="session")
def data_dir() -> Iterator[Path]:
    with open_directory("genonaut-test-") as path:
        yield path


@pytest.fixture(scope="session")
async def servers(data_dir: Path) -> AsyncIterator[Servers]:
    """PostgreSQL and Redis of this session: those of the environment, else embedded ones."""
    source = Source(os.environ.get("GENONAUT_EMBEDDED__SOURCE", "auto"))
    database_url = os.environ.get("DATABASE_URL_TEST", "")
    redis_url = os.environ.get("REDIS_URL_TEST", "")
    async with contextlib.AsyncExitStack() as stack:
        if not database_url:
            database = await stack.enter_async_context(
                postgres(source=source, data_dir=data_dir / "postgres", port=None, durable=False)
            )
            database_url = database.url_for("postgres")
        if not redis_url:
            redis = await stack.enter_async_context(
                valkey(source=source, data_dir=data_dir / "valkey", port=None, durable=False)
            )
            redis_url = redis.url_for(3)
        yield Servers(database_url, redis_url)


@pytest.fixture(scope="session")
async def template(servers: Servers) -> str:
    """The name of the migrated, empty database to copy."""
    name = f"{TEMPLATE}_{uuid4().hex[:8]}"
    await create_database(servers.database_url, name)
    await migrations.upgrade(servers.url_of(name))
    return name


@pytest.fixture(scope="session")
async def shelf(servers: Servers, template: str) -> AsyncIterator[DatabaseShelf]:
    """Migrated, empty databases."""
    shelf = DatabaseShelf(servers.database_url, template)
    yield shelf
    await shelf.close()


@pytest.fixture
async def simulator(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Simulator]:
    """A simulated ComfyUI that renders immediately, or in the time of the marker ``render_ms``."""
    mark = request.node.get_closest_marker("render_ms")
    delay_ms = mark.args[0] if mark else 0
    options = SimulatorOptions(delay_ms=delay_ms, output_directory=tmp_path / "comfyui-output")
    async with running_simulator(options, port=choose_port()) as running:
        yield running


@pytest.fixture
async def settings(
    servers: Servers,
    shelf: DatabaseShelf,
    simulator: Simulator,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> AsyncIterator[Settings]:
    """Settings with their own database, namespace, files and one simulator."""
    name = await shelf.take(fresh=request.node.get_closest_marker("fresh_database") is not None)
    yield make_settings(servers, name, tmp_path, simulator.url)
    await shelf.give_back(name)


def make_settings(
    servers: Servers, database: str, folder: Path, *comfyui_urls: str, web_port: int = 8002
) -> Settings:
    base = load_settings("test", {})
    replace = msgspec.structs.replace
    backends = [
        {"name": f"sim{number}", "url": url} for number, url in enumerate(comfyui_urls, start=1)
    ]
    return msgspec.convert(
        {
            **msgspec.to_builtins(base),
            "database": msgspec.to_builtins(
                replace(base.database, url=servers.url_of(database), pool_size=5)
            ),
            "redis": msgspec.to_builtins(
                replace(base.redis, url=servers.redis_url, namespace=database)
            ),
            "web": msgspec.to_builtins(replace(base.web, port=web_port)),
            "storage": msgspec.to_builtins(replace(base.storage, root=str(folder / "files"))),
            "comfyui": msgspec.to_builtins(base.comfyui) | {"url": "", "backends": backends},
        },
        Settings,
    )
