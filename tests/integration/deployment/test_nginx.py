"""The example for nginx: nginx accepts it, and serves the API, websockets and files through it."""

import asyncio
import contextlib
import re
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import msgspec
import pytest
from tests.support.directories import open_directory
from tests.support.server import serving
from tests.support.service import eventually, running_worker

from genonaut.config import Settings, project_root
from genonaut.embedded.ports import choose_port

EXAMPLE = project_root() / "deploy" / "nginx" / "genonaut.conf"
CERTIFICATES = project_root() / "tests" / "data" / "comfyui" / "tls"
JOB = {"prompt": "a fox", "checkpoint_model": "sd15.safetensors", "params": {"steps": 1}}


@dataclass(frozen=True)
class Proxy:
    """A running nginx."""

    port: int
    plain_port: int
    files: Path

    def url(self, path: str, scheme: str = "https") -> str:
        return f"{scheme}://localhost:{self.port}{path}"


def nginx() -> str:
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        pytest.skip("nginx is not installed (apt-get install nginx-light)")
    return program


def adapted(folder: Path, upstream: str, proxy: Proxy) -> Path:
    """Write a complete configuration with the example in it, changed only where a user changes it.

    Paths of the project are quoted, because they may contain spaces.
    """
    text = EXAMPLE.read_text()
    for pattern, replacement in {
        r"listen \[::\].*;\n": "",
        r"listen 443 ": f"listen 127.0.0.1:{proxy.port} ",
        r"listen 80;": f"listen 127.0.0.1:{proxy.plain_port};",
        r"127\.0\.0\.1:8001": upstream,
        r"/etc/ssl/genonaut/fullchain\.pem": f'"{CERTIFICATES / "server.pem"}"',
        r"/etc/ssl/genonaut/privkey\.pem": f'"{CERTIFICATES / "server.key"}"',
        r"/var/lib/genonaut/files/": f"{proxy.files}/",
        r"images\.example\.org": "localhost",
    }.items():
        text, count = re.subn(pattern, replacement, text)
        assert count, pattern
    (folder / "genonaut.conf").write_text(text)
    path = folder / "nginx.conf"
    path.write_text(
        f"pid {folder}/nginx.pid;\nerror_log stderr info;\ndaemon off;\nevents {{}}\n"
        f"http {{\naccess_log off;\ninclude /etc/nginx/mime.types;\n"
        + "".join(
            f"{kind}_temp_path {folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"include {folder}/genonaut.conf;\n}}\n"
    )
    return path


def check_configuration(command: list[str]) -> None:
    done = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


@contextlib.asynccontextmanager
async def proxying(upstream: str) -> AsyncIterator[Proxy]:
    """Run nginx before ``upstream``, host and port."""
    program = nginx()
    with open_directory("genonaut-nginx-") as folder:
        files = folder / "files"
        files.mkdir(mode=0o755)
        proxy = Proxy(choose_port(), choose_port(), files)
        configuration = adapted(folder, upstream, proxy)
        command = [program, "-c", str(configuration), "-p", str(folder)]
        check_configuration(command)
        process = await asyncio.create_subprocess_exec(*command)
        try:
            yield proxy
        finally:
            process.terminate()
            await process.wait()


@contextlib.asynccontextmanager
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    trust = ssl.create_default_context(cafile=str(CERTIFICATES / "ca.pem"))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust)) as http:
        yield http


async def until_it_answers(http: aiohttp.ClientSession, proxy: Proxy) -> None:
    async def answers() -> bool:
        try:
            async with http.get(proxy.url("/health/live")) as reply:
                return reply.status == 200
        except aiohttp.ClientConnectionError:
            return False

    await eventually(answers)


async def test_a_job_runs_through_the_proxy_and_its_frames_and_image_arrive(
    settings: Settings,
) -> None:
    web = msgspec.structs.replace(
        settings.web, public_url="https://localhost", trusted_proxies=("127.0.0.1",)
    )
    settings = msgspec.structs.replace(settings, web=web)
    async with (
        serving(settings) as address,
        proxying(address.removeprefix("http://")) as proxy,
        running_worker(settings),
        client() as http,
    ):
        await until_it_answers(http, proxy)
        async with http.ws_connect(proxy.url("/ws/jobs", "wss")) as socket:
            async with http.post(proxy.url("/api/v1/generation-jobs/"), json=JOB) as reply:
                assert reply.status == 201, await reply.text()
                assert "Strict-Transport-Security" in reply.headers  # X-Forwarded-Proto arrived
            content_id = None
            async for message in socket:
                frame = msgspec.json.decode(message.data)
                if frame.get("job_status") == "completed":
                    content_id = frame["content_id"]
                    break
        async with http.get(proxy.url(f"/api/v1/content/{content_id}/image")) as reply:
            assert reply.status == 200
            assert (await reply.read()).startswith(b"\x89PNG")
        url = f"http://localhost:{proxy.plain_port}/x"
        async with http.get(url, allow_redirects=False) as reply:
            assert (reply.status, reply.headers["Location"]) == (301, "https://localhost/x")


async def test_files_are_served_only_for_an_internal_redirect_and_identities_are_removed() -> None:
    received: list[dict[str, str]] = []

    async def upstream(request: aiohttp.web.Request) -> aiohttp.web.Response:
        received.append(dict(request.headers))
        return aiohttp.web.Response(
            headers={"X-Accel-Redirect": "/_genonaut_files/a/b.png", "Content-Type": "image/png"}
        )

    app = aiohttp.web.Application()
    app.router.add_get("/{path:.*}", upstream)
    runner = aiohttp.web.AppRunner(app)
    await runner.setup()
    site = aiohttp.web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        async with proxying(f"{host}:{port}") as proxy, client() as http:
            (proxy.files / "a").mkdir(mode=0o755)
            (proxy.files / "a" / "b.png").write_bytes(b"image")
            (proxy.files / "a" / "b.png").chmod(0o644)
            await until_it_answers_anything(http, proxy)
            forged = {"X-Forwarded-User": "ada", "X-Forwarded-For": "1.2.3.4"}
            async with http.get(proxy.url("/image"), headers=forged) as reply:
                assert (reply.status, await reply.read()) == (200, b"image")
            async with http.get(proxy.url("/_genonaut_files/a/b.png")) as reply:
                assert reply.status == 404
            assert "X-Forwarded-User" not in received[-1]
            assert received[-1]["X-Forwarded-For"] == "127.0.0.1"
    finally:
        await runner.cleanup()


async def until_it_answers_anything(http: aiohttp.ClientSession, proxy: Proxy) -> None:
    async def answers() -> bool:
        try:
            async with http.get(proxy.url("/")):
                return True
        except aiohttp.ClientConnectionError:
            return False

    await eventually(answers)
