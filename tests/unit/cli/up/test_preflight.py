"""Checks before anything is started."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from genonaut.cli.running_services import own_record, write_record
from genonaut.cli.up.errors import (
    AlreadyRunningError,
    DataDirectoryError,
    PortTakenError,
)
from genonaut.cli.up.preflight import check_backends, locked_environment, require_free_port
from genonaut.config import BackendSettings, Settings, load_settings
from genonaut.core.errors import UnavailableError


def _settings(data: Path, environment: str = "dev", **variables: str) -> Settings:
    given = {
        "GENONAUT_EMBEDDED__DATA_DIR": str(data),
        "GENONAUT_WEB__PORT": "0",
        "GENONAUT_SIMULATOR__PORT": "0",
        "DATABASE_URL": "postgresql+asyncpg://x/y",
        "REDIS_URL": "redis://x",
    }
    return load_settings(environment, given | variables)


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_only_one_process_can_lock_an_environment(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    with (
        locked_environment(settings),
        pytest.raises(AlreadyRunningError, match=r"is starting or stopping"),
        locked_environment(settings),
    ):
        pass
    with locked_environment(settings) as directory:
        assert directory == tmp_path / "dev"


def test_a_second_start_names_the_first_process(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    with locked_environment(settings):
        write_record(settings, own_record())
        words = f"dev is already running .process {os.getpid()}.; stop it first"
        with pytest.raises(AlreadyRunningError, match=words), locked_environment(settings):
            pass


def test_environments_have_separate_locks(tmp_path: Path) -> None:
    with locked_environment(_settings(tmp_path)), locked_environment(_settings(tmp_path, "demo")):
        pass


def test_an_unusable_data_directory_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(DataDirectoryError, match=r"cannot write to .*GENONAUT_EMBEDDED__DATA_DIR"),
        locked_environment(_settings(tmp_path / "file")),
    ):
        pass


def test_a_port_in_use_names_the_process_and_the_setting(listener: int) -> None:
    words = (
        f"the API cannot listen on 127.0.0.1:{listener} .in use by process {os.getpid()}: .*X__Y"
    )
    with pytest.raises(PortTakenError, match=words):
        require_free_port("127.0.0.1", listener, purpose="the API", variable="X__Y")


def test_an_address_of_another_machine_is_reported() -> None:
    with pytest.raises(PortTakenError, match=r"Cannot assign"):
        require_free_port("192.0.2.1", 8001, purpose="the API", variable="X__Y")
    with pytest.raises(PortTakenError, match=r"cannot listen on no.such.host.invalid"):
        require_free_port("no.such.host.invalid", 8001, purpose="the API", variable="X__Y")


def test_port_zero_chooses_a_port_outside_the_ephemeral_ports() -> None:
    chosen = {
        require_free_port("127.0.0.1", 0, purpose="the API", variable="X__Y") for _ in range(20)
    }
    assert len(chosen) > 1
    assert all(20_000 <= port < 32_000 for port in chosen)


async def test_a_comfyui_server_that_does_not_answer_is_an_error() -> None:
    dead = BackendSettings(name="default", url="http://127.0.0.1:1")
    with pytest.raises(UnavailableError, match=r"127.0.0.1:1.*: start ComfyUI, or correct"):
        await check_backends((dead,))


async def test_one_of_two_comfyui_servers_that_does_not_answer_is_a_problem() -> None:
    async def stats(request: web.Request) -> web.Response:
        del request
        return web.json_response({"system": {"comfyui_version": "0.3.64"}, "devices": []})

    app = web.Application()
    app.router.add_get("/system_stats", stats)
    async with TestServer(app) as server:
        alive = BackendSettings(name="a", url=str(server.make_url("")))
        dead = BackendSettings(name="b", url="http://127.0.0.1:1")
        off = BackendSettings(name="c", url="http://127.0.0.1:2", enabled=False)
        problems = await check_backends((alive, dead, off))
    assert len(problems) == 1
    assert "127.0.0.1:1" in problems[0]
