"""The plan of a start: services, ports, migrations, variables of the child processes."""

import socket
from pathlib import Path

import pytest

from genonaut.cli.up.errors import PortTakenError
from genonaut.cli.up.options import UpOptions
from genonaut.cli.up.plan import child_specs, child_variables, make_plan
from genonaut.config import Settings, load_settings
from genonaut.core.errors import SettingsError


def _settings(data: Path, environment: str = "dev", **variables: str) -> Settings:
    given = {
        "GENONAUT_EMBEDDED__DATA_DIR": str(data),
        "GENONAUT_WEB__PORT": "0",
        "GENONAUT_SIMULATOR__PORT": "0",
        "DATABASE_URL": "postgresql+asyncpg://x/y",
        "REDIS_URL": "redis://x",
    }
    return load_settings(environment, given | variables)


@pytest.mark.parametrize(
    ("environment", "option", "comfyui", "starts"),
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
    tmp_path: Path, environment: str, option: bool | None, comfyui: str, starts: bool
) -> None:
    plan = make_plan(
        _settings(tmp_path, environment, COMFYUI_URL=comfyui), UpOptions(simulator=option)
    )
    assert bool(plan.simulator_url) is starts
    expected = ["simulator", "api", "worker"] if starts else ["api", "worker"]
    assert list(child_specs(plan)) == expected


@pytest.mark.parametrize(
    ("option", "comfyui", "seeds"),
    [
        (None, "", True),
        (None, "http://gpu:8188", False),
        (True, "http://gpu:8188", True),
        (False, "", False),
    ],
)
def test_the_demo_generates_nothing_on_a_configured_comfyui_server(
    tmp_path: Path, option: bool | None, comfyui: str, seeds: bool
) -> None:
    settings = _settings(tmp_path, "demo", COMFYUI_URL=comfyui)
    assert make_plan(settings, UpOptions(seed=option)).seed is seeds


def test_a_simulator_with_a_configured_comfyui_server_or_in_prod_is_refused(tmp_path: Path) -> None:
    configured = _settings(tmp_path, COMFYUI_URL="http://gpu:8188")
    with pytest.raises(SettingsError, match=r"cannot be used with a configured ComfyUI server"):
        make_plan(configured, UpOptions(simulator=True))
    with pytest.raises(SettingsError, match=r"cannot be used in prod"):
        make_plan(_settings(tmp_path, "prod"), UpOptions(simulator=True))


@pytest.mark.parametrize(
    ("environment", "option", "migrates"),
    [
        ("dev", None, True),
        ("demo", None, True),
        ("test", None, False),
        ("prod", None, False),
        ("prod", True, True),
        ("dev", False, False),
    ],
)
def test_which_environments_migrate_by_default(
    tmp_path: Path, environment: str, option: bool | None, migrates: bool
) -> None:
    assert (
        make_plan(_settings(tmp_path, environment), UpOptions(migrate=option)).migrate is migrates
    )


def test_a_port_in_use_of_the_simulator_is_reported(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        settings = _settings(tmp_path, "demo", GENONAUT_SIMULATOR__PORT=port)
        with pytest.raises(
            PortTakenError, match=r"the ComfyUI simulator.*GENONAUT_SIMULATOR__PORT"
        ):
            make_plan(settings, UpOptions())


def test_child_processes_read_the_settings_of_the_plan(tmp_path: Path) -> None:
    plan = make_plan(_settings(tmp_path, "demo"), UpOptions())
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
