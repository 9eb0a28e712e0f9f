"""Reads under load over HTTP, each beside the bare application in the same run.

Everything runs in processes of its own: PostgreSQL, Valkey, the API in password mode, the bare
application, and the load generator. The caller sends the cookie of a session. Prints per row, for 1, 16
and 64 connections: requests per second, p50 and p99, the processor time that the server process needed
for one request, and the ratios to the bare application.
"""

import asyncio
import contextlib
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from benchmarks.filled_database import Filled, add_image, fill
from benchmarks.gallery import time_all
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from tests.support.programs import variables_of

from genonaut.accounts.authentication import SESSION_COOKIE
from genonaut.accounts.identity import Client
from genonaut.accounts.sessions import SessionService
from genonaut.config import Settings, load_settings
from genonaut.db import UnitOfWork, migrations
from genonaut.db.engine import make_engine
from genonaut.embedded import Source, ensure_database, postgres, valkey
from genonaut.embedded.ports import choose_port

CONNECTIONS = (1, 16, 64)
_NO_LIMIT = "1000000000"


@dataclass(frozen=True)
class Server:
    """A server process under measurement, and the headers that its requests need."""

    port: int
    pid: int
    headers: tuple[str, ...] = ()


def paths(filled: Filled) -> dict[str, tuple[str, str]]:
    """Return the path at the bare application and at the API, by the name of the row."""
    api = "/api/v1"
    jobs, content = f"{api}/generation-jobs/", f"{api}/content/"
    return {
        "job_by_id": (f"/jobs/{filled.job_id}", f"{jobs}{filled.job_id}"),
        "job_list": ("/jobs", jobs),
        "unread_count": ("/unread", f"{api}/notifications/unread/count"),
        "notification_list": ("/notifications", f"{api}/notifications/"),
        "content_by_id": (f"/content/{filled.content_id}", f"{content}{filled.content_id}"),
        "content_list": ("/content", content),
        "models_page": ("/models", f"{api}/models"),
        "image": ("/files/image.png", f"{content}{filled.image_id}/image"),
        "thumbnail": ("/files/small.webp", f"{content}{filled.image_id}/thumbnails/small"),
    }


async def reads(*, items: int, seconds: float, rounds: int) -> dict[str, Any]:
    """Measure every read, and the pages of the gallery, over one filled database."""
    async with contextlib.AsyncExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="genonaut-reads-"))
        folder = Path(name)
        folder.chmod(0o755)  # as root, PostgreSQL runs as another user
        database = await stack.enter_async_context(
            postgres(source=Source.AUTO, data_dir=folder / "postgres", port=None, durable=False)
        )
        redis = await stack.enter_async_context(
            valkey(source=Source.AUTO, data_dir=folder / "valkey", port=None, durable=False)
        )
        url = database.url_for("bench")
        await ensure_database(database.url_for("postgres"), "bench")
        await migrations.upgrade(url)
        settings = _settings(url, redis.url_for(5), folder)
        engine = make_engine(settings.database, application="benchmark")
        stack.push_async_callback(engine.dispose)
        filled = await fill(engine, items)
        filled = await add_image(settings, filled, folder / "same")
        cookie = await _log_in(engine, settings, filled)
        plain = url.replace("postgresql+asyncpg", "postgresql")
        bare_port, log = choose_port(), folder / "log"
        arguments = (plain, str(bare_port), str(filled.owner_id), str(folder / "same"))
        bare = await stack.enter_async_context(
            _process("benchmarks.bare_application", *arguments, log=log)
        )
        api = await stack.enter_async_context(
            _process("genonaut.cli", "api", environment=_environment(settings), log=log)
        )
        servers = (
            Server(bare_port, bare.pid),
            Server(settings.web.port, api.pid, (f"Cookie: {SESSION_COOKIE}={cookie}",)),
        )
        try:
            rows = {
                row: await _compare(servers, requested, seconds)
                for row, requested in paths(filled).items()
            }
        except TimeoutError:
            raise SystemExit(f"a server does not answer:\n{log.read_text()[-3000:]}") from None
        gallery = await time_all(engine, filled.owner_id, rounds)
        return {"items": items, "reads": rows, "gallery": gallery}


