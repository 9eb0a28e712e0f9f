"""Several API processes that share one port."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import delete
from tests.integration.monitoring.test_metrics import Families, exposed_name, value
from tests.support.accounts import PASSWORD, make_key, make_user, with_login
from tests.support.monitoring import add_backend
from tests.support.programs import program
from tests.support.server import watching
from tests.support.service import eventually
from tests.support.timeouts import patiently

from genonaut.config import Settings
from genonaut.config.settings import DatabaseSettings
from genonaut.embedded.ports import choose_port
from genonaut.jobs.tables import ComfyuiBackend
from genonaut.runtime import open_runtime

JOBS = "/api/v1/generation-jobs/"
JOB = {"prompt": "a lighthouse", "checkpoint_model": "sd15.safetensors"}


class Service:
    """The parent process of an API with two processes."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process = process
        self.url = url

    def children(self) -> list[psutil.Process]:
        found = psutil.Process(self.process.pid).children()
        return [one for one in found if one.status() != psutil.STATUS_ZOMBIE]

    async def serving_pids(self, count: int) -> set[int]:
        """Wait until so many processes accept connections; return their ids."""

        async def check() -> set[int] | None:
            found: set[int] = set()
            for _ in range(20):
                pid = await self.pid_of_fresh_client()
                found |= {pid} if pid is not None else set()
            return found if len(found) == count else None

        pids: set[int] = await eventually(check)
        return pids

    async def pid_of_fresh_client(self) -> int | None:
        with contextlib.suppress(httpx.TransportError):
            async with httpx.AsyncClient(base_url=self.url) as http:
                return await self.pid_of(http)
        return None

    async def pid_of(self, http: httpx.AsyncClient) -> int | None:
        """Return which process has the connection of a client that sends one request at a time."""
        async with http.stream("GET", "/health/live") as answer:
            assert answer.status_code == 200
            await answer.aread()  # else the connection is closed
            stream = answer.extensions["network_stream"]
            port = stream.get_extra_info("socket").getsockname()[1]
            for child in self.children():
                with contextlib.suppress(psutil.NoSuchProcess):
                    connections = child.net_connections("tcp")
                    if any(tuple(one.raddr)[1:] == (port,) for one in connections):
                        return child.pid
        return None

    async def client_of(self, pid: int, **options: Any) -> httpx.AsyncClient:
        """Return a client whose connection is at this process; the caller closes it."""

        async def connect() -> httpx.AsyncClient | None:
            http = httpx.AsyncClient(base_url=self.url, **options)
            if await self.pid_of(http) == pid:
                return http
            await http.aclose()
            return None

        client: httpx.AsyncClient = await eventually(connect)
        return client

    async def request_at(self, pid: int, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request over a connection that this process has accepted."""

        async def attempt() -> httpx.Response | None:
            async with contextlib.aclosing(await self.client_of(pid)) as http:
                answer = await http.request(method, path, **options)
                # An idle connection may have been closed and opened again elsewhere.
                return answer if await self.pid_of(http) == pid else None

        answer: httpx.Response = await eventually(attempt)
        return answer


@contextlib.asynccontextmanager
async def two_processes(settings: Settings, log: Path) -> AsyncIterator[Service]:
    port = choose_port()
    settings = msgspec.structs.replace(
        settings, web=msgspec.structs.replace(settings.web, port=port)
    )
    async with program(settings, "api", "--processes", "2", log=log) as process:
        yield Service(process, f"http://127.0.0.1:{port}")
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            async with patiently():
                await process.wait()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "api.log"


async def test_requests_go_on_after_a_process_was_killed_and_it_comes_back(
    settings: Settings, log: Path
) -> None:
    async with two_processes(settings, log) as service:
        first = await service.serving_pids(2)
        killed = min(first)
        psutil.Process(killed).kill()
        for _ in range(10):
            async with httpx.AsyncClient(base_url=service.url) as http:
                assert (await http.get("/api/v1/health")).status_code == 200
        second = await service.serving_pids(2)
        assert killed not in second
        assert len(first & second) == 1
        async with httpx.AsyncClient(base_url=service.url) as http:
            metrics = (await http.get("/metrics")).text
        assert "genonaut_background_loop_up" in metrics


async def test_sigterm_ends_all_processes(settings: Settings, log: Path) -> None:
    async with two_processes(settings, log) as service:
        await service.serving_pids(2)
        children = service.children()
        service.process.send_signal(signal.SIGTERM)
        async with patiently():
            assert await service.process.wait() == 0
        assert not any(one.is_running() for one in children)


async def test_the_processes_end_with_their_killed_parent(settings: Settings, log: Path) -> None:
    async with two_processes(settings, log) as service:
        await service.serving_pids(2)
        children = service.children()
        service.process.kill()

        async def have_ended() -> bool:
            return not any(one.is_running() for one in children)

        await eventually(have_ended)


async def test_a_process_that_cannot_start_ends_the_others(settings: Settings, log: Path) -> None:
    broken = msgspec.structs.replace(
        settings, storage=msgspec.structs.replace(settings.storage, root="/proc/nowhere")
    )
    async with two_processes(broken, log) as service:
        async with patiently():
            status = await service.process.wait()
        assert status == 1
        assert "before it accepted requests" in await asyncio.to_thread(log.read_text)


async def test_a_job_submitted_at_one_process_is_seen_at_the_other(
    settings: Settings, log: Path
) -> None:
    async with two_processes(settings, log) as service:
        first, second = await service.serving_pids(2)
        async with contextlib.AsyncExitStack() as stack:

            async def watch_second() -> Any:
                before = _connected_ports(second)
                context = watching(service.url, "/ws/jobs")
                watcher = await stack.enter_async_context(context)
                await watcher.frame()
                return watcher if _connected_ports(second) - before else None

            watcher = await eventually(watch_second)
            answer = await service.request_at(first, "POST", JOBS, json=JOB)
            assert answer.status_code == 201, answer.text
            async with patiently():
                while (await watcher.frame()).get("job_id") != answer.json()["id"]:
                    pass


@contextlib.asynccontextmanager
async def client_of_each(service: Service) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Yield a client for each of the two processes, with a connection that is used again while it is open."""
    async with contextlib.AsyncExitStack() as stack:
        pids = sorted(await service.serving_pids(2))
        clients = [
            await stack.enter_async_context(contextlib.aclosing(await service.client_of(pid)))
            for pid in pids
        ]
        yield clients


async def metrics_of(client: httpx.AsyncClient) -> Families:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    return {exposed_name(one): one for one in text_string_to_metric_families(answer.text)}


async def test_metrics_of_either_process_are_those_of_both(settings: Settings, log: Path) -> None:
    async with (
        two_processes(settings, log) as service,
        client_of_each(service) as clients,
        watching(service.url, "/ws/jobs") as first,
        watching(service.url, "/ws/jobs") as second,
    ):
        await first.frame()
        await second.frame()
        for client, count in zip(clients, (3, 2), strict=True):
            for _ in range(count):
                answer = await client.post(JOBS, json=JOB)
                assert answer.status_code == 201, answer.text
        for client in clients:
            found = await metrics_of(client)
            assert value(found, "genonaut_jobs_submitted_total") == 5
            assert value(found, "genonaut_websockets_open", subject="jobs") == 2
            assert value(found, "genonaut_jobs") == 5, "the queue is counted once"
            assert value(found, "genonaut_background_loop_up", loop="hub") == 1
            path = "/api/v1/generation-jobs"
            assert value(found, "genonaut_requests_total", method="POST", path=path) == 5
            limit = DatabaseSettings().pool_size + DatabaseSettings().max_overflow
            assert value(found, "genonaut_database_connections", state="limit") == 2 * limit
            samples = [sample for one in found.values() for sample in one.samples]
            assert not any("pid" in sample.labels for sample in samples)


async def test_a_server_that_is_gone_is_gone_from_the_metrics_of_every_process(
    settings: Settings, log: Path
) -> None:
    async with (
        open_runtime(settings, application="test") as runtime,
        two_processes(settings, log) as service,
        client_of_each(service) as clients,
    ):
        await add_backend(runtime)
        for client in clients:
            assert value(await metrics_of(client), "genonaut_backend_up", backend="gpu1") == 1
        async with runtime.begin() as uow:
            await uow.session.execute(delete(ComfyuiBackend))

        async def is_gone() -> bool:
            found = [await metrics_of(client) for client in clients]
            names = ("genonaut_backend_up", "genonaut_backend_slots")
            return not any(one[name].samples for one in found for name in names)

        await eventually(is_gone)


async def test_the_limits_of_a_key_and_of_logins_count_in_all_processes(
    settings: Settings, log: Path
) -> None:
    limits = msgspec.structs.replace(
        settings.limits,
        is_enabled=True,
        key_burst=20,
        key_per_minute=0.01,
        login_burst=4,
        login_per_minute=0.01,
    )
    settings = with_login(msgspec.structs.replace(settings, limits=limits))
    settings = with_login(settings, limits__is_enabled=True)
    async with open_runtime(settings, application="test") as runtime:
        user = await make_user(runtime, "ann")
        key = await make_key(runtime, user.id)
    async with two_processes(settings, log) as service, client_of_each(service) as clients:
        statuses = [
            [(await client.get(JOBS, headers=key)).status_code for client in clients]
            for _ in range(20)
        ]
        accepted = sum(found.count(200) for found in statuses)
        assert accepted == 20
        assert statuses[-1] == [429, 429]
        wrong = {"username": "ann", "password": "not the password"}
        path = "/api/v1/auth/login"
        answers = [(await clients[n % 2].post(path, json=wrong)).status_code for n in range(6)]
        assert answers == [401] * 4 + [429] * 2


def _connected_ports(pid: int) -> set[int]:
    found = psutil.Process(pid).net_connections("tcp")
    return {int(str(port)) for one in found for port in tuple(one.raddr)[1:]}


async def test_a_logout_at_one_process_is_refused_at_the_other(
    settings: Settings, log: Path
) -> None:
    settings = with_login(settings)
    async with open_runtime(settings, application="test") as runtime:
        await make_user(runtime, "ann")
    async with two_processes(settings, log) as service:
        first, second = await service.serving_pids(2)
        login = {"username": "ann", "password": PASSWORD}
        answer = await service.request_at(first, "POST", "/api/v1/auth/login", json=login)
        assert answer.status_code == 200, answer.text
        cookies = dict(answer.cookies)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        answer = await service.request_at(second, "GET", JOBS, headers=sent)
        assert answer.status_code == 200
        csrf = next(value for name, value in cookies.items() if "csrf" in name)
        async with contextlib.aclosing(await service.client_of(first)) as http:
            headers = {**sent, "X-CSRF-Token": csrf}
            answer = await http.post("/api/v1/auth/logout", headers=headers)
        assert answer.status_code == 204, answer.text

        async def is_refused() -> bool:
            answer = await service.request_at(second, "GET", JOBS, headers=sent)
            return answer.status_code == 401

        await eventually(is_refused)
