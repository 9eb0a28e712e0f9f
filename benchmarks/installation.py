"""Run a complete installation in separate processes: stores, simulator, API, one worker."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import msgspec
import psutil
from tests.support.programs import program

from genonaut.config import Settings, load_settings
from genonaut.db import migrations
from genonaut.embedded import Source, ensure_database, postgres, valkey
from genonaut.embedded.ports import choose_port
from genonaut.simulator.temporary_directory import LockedTemporaryDirectory

# More than the fan-out opens: all of them come from one user and one address.
SOCKETS = 600


@dataclass(frozen=True)
class Installation:
    """URLs and process ids of the installation."""

    settings: Settings
    api_url: str
    simulator_url: str
    api_pid: int
    worker_pid: int
    simulator_pid: int
    postgres_pid: int
    valkey_pid: int

    def rss_mib(self, pid: int) -> float:
        """Return the resident memory of a process in MiB."""
        return float(psutil.Process(pid).memory_info().rss) / 2**20


@contextlib.asynccontextmanager
async def installation(delay_ms: float = 0.0) -> AsyncIterator[Installation]:
    """Start everything, with durable stores and production intervals; stop it at the end."""
    async with contextlib.AsyncExitStack() as stack:
        temporary = LockedTemporaryDirectory("genonaut-bench-")
        stack.callback(temporary.close)
        folder = temporary.path
        folder.chmod(0o755)
        await _compile_modules(folder / "compiled")
        database = await stack.enter_async_context(
            postgres(source=Source.AUTO, data_dir=folder / "postgres", port=None, durable=True)
        )
        redis = await stack.enter_async_context(
            valkey(source=Source.AUTO, data_dir=folder / "valkey", port=None, durable=True)
        )
        await ensure_database(database.url_for("postgres"), "bench")
        await migrations.upgrade(database.url_for("bench"))
        api_port, simulator_port = choose_port(), choose_port()
        settings = _settings(
            database.url_for("bench"), redis.url_for(5), api_port, simulator_port, folder
        )
        log = folder / "log"

        async def start(*words: str) -> asyncio.subprocess.Process:
            return await stack.enter_async_context(program(settings, *words, log=log))

        simulator = await start(
            "simulator", "--port", str(simulator_port), "--delay-ms", str(delay_ms)
        )
        await _answers(f"http://127.0.0.1:{simulator_port}/system_stats", log)
        api = await start("api")
        worker = await start("worker")
        url = f"http://127.0.0.1:{api_port}"
        await _answers(f"{url}/api/v1/health", log, wanted=b'"status":"ok"')
        if database.pid is None or redis.pid is None:
            raise SystemExit("PostgreSQL or Valkey has ended")
        yield Installation(
            settings,
            url,
            f"http://127.0.0.1:{simulator_port}",
            api_pid=api.pid,
            worker_pid=worker.pid,
            simulator_pid=simulator.pid,
            postgres_pid=database.pid,
            valkey_pid=redis.pid,
        )


async def _compile_modules(folder: Path) -> None:
    """Compile what is imported, as pip does when it installs: compiling takes memory that Python keeps.

    Only where Python is told not to write compiled files, as in many containers of tests.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None) is None:
        return
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import genonaut.worker.main, genonaut.web.api_documents, uvloop")
    )
    if await process.wait():
        raise SystemExit("the modules cannot be imported")


def _settings(
    database_url: str, redis_url: str, api_port: int, simulator_port: int, folder: Path
) -> Settings:
    variables = {
        "GENONAUT_DATABASE__URL": database_url,
        "GENONAUT_REDIS__URL": redis_url,
        "GENONAUT_STORAGE__ROOT": str(folder / "files"),
        "GENONAUT_WEB__PORT": str(api_port),
        "GENONAUT_LIMITS__WEBSOCKETS_PER_USER": str(SOCKETS),
        "GENONAUT_LIMITS__WEBSOCKETS_PER_ADDRESS": str(SOCKETS),
        "GENONAUT_COMFYUI__BACKENDS": msgspec.json.encode(
            [{"name": "sim1", "url": f"http://127.0.0.1:{simulator_port}"}]
        ).decode(),
    }
    return load_settings("demo", variables)


async def _answers(url: str, log: Path, *, wanted: bytes = b"") -> None:
    async with aiohttp.ClientSession() as http:
        try:
            async with asyncio.timeout(60):
                while True:
                    with contextlib.suppress(aiohttp.ClientError):
                        async with http.get(url) as answer:
                            if answer.status == 200 and wanted in await answer.read():
                                return
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise SystemExit(
                f"{url} does not answer; the log ends:\n{log.read_text()[-3000:]}"
            ) from None