async def _compare(
    servers: tuple[Server, Server], requested: tuple[str, str], seconds: float
) -> dict[str, Any]:
    """Measure one row at both servers, for each number of connections."""
    for server, path in zip(servers, requested, strict=True):
        await _answers(server, path)
    found: dict[str, Any] = {}
    for connections in CONNECTIONS:
        bare, api = [
            await _load(server, path, connections, seconds)
            for server, path in zip(servers, requested, strict=True)
        ]
        found[f"c{connections}"] = {
            "ratio": round(api["rps"] / bare["rps"], 3),
            "cpu_ratio": round(bare["cpu_ms"] / api["cpu_ms"], 3),
            "bare": bare,
            "api": api,
        }
    return found


async def _load(server: Server, path: str, connections: int, seconds: float) -> dict[str, Any]:
    process = psutil.Process(server.pid)
    before = process.cpu_times()
    generator = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.load",
        *(str(server.port), path, str(connections), str(seconds), "Accept: image/webp,*/*"),
        *server.headers,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await generator.communicate()
    after = process.cpu_times()
    if generator.returncode != 0:
        raise SystemExit(f"the load generator failed for {path}")
    found: dict[str, Any] = json.loads(output)
    if found["failures"]:
        raise SystemExit(f"{found['failures']} of {found['requests']} requests failed: {path}")
    used = (after.user + after.system) - (before.user + before.system)
    return {**found, "cpu_ms": round(1000 * used / found["requests"], 3)}


def table(figures: dict[str, Any]) -> str:
    """Return the rows of the reads as a table, one line per row and number of connections."""
    speed = f"{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>8}"
    head = f"{'read':<18}{'conns':>6}{'ratio':>7}{'rps':>8}{speed}{'CPU ratio':>11}"
    lines = [f"{head}   bare: {'rps':>6}{speed}"]
    for row, by_connections in figures["reads"].items():
        for connections, one in by_connections.items():
            api, bare = one["api"], one["bare"]
            lines.append(
                f"{row:<18}{connections[1:]:>6}{one['ratio']:>7.2f}{api['rps']:>8.0f}"
                f"{api['p50_ms']:>9.2f}{api['p99_ms']:>9.2f}{api['cpu_ms']:>8.2f}"
                f"{one['cpu_ratio']:>11.2f}         {bare['rps']:>6.0f}{bare['p50_ms']:>9.2f}"
                f"{bare['p99_ms']:>9.2f}{bare['cpu_ms']:>8.2f}"
            )
    lines += [
        f"{name:<28}median {one['median_ms']:>8.1f} ms, worst {one['worst_ms']:>8.1f} ms"
        for name, one in figures["gallery"].items()
    ]
    return "\n".join(lines) + "\n"


def _settings(database_url: str, redis_url: str, folder: Path) -> Settings:
    variables = {
        "GENONAUT_DATABASE__URL": database_url,
        "GENONAUT_REDIS__URL": redis_url,
        "GENONAUT_STORAGE__ROOT": str(folder / "files"),
        "GENONAUT_WEB__PORT": str(choose_port()),
        "GENONAUT_AUTH__MODE": "password",
        "GENONAUT_COMFYUI__BACKENDS": '[{"name": "none", "url": "http://127.0.0.1:9"}]',
    }
    return load_settings("demo", variables)


def _environment(settings: Settings) -> dict[str, str]:
    """Return the environment of the API; rate limits count as always, and are never reached."""
    return {
        **variables_of(settings),
        "GENONAUT_LIMITS__USER_BURST": _NO_LIMIT,
        "GENONAUT_LIMITS__USER_PER_MINUTE": _NO_LIMIT,
    }


async def _log_in(engine: AsyncEngine, settings: Settings, filled: Filled) -> str:
    client = Client("127.0.0.1", is_local=True, needs_secure_cookies=False)
    async with UnitOfWork(async_sessionmaker(engine)()) as uow:
        return await SessionService(uow, settings.auth).open(filled.owner_id, client)


@contextlib.asynccontextmanager
async def _process(
    module: str, *arguments: str, log: Path, environment: dict[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a module as a process; it is killed at the end of the block."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *arguments),
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _answers(server: Server, path: str) -> None:
    """Wait until the server answers the path with 200."""
    headers = dict(header.split(": ", 1) for header in server.headers)
    async with aiohttp.ClientSession(headers=headers) as http, asyncio.timeout(60):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with http.get(f"http://127.0.0.1:{server.port}{path}") as answer:
                    if answer.status == 200:
                        return
                    raise SystemExit(f"{path}: {answer.status} {(await answer.text())[:500]}")
            await asyncio.sleep(0.05)
