"""The doctor: what is missing is named, and how to mend it."""

import shutil
import socket
from collections import namedtuple
from pathlib import Path

import pytest
from click.testing import CliRunner

from genonaut.cli.comfyui.status import BackendReport
from genonaut.cli.doctor import checks as examination
from genonaut.cli.doctor import machine, stores
from genonaut.cli.doctor.result import CheckStatus
from genonaut.cli.main import cli
from genonaut.config import BackendSettings, Settings, load_settings

_GIB = 1024**3


def test_an_old_python_is_missing_a_new_one() -> None:
    assert machine.check_python((3, 10, 9)).health is CheckStatus.MISSING
    assert machine.check_python((3, 11, 0)).health is CheckStatus.OK


def test_storage_is_looked_at_where_it_will_be(tmp_path: Path) -> None:
    assert machine.check_storage(str(tmp_path / "not" / "yet")).health is CheckStatus.OK
    assert not (tmp_path / "not").exists()
    assert machine.check_storage("s3://bucket/images").health is CheckStatus.OK
    blocked = machine.check_storage("/proc/1/images")
    assert blocked.health is CheckStatus.MISSING
    assert "GENONAUT_STORAGE__ROOT" in blocked.remedy


@pytest.mark.parametrize(
    ("free", "health"),
    [(_GIB // 8, CheckStatus.MISSING), (_GIB, CheckStatus.WARNING), (50 * _GIB, CheckStatus.OK)],
)
def test_little_room_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, health: CheckStatus
) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - what shutil returns
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(100 * _GIB, 0, free))
    assert machine.check_storage(str(tmp_path)).health is health


def test_a_taken_port_is_a_warning_that_names_the_setting(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        busy = load_settings("test", {"GENONAUT_WEB__PORT": port, "COMFYUI_URL": "http://gpu"})
        (finding,) = machine.check_ports(busy)
    assert finding.health is CheckStatus.WARNING
    assert "GENONAUT_WEB__PORT" in finding.remedy
    assert len(machine.check_ports(settings)) == 2


def test_programs_few_people_need_are_optional(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert {finding.health for finding in machine.check_tools()} == {CheckStatus.OPTIONAL}
    for name in ("node", "google-chrome"):
        (tmp_path / name).touch(0o755)
    assert {finding.health for finding in machine.check_tools()} == {CheckStatus.OK}


async def test_bad_settings_end_the_examination(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENONAUT_REDIS__DATABASE", "99")
    findings = await examination.examine("test")
    assert [finding.subject for finding in findings] == ["Python", "settings"]
    assert findings[-1].health is CheckStatus.MISSING


async def test_servers_that_do_not_answer_are_missing() -> None:
    settings = load_settings(
        "test",
        {
            "DATABASE_URL_TEST": "postgresql+asyncpg://u:secret@127.0.0.1:1/d",
            "REDIS_URL_TEST": "redis://:secret@127.0.0.1:1/0",
        },
    )
    findings = await stores.check_database(settings) + await stores.check_redis(settings)
    assert {finding.health for finding in findings} == {CheckStatus.MISSING}
    assert "correct DATABASE_URL_TEST" in findings[0].remedy
    assert "correct REDIS_URL_TEST" in findings[1].remedy
    assert not any("secret" in finding.detail for finding in findings)


async def test_without_a_server_the_programs_are_looked_for(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = await stores.check_database(settings) + await stores.check_redis(settings)
    assert {finding.health for finding in findings} == {CheckStatus.OK}
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("genonaut.embedded.programs._DEBIAN_ROOT", tmp_path)
    bare = load_settings("test", {"GENONAUT_EMBEDDED__SOURCE": "system"})
    findings = await stores.check_database(bare) + await stores.check_redis(bare)
    assert {finding.health for finding in findings} == {CheckStatus.MISSING}
    assert all("install one" in finding.remedy for finding in findings)


@pytest.mark.parametrize(
    ("environment", "health"), [("demo", CheckStatus.OK), ("dev", CheckStatus.WARNING)]
)
async def test_no_comfyui_is_fine_in_the_demo_alone(environment: str, health: CheckStatus) -> None:
    (finding,) = await examination.check_comfyui(load_settings(environment, {}))
    assert finding.health is health


async def test_a_comfyui_that_is_down_is_missing_unless_it_is_disabled() -> None:
    backends = '[{"name": "a", "url": "http://127.0.0.1:1"}, {"name": "b", "url": "http://127.0.0.1:1", "enabled": false}]'
    findings = await examination.check_comfyui(
        load_settings("test", {"GENONAUT_COMFYUI__BACKENDS": backends})
    )
    assert [finding.health for finding in findings] == [CheckStatus.MISSING, CheckStatus.OPTIONAL]


def test_a_comfyui_without_checkpoints_is_a_warning() -> None:
    bare = BackendReport(name="a", url="http://gpu", enabled=True, version="0.3.64")
    assert examination._judge(bare).health is CheckStatus.WARNING


def test_what_is_missing_makes_the_doctor_fail_with_a_remedy(tmp_path: Path) -> None:
    variables = {
        "REDIS_URL_TEST": "redis://127.0.0.1:1/0",
        "GENONAUT_EMBEDDED__DATA_DIR": str(tmp_path),
    }
    result = CliRunner().invoke(cli, ["doctor", "--env", "test"], env=variables)
    assert result.exit_code == 1
    assert "Redis: start it, or correct REDIS_URL_TEST\n" in result.stdout


def test_a_comfyui_that_is_down_is_listed_and_fails_the_status() -> None:
    result = CliRunner().invoke(
        cli, ["comfyui", "status", "--env", "test"], env={"COMFYUI_URL": "http://127.0.0.1:1"}
    )
    assert result.exit_code == 1
    assert "  down" in result.stdout
    assert "default: " in result.stderr


def test_a_status_without_servers_says_how_to_get_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        cli,
        ["comfyui", "status", "--env", "test"],
        env={"GENONAUT_EMBEDDED__DATA_DIR": str(tmp_path), "COMFYUI_URL": ""},
    )
    assert result.exit_code == 1
    assert "set COMFYUI_URL" in result.stderr


def test_a_disabled_server_is_shown_as_such() -> None:
    off = BackendSettings(name="a", url="http://gpu", enabled=False)
    report = BackendReport(name=off.name, url=off.url, enabled=off.enabled, error="away")
    assert report.row()[2] == "disabled"
