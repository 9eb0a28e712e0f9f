"""An installation of two APIs, two workers and two simulators behind faulty proxies."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import msgspec
from sqlalchemy.engine import make_url
from tests.chaos.proxy import FaultyProxy, faulty_proxy
from tests.support.programs import program

from genonaut.config import Settings, load_settings
from genonaut.db import migrations
from genonaut.embedded import Source, ensure_database, postgres, valkey
from genonaut.embedded.ports import choose_port

NAMESPACE = "genonaut_chaos"


@dataclass
class Process:
    """A program of the installation that can be killed, frozen and started again."""

    name: str
    settings: Settings
    arguments: tuple[str, ...]
    log: Path
    _stack: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)
    _running: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._running = await self._stack.enter_async_context(
            program(self.settings, *self.arguments, log=self.log)
        )

    def send(self, number: signal.Signals) -> None:
        """Send a signal; no effect on a process that has ended."""
        if self._running is not None and self._running.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._running.send_signal(number)

    async def ended(self) -> None:
        if self._running is not None:
            await self._running.wait()

    @property
    def has_ended(self) -> bool:
        return self._running is None or self._running.returncode is not None

    async def close(self) -> None:
        self.send(signal.SIGCONT)
        await self._stack.aclose()


@dataclass(frozen=True)
class Installation:
    """The processes, the proxies and the URLs of a run."""

    folder: Path
    database_url: str
    redis_url: str
    api_urls: tuple[str, ...]
    simulator_urls: tuple[str, ...]
    apis: tuple[Process, ...]
    workers: tuple[Process, ...]
    simulators: tuple[Process, ...]
    database: FaultyProxy
    redis: FaultyProxy
    comfyui: tuple[FaultyProxy, ...]

    @property
    def processes(self) -> tuple[Process, ...]:
        return (*self.simulators, *self.apis, *self.workers)

    @property
    def proxies(self) -> tuple[FaultyProxy, ...]:
        return (self.database, self.redis, *self.comfyui)


@contextlib.asynccontextmanager
async def installation(folder: Path, *, delay_ms: float) -> AsyncIterator[Installation]:
    """Start everything with production intervals; kill it at the end."""
    async with contextlib.AsyncExitStack() as stack:
        database = await stack.enter_async_context(
            postgres(source=Source.AUTO, data_dir=folder / "postgres", port=None, durable=False)
        )
        redis = await stack.enter_async_context(
            valkey(source=Source.AUTO, data_dir=folder / "valkey", port=None, durable=False)
        )
        database_url, redis_url = database.url_for("chaos"), redis.url_for(5)
        await ensure_database(database.url_for("postgres"), "chaos")
        await migrations.upgrade(database_url)
        database_proxy = await _proxy(stack, database_url)
        redis_proxy = await _proxy(stack, redis_url)
        ports = [choose_port() for _ in range(4)]
        simulator_ports, api_ports = ports[:2], ports[2:]
        comfyui = [
            await stack.enter_async_context(faulty_proxy("127.0.0.1", port))
            for port in simulator_ports
        ]
        settings = [
            _settings(
                _through(database_url, database_proxy),
                _through(redis_url, redis_proxy),
                port,
                comfyui,
                folder,
            )
            for port in api_ports
        ]
        simulators = tuple(
            Process(
                f"simulator {port}",
                settings[0],
                ("simulator", "--port", str(port), "--delay-ms", str(delay_ms)),
                folder / f"simulator-{port}.log",
            )
            for port in simulator_ports
        )
        apis = tuple(
            Process(f"api {one.web.port}", one, ("api",), folder / f"api-{one.web.port}.log")
            for one in settings
        )
        workers = tuple(
            Process(f"worker {number}", settings[0], ("worker",), folder / f"worker-{number}.log")
            for number in (1, 2)
        )
        for process in (*simulators, *apis, *workers):
            await process.start()
            stack.push_async_callback(process.close)
        urls = tuple(f"http://127.0.0.1:{port}" for port in api_ports)
        for url in urls:
            await _healthy(url)
        yield Installation(
            folder,
            database_url,
            redis_url,
            urls,
            tuple(f"http://127.0.0.1:{port}" for port in simulator_ports),
            apis,
            workers,
            simulators,
            database_proxy,
            redis_proxy,
            tuple(comfyui),
        )


async def _proxy(stack: contextlib.AsyncExitStack, url: str) -> FaultyProxy:
    parsed = make_url(url)
    if parsed.host is None or parsed.port is None:
        raise SystemExit("the stores must listen on TCP")
    return await stack.enter_async_context(faulty_proxy(parsed.host, parsed.port))


def _through(url: str, proxy: FaultyProxy) -> str:
    parsed = make_url(url).set(host="127.0.0.1", port=proxy.port)
    return parsed.render_as_string(hide_password=False)


def _settings(
    database_url: str, redis_url: str, port: int, comfyui: list[FaultyProxy], folder: Path
) -> Settings:
    backends = [
        {"name": f"sim{number}", "url": f"http://127.0.0.1:{proxy.port}"}
        for number, proxy in enumerate(comfyui, start=1)
    ]
    variables = {
        "GENONAUT_DATABASE__URL": database_url,
        "GENONAUT_REDIS__URL": redis_url,
        "GENONAUT_REDIS__NAMESPACE": NAMESPACE,
        "GENONAUT_STORAGE__ROOT": str(folder / "files"),
        "GENONAUT_WEB__PORT": str(port),
        "GENONAUT_COMFYUI__BACKENDS": msgspec.json.encode(backends).decode(),
    }
    return load_settings("demo", variables)


async def _healthy(url: str) -> None:
    async with aiohttp.ClientSession() as http, asyncio.timeout(120):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with http.get(f"{url}/api/v1/health") as answer:
                    if answer.status == 200 and (await answer.json())["status"] == "ok":
                        return
            await asyncio.sleep(0.1)
