"""What is refused before anything is started."""

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
from genonaut.cli.up.options import Wishes
from genonaut.cli.up.plan import child_specs, child_variables, make_plan
from genonaut.cli.up.preflight import check_backends, claim_port, held_environment
from genonaut.config import BackendSettings, Settings, load_settings
from genonaut.core.errors import SettingsError, UnavailableError


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


def test_an_environment_is_held_by_one(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    with (
        held_environment(settings),
        pytest.raises(AlreadyRunningError, match=r"is starting or stopping"),
        held_environment(settings),
    ):
        pass
    with held_environment(settings) as directory:
        assert directory == tmp_path / "dev"


def test_the_second_is_told_where_the_first_one_is(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    with held_environment(settings):
        write_record(settings, own_record())
        words = f"dev is up already .process {os.getpid()}.; stop that one first"
        with pytest.raises(AlreadyRunningError, match=words), held_environment(settings):
            pass


def test_environments_do_not_hold_each_other(tmp_path: Path) -> None:
    with held_environment(_settings(tmp_path)), held_environment(_settings(tmp_path, "demo")):
        pass


def test_a_data_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(DataDirectoryError, match=r"cannot write to .*GENONAUT_EMBEDDED__DATA_DIR"),
        held_environment(_settings(tmp_path / "file")),
    ):
        pass


def test_a_taken_port_names_its_holder_and_the_setting(listener: int) -> None:
    words = f"the API cannot listen on 127.0.0.1:{listener} .taken by process {os.getpid()}: .*X__Y"
    with pytest.raises(PortTakenError, match=words):
        claim_port("127.0.0.1", listener, purpose="the API", variable="X__Y")


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(PortTakenError, match=r"Cannot assign"):
        claim_port("192.0.2.1", 8001, purpose="the API", variable="X__Y")
    with pytest.raises(PortTakenError, match=r"cannot listen on no.such.host.invalid"):
        claim_port("no.such.host.invalid", 8001, purpose="the API", variable="X__Y")


def test_port_zero_takes_one_that_is_not_lent_to_connections_until_it_is_used() -> None:
    chosen = {claim_port("127.0.0.1", 0, purpose="the API", variable="X__Y") for _ in range(20)}
    assert len(chosen) > 1
    assert all(20_000 <= port < 32_000 for port in chosen)


async def test_a_dead_comfyui_is_told() -> None:
    dead = BackendSettings(name="default", url="http://127.0.0.1:1")
    with pytest.raises(UnavailableError, match=r"127.0.0.1:1.*: start ComfyUI, or correct"):
        await check_backends((dead,))


async def test_one_dead_comfyui_of_two_is_a_complaint() -> None:
    async def stats(request: web.Request) -> web.Response:
        del request
        return web.json_response({"system": {"comfyui_version": "0.3.64"}, "devices": []})

    app = web.Application()
    app.router.add_get("/system_stats", stats)
    async with TestServer(app) as server:
        alive = BackendSettings(name="a", url=str(server.make_url("")))
        dead = BackendSettings(name="b", url="http://127.0.0.1:1")
        off = BackendSettings(name="c", url="http://127.0.0.1:2", enabled=False)
        complaints = await check_backends((alive, dead, off))
    assert len(complaints) == 1
    assert "127.0.0.1:1" in complaints[0]


@pytest.mark.parametrize(
    ("environment", "asked", "comfyui", "starts"),
    [
        ("demo", None, "", True),
        ("demo", None, "http://gpu:8188", False),
        ("demo", False, "", False),
        ("dev", None, "", False),
        ("dev", True, "", True),
        ("prod", None, "", False),
    ],
)
def test_when_a_simulator_is_started(
    tmp_path: Path, environment: str, asked: bool | None, comfyui: str, starts: bool
) -> None:
    plan = make_plan(_settings(tmp_path, environment, COMFYUI_URL=comfyui), Wishes(simulator=asked))
    assert bool(plan.simulator_url) is starts
    expected = ["simulator", "api", "worker"] if starts else ["api", "worker"]
    assert list(child_specs(plan)) == expected


def test_a_simulator_beside_a_comfyui_or_in_prod_is_refused(tmp_path: Path) -> None:
    configured = _settings(tmp_path, COMFYUI_URL="http://gpu:8188")
    with pytest.raises(SettingsError, match=r"no use for a simulator"):
        make_plan(configured, Wishes(simulator=True))
    with pytest.raises(SettingsError, match=r"real images"):
        make_plan(_settings(tmp_path, "prod"), Wishes(simulator=True))


@pytest.mark.parametrize(
    ("environment", "asked", "migrates"),
    [
        ("dev", None, True),
        ("demo", None, True),
        ("test", None, False),
        ("prod", None, False),
        ("prod", True, True),
        ("dev", False, False),
    ],
)
def test_who_migrates_unasked(
    tmp_path: Path, environment: str, asked: bool | None, migrates: bool
) -> None:
    assert make_plan(_settings(tmp_path, environment), Wishes(migrate=asked)).migrate is migrates


def test_a_taken_port_of_the_simulator_is_told(tmp_path: Path, listener: int) -> None:
    settings = _settings(tmp_path, "demo", GENONAUT_SIMULATOR__PORT=str(listener))
    with pytest.raises(PortTakenError, match=r"the ComfyUI simulator.*GENONAUT_SIMULATOR__PORT"):
        make_plan(settings, Wishes())


def test_children_read_the_settings_that_were_decided(tmp_path: Path) -> None:
    plan = make_plan(_settings(tmp_path, "demo"), Wishes())
    inherited = {
        "PATH": "/bin",
        "GENONAUT_DATABASE__URL": "",
        "GENONAUT_COMFYUI__BACKENDS": "[]",
        "GENONAUT_AUTH__MODE": "password",
        "GENONAUT_SIMULATOR__DELAY_MS": "4000",
        "GENONAUT_EMBEDDED__DATA_DIR": "relative",
    }
    database = "postgresql+asyncpg://u:p@127.0.0.1:1/d"
    variables = child_variables(
        plan, database_url=database, redis_url="redis://r/2", inherited=inherited
    )
    settings = load_settings(None, variables)
    assert variables["PATH"] == "/bin"
    assert settings.environment == "demo"
    assert settings.database.url == database
    assert settings.redis.url == "redis://r/2"
    assert settings.auth.mode == "password"
    assert settings.simulator.delay_ms == 4000
    assert settings.web.port == plan.settings.web.port != 0
    assert settings.simulator.port == plan.settings.simulator.port != 0
    assert [backend.url for backend in settings.backends] == [plan.simulator_url]
    assert settings.embedded.data_dir == str(tmp_path)
