"""The wheel in an empty environment: check, migrate, serve in prod as an ordinary user, stop.

``docs/operations.md`` describes the same steps.
"""

import asyncio
import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
from tests.support.databases import connect, create_database, drop_database
from tests.support.directories import open_directory
from tests.support.processes import Servers
from tests.support.service import eventually

from genonaut.accounts.authentication import CSRF_COOKIE
from genonaut.config import project_root
from genonaut.db import migrations
from genonaut.db.revision import newest_revision
from genonaut.embedded.ports import choose_port
from genonaut.simulator import Simulator

ROOT = project_root()
PASSWORD = "correct horse battery"
JOB = {"prompt": "a fox", "checkpoint_model": "sd15.safetensors", "params": {"steps": 1}}
UV = str(Path(sys.executable).with_name("uv"))

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def program() -> Iterator[Path]:
    """The command ``genonaut`` of a wheel in an environment of its own."""
    with open_directory("genonaut-wheel-") as folder:
        run(UV, "build", "--wheel", "--no-build-isolation", "--out-dir", folder, cwd=ROOT)
        run(UV, "venv", "--python", python_for_everybody(), folder / "venv")
        python = folder / "venv" / "bin" / "python"
        install = (UV, "pip", "install", "--python", python, "--no-deps")
        run(*install, "--require-hashes", "--requirement", ROOT / "requirements" / "server.txt")
        run(*install, *folder.glob("*.whl"))
        (folder / "venv").chmod(0o755)
        yield python.with_name("genonaut")


def python_for_everybody() -> str:
    """Return a Python that an ordinary user can start: that of the tests may be in root's home."""
    own = Path(sys.executable).resolve()
    if os.getuid() or all(part.stat().st_mode & 0o001 for part in own.parents):
        return str(own)
    system = "/usr/bin/python3"
    code = "import sys; sys.exit(sys.version_info < (3, 11))"
    if not Path(system).exists() or subprocess.run([system, "-c", code], check=False).returncode:
        pytest.skip(f"{own} is closed to ordinary users, and {system} is not 3.11 or newer")
    return system


def run(*command: str | Path, cwd: Path | None = None) -> None:
    variables = {**os.environ, "VIRTUAL_ENV": sys.prefix}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@dataclass(frozen=True)
class Installation:
    """An installation in ``home`` with a file ``.env``, owned by an ordinary user."""

    program: Path
    home: Path
    port: int
    database_url: str
    account: pwd.struct_passwd

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, *arguments: str, log: Path | None = None) -> asyncio.subprocess.Process:
        """Start a command in ``home`` as the ordinary user, without any variable of ours."""
        is_root = os.getuid() == 0
        with contextlib.ExitStack() as stack:
            output = stack.enter_context(log.open("ab")) if log else subprocess.PIPE
            return await asyncio.create_subprocess_exec(
                self.program,
                *arguments,
                cwd=self.home,
                env={"PATH": "/usr/bin:/bin", "HOME": str(self.home)},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                user=self.account.pw_uid if is_root else None,
                group=self.account.pw_gid if is_root else None,
                extra_groups=[] if is_root else None,
            )

    async def command(self, *arguments: str, text: str = "") -> tuple[int, str]:
        """Run a command; returns its exit status and what it printed."""
        process = await self.start(*arguments)
        output, errors = await process.communicate(text.encode())
        return process.returncode or 0, (output + errors).decode()


@pytest.fixture
async def installation(
    program: Path, servers: Servers, simulator: Simulator
) -> AsyncIterator[Installation]:
    name = f"genonaut_prod_{uuid4().hex[:8]}"
    url = servers.url_of(name)
    account = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    with open_directory("genonaut-home-") as home:
        installed = Installation(program, home, choose_port(), url, account)
        settings = {
            "APP_ENV": "prod",
            "DATABASE_URL": url,
            "REDIS_URL": servers.redis_url,
            "REDIS_NS_PROD": name,
            "COMFYUI_URL": simulator.url,
            "GENONAUT_STORAGE__ROOT": f"{home}/files",
            "GENONAUT_WEB__PORT": str(installed.port),
        }
        env = home / ".env"
        env.write_text("".join(f"{key}='{value}'\n" for key, value in settings.items()))
        env.chmod(0o600)
        for path in (home, env):
            shutil.chown(path, account.pw_uid, account.pw_gid)
        yield installed
        await drop_database(servers.database_url, name)


def previous_revision() -> str:
    """Return the revision before the newest one."""
    newest = newest_revision()
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        text = path.read_text()
        if f'revision = "{newest}"' in text or f'revision: str = "{newest}"' in text:
            found = re.search(r'down_revision[^=]*= "(\w+)"', text)
            assert found is not None
            return found[1]
    raise AssertionError(newest)


