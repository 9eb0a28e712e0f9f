"""The record of a running ``genonaut up``, and how other commands use it."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from genonaut.cli import running_services as services
from genonaut.config import Settings, load_settings

DATABASE = "postgresql+asyncpg://genonaut:secret@127.0.0.1:1/genonaut_dev"


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    return {"GENONAUT_EMBEDDED__DATA_DIR": str(tmp_path)}


@pytest.fixture
def settings(variables: dict[str, str]) -> Settings:
    loaded = load_settings("dev", variables)
    services.data_directory(loaded).mkdir()
    return loaded


def _record() -> services.ServiceRecord:
    return replace(
        services.own_record(),
        database_url=DATABASE,
        redis_url="redis://:secret@127.0.0.1:2/4",
        api_url="http://127.0.0.1:3",
        simulator_url="http://127.0.0.1:4",
    )


def test_other_commands_find_the_running_services(
    settings: Settings, variables: dict[str, str]
) -> None:
    services.write_record(settings, _record())
    found = services.resolved_settings("dev", variables)
    assert found.database.url == DATABASE
    assert found.redis.url == "redis://:secret@127.0.0.1:2/4"
    assert [backend.url for backend in found.backends] == ["http://127.0.0.1:4"]
    assert services.api_url(found, None) == "http://127.0.0.1:3"


def test_configured_urls_are_not_replaced(settings: Settings, variables: dict[str, str]) -> None:
    services.write_record(settings, _record())
    variables |= {"REDIS_URL_DEV": "redis://elsewhere/1", "COMFYUI_URL": "http://gpu:8188"}
    found = services.resolved_settings("dev", variables)
    assert found.database.url == DATABASE
    assert found.redis.url == "redis://elsewhere/1"
    assert [backend.url for backend in found.backends] == ["http://gpu:8188"]


def test_other_environments_do_not_use_the_record(
    settings: Settings, variables: dict[str, str]
) -> None:
    services.write_record(settings, _record())
    assert services.resolved_settings("demo", variables).database.url == ""


def test_only_the_owner_can_read_the_record(settings: Settings) -> None:
    services.write_record(settings, _record())
    services.write_record(settings, _record())
    path = services.record_path(settings)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["services.json"]


def test_a_removed_record_is_not_found(settings: Settings) -> None:
    services.write_record(settings, _record())
    services.remove_record(settings)
    services.remove_record(settings)
    assert services.running_services(settings) is None


def test_the_record_of_a_dead_supervisor_is_ignored(settings: Settings) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    services.write_record(settings, replace(_record(), supervisor_pid=process.pid))
    assert services.running_services(settings) is None


def test_a_record_with_a_reused_pid_is_ignored(settings: Settings) -> None:
    record = _record()
    services.write_record(
        settings, replace(record, supervisor_started=record.supervisor_started - 60)
    )
    assert services.running_services(settings) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"supervisor_pid": "x"}'])
def test_a_damaged_record_is_ignored(settings: Settings, content: bytes) -> None:
    services.record_path(settings).write_bytes(content)
    assert services.running_services(settings) is None


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8001"),
        ("0.0.0.0", "http://127.0.0.1:8001"),  # noqa: S104 - text
        ("::1", "http://[::1]:8001"),
        ("::", "http://127.0.0.1:8001"),
        ("box.lan", "http://box.lan:8001"),
    ],
)
def test_the_configured_host_becomes_a_connectable_url(
    variables: dict[str, str], host: str, url: str
) -> None:
    found = load_settings("dev", variables | {"GENONAUT_WEB__HOST": host})
    assert services.api_url(found, None) == url


def test_a_given_server_takes_precedence(settings: Settings) -> None:
    services.write_record(settings, _record())
    assert services.api_url(settings, "http://other:9/") == "http://other:9"


def test_locations_contain_no_passwords() -> None:
    assert services.redis_location("redis://:secret@box:7000/3") == "box:7000/3"
    assert services.redis_location("redis://localhost") == "localhost:6379"


def test_without_a_named_environment_the_running_one_is_used(
    settings: Settings, variables: dict[str, str]
) -> None:
    assert services.running_environment(default="dev", variables=variables) == "dev"
    demo = load_settings("demo", variables)
    services.data_directory(demo).mkdir()
    services.write_record(demo, _record())
    assert services.running_environment(default="dev", variables=variables) == "demo"
    configured = variables | {"DATABASE_URL_DEV": DATABASE}
    assert services.running_environment(default="dev", variables=configured) == "dev"
    services.write_record(settings, _record())
    assert services.running_environment(default="dev", variables=variables) == "dev"


def test_of_several_running_environments_none_is_chosen(variables: dict[str, str]) -> None:
    for name in ("demo", "test"):
        settings = load_settings(name, variables)
        services.data_directory(settings).mkdir()
        services.write_record(settings, _record())
    assert services.running_environment(default="dev", variables=variables) == "dev"


def test_prod_must_be_named(variables: dict[str, str]) -> None:
    given = variables | {"DATABASE_URL": DATABASE, "REDIS_URL": "redis://x"}
    prod = load_settings("prod", given)
    services.data_directory(prod).mkdir()
    services.write_record(prod, _record())
    assert services.running_environment(default="dev", variables=given) == "dev"
