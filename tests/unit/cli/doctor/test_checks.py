"""``genonaut doctor``: problems, and how to fix them."""

import shutil
import socket
from collections import namedtuple
from pathlib import Path

import pytest
from click.testing import CliRunner

from genonaut.cli.comfyui.status import BackendReport
from genonaut.cli.doctor import checks, machine, stores
from genonaut.cli.doctor.result import CheckStatus
from genonaut.cli.main import cli
from genonaut.config import Settings, load_settings


def test_an_old_python_version_is_missing() -> None:
    assert machine.check_python((3, 10, 9)).status is CheckStatus.MISSING
    assert machine.check_python((3, 11, 0)).status is CheckStatus.OK


def test_storage_is_checked_in_the_nearest_existing_directory(tmp_path: Path) -> None:
    assert machine.check_storage(str(tmp_path / "not" / "yet")).status is CheckStatus.OK
    assert not (tmp_path / "not").exists()
    assert machine.check_storage("s3://bucket/images").status is CheckStatus.OK
    blocked = machine.check_storage("/proc/1/images")
    assert blocked.status is CheckStatus.MISSING
    assert "GENONAUT_STORAGE__ROOT" in blocked.remedy


@pytest.mark.parametrize(
    ("free", "shown", "status"),
    [
        (120_000_000, "120 MB free", CheckStatus.MISSING),
        (1_000_000_000, "1.0 GB free", CheckStatus.WARNING),
        (53_700_000_000, "53.7 GB free", CheckStatus.OK),
    ],
)
def test_little_disk_space_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, shown: str, status: CheckStatus
) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - what shutil returns
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**11, 0, free))
    result = machine.check_storage(str(tmp_path))
    assert result.status is status
    assert shown in result.detail


def test_a_taken_port_is_a_warning_that_names_the_setting(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        busy = load_settings("test", {"GENONAUT_WEB__PORT": port, "COMFYUI_URL": "http://gpu"})
        (result,) = machine.check_ports(busy)
    assert result.status is CheckStatus.WARNING
    assert "GENONAUT_WEB__PORT" in result.remedy
    assert len(machine.check_ports(settings)) == 2


def test_programs_for_developers_are_optional(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert {result.status for result in machine.check_tools()} == {CheckStatus.OPTIONAL}
    for name in ("node", "google-chrome"):
        (tmp_path / name).touch(0o755)
    assert {result.status for result in machine.check_tools()} == {CheckStatus.OK}


async def test_invalid_settings_end_the_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENONAUT_REDIS__DATABASE", "99")
    results = await checks.run_checks("test")
    assert [result.subject for result in results] == ["Python", "settings"]
    assert results[-1].status is CheckStatus.MISSING


async def test_servers_that_do_not_answer_are_missing() -> None:
    settings = load_settings(
        "test",
        {
            "DATABASE_URL_TEST": "postgresql+asyncpg://u:secret@127.0.0.1:1/d",
            "REDIS_URL_TEST": "redis://:secret@127.0.0.1:1/0",
        },
    )
    results = await stores.check_database(settings) + await stores.check_redis(settings)
    assert {result.status for result in results} == {CheckStatus.MISSING}
    assert "correct DATABASE_URL_TEST" in results[0].remedy
    assert "correct REDIS_URL_TEST" in results[1].remedy
    assert not any("secret" in result.detail for result in results)


async def test_without_a_configured_server_the_programs_are_searched(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = await stores.check_database(settings) + await stores.check_redis(settings)
    assert {result.status for result in results} == {CheckStatus.OK}
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("genonaut.embedded.programs._DEBIAN_ROOT", tmp_path)
    bare = load_settings("test", {"GENONAUT_EMBEDDED__SOURCE": "system"})
    results = await stores.check_database(bare) + await stores.check_redis(bare)
    assert {result.status for result in results} == {CheckStatus.MISSING}
    assert all("install one" in result.remedy for result in results)


@pytest.mark.parametrize(
    ("environment", "status"), [("demo", CheckStatus.OK), ("dev", CheckStatus.WARNING)]
)
async def test_no_comfyui_server_is_fine_only_in_the_demo(
    environment: str, status: CheckStatus
) -> None:
    (result,) = await checks.check_comfyui(load_settings(environment, {}))
    assert result.status is status


async def test_a_comfyui_server_that_is_down_is_missing_unless_disabled() -> None:
    backends = '[{"name": "a", "url": "http://127.0.0.1:1"}, {"name": "b", "url": "http://127.0.0.1:1", "enabled": false}]'
    results = await checks.check_comfyui(
        load_settings("test", {"GENONAUT_COMFYUI__BACKENDS": backends})
    )
    assert [result.status for result in results] == [CheckStatus.MISSING, CheckStatus.OPTIONAL]


def test_a_comfyui_server_without_checkpoints_is_a_warning() -> None:
    bare = BackendReport(name="a", url="http://gpu", enabled=True, version="0.3.64")
    assert checks._result_of(bare).status is CheckStatus.WARNING


def test_a_comfyui_server_without_previews_is_named_with_the_flag() -> None:
    report = BackendReport(
        name="a",
        url="http://gpu",
        enabled=True,
        version="0.3.64",
        checkpoints=1,
        has_previews=False,
    )
    result = checks._result_of(report)
    assert result.status is CheckStatus.OPTIONAL
    assert "--preview-method auto" in result.remedy


def test_a_certificate_that_is_not_verified_is_a_warning() -> None:
    report = BackendReport(
        name="a", url="https://gpu", enabled=True, checkpoints=1, is_verified=False
    )
    result = checks._result_of(report)
    assert result.status is CheckStatus.WARNING
    assert "not verified" in result.detail


def test_the_doctor_fails_if_something_is_missing_and_says_how_to_fix_it(tmp_path: Path) -> None:
    variables = {
        "REDIS_URL_TEST": "redis://127.0.0.1:1/0",
        "GENONAUT_EMBEDDED__DATA_DIR": str(tmp_path),
    }
    result = CliRunner().invoke(cli, ["doctor", "--env", "test"], env=variables)
    assert result.exit_code == 1
    assert "How to fix:\n" in result.stdout
    assert "  Redis: start it, or correct REDIS_URL_TEST\n" in result.stdout