async def test_a_database_of_the_previous_revision_is_migrated_with_its_data(
    installation: Installation, servers: Servers
) -> None:
    url = installation.database_url
    await create_database(servers.database_url, url.rpartition("/")[2])
    await migrations.upgrade(url, previous_revision())
    connection = await connect(url)
    try:
        await connection.execute(
            "INSERT INTO users (id, username, role, is_active, created_at)"
            " VALUES (gen_random_uuid(), 'ada', 'user', true, now())"
        )
        status, output = await installation.command("db", "upgrade")
        assert (status, f"-> {newest_revision()}" in output) == (0, True), output
        assert await connection.fetchval("SELECT username FROM users") == "ada"
    finally:
        await connection.close()


async def test_an_env_file_that_everybody_can_read_is_refused(installation: Installation) -> None:
    env = installation.home / ".env"
    env.chmod(0o644)
    for arguments in (("api",), ("worker",), ("db", "upgrade")):
        status, output = await installation.command(*arguments)
        assert status == 1
        assert output.startswith(f"Error: every user of this machine can read {env}")
        assert f"chmod 600 {env}" in output


async def test_from_an_empty_database_to_a_finished_image_and_a_clean_stop(
    installation: Installation, tmp_path: Path
) -> None:
    status, output = await installation.command("doctor")
    assert (status, "cannot connect to PostgreSQL" in output) == (1, True), output
    status, output = await installation.command("db", "upgrade")
    assert (status, f"none -> {newest_revision()}" in output) == (0, True), output
    status, output = await installation.command(
        "users", "create", "ada", "--admin", "--password-stdin", text=f"{PASSWORD}\n"
    )
    assert (status, output) == (0, "created administrator ada\n")
    status, output = await installation.command("doctor")
    assert status == 0, output
    async with serving(installation, tmp_path) as processes:
        await until_healthy(installation)
        await render_an_image(installation)
        assert await installation.command("health") == (0, "")
        assert await installation.command("health", "--worker") == (0, "")
        for name, process in processes.items():
            process.send_signal(signal.SIGTERM)
            assert await process.wait() in {0, -signal.SIGTERM}, name
    assert (await installation.command("health"))[0] == 1
    assert (await installation.command("health", "--worker"))[0] == 1
    for name in ("api", "worker"):
        assert "Traceback" not in (tmp_path / name).read_text()
    files = [path for path in (installation.home / "files").rglob("*") if path.is_file()]
    assert files
    assert {path.stat().st_mode & 0o007 for path in files} == {0}
    assert {path.stat().st_uid for path in files} == {installation.account.pw_uid}


@contextlib.asynccontextmanager
async def serving(
    installation: Installation, logs: Path
) -> AsyncIterator[dict[str, asyncio.subprocess.Process]]:
    """Run API and worker; they are killed if they still run at the end."""
    processes: dict[str, asyncio.subprocess.Process] = {}
    try:
        for name in ("api", "worker"):
            processes[name] = await installation.start(name, log=logs / name)
        yield processes
    finally:
        for process in processes.values():
            if process.returncode is None:
                process.kill()
            await process.wait()


async def until_healthy(installation: Installation) -> None:
    async with aiohttp.ClientSession() as http:

        async def is_healthy() -> bool:
            try:
                async with http.get(f"{installation.url}/api/v1/health") as reply:
                    return bool((await reply.json())["status"] == "ok")
            except aiohttp.ClientError:
                return False

        await eventually(is_healthy)
        for path in ("/health/live", "/health/ready", "/"):
            async with http.get(f"{installation.url}{path}") as reply:
                assert reply.status == 200, path
        # The web app is in the wheel.
        async with http.get(f"{installation.url}/") as reply:
            assert "<title>Genonaut" in await reply.text()


async def render_an_image(installation: Installation) -> None:
    jobs = f"{installation.url}/api/v1/generation-jobs/"
    origin = {"Origin": installation.url}
    cookies = aiohttp.CookieJar(unsafe=True)  # of an address, not a host name
    async with aiohttp.ClientSession(headers=origin, cookie_jar=cookies) as http:
        login = {"username": "ada", "password": PASSWORD}
        async with http.post(f"{installation.url}/api/v1/auth/login", json=login) as reply:
            assert reply.status == 200, await reply.text()
        csrf = next(one.value for one in cookies if one.key == CSRF_COOKIE)
        async with http.post(jobs, json=JOB, headers={"X-CSRF-Token": csrf}) as reply:
            assert reply.status == 201, await reply.text()
            job = await reply.json()

        async def is_completed() -> bool:
            async with http.get(f"{jobs}{job['id']}") as reply:
                return bool((await reply.json())["status"] == "completed")

        await eventually(is_completed)
