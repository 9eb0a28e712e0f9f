"""``genonaut comfyui status``."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from genonaut.cli.comfyui.status import BackendReport
from genonaut.cli.main import cli
from genonaut.config import BackendSettings


def test_status_lists_a_comfyui_server_that_is_down_and_fails() -> None:
    result = CliRunner().invoke(
        cli, ["comfyui", "status", "--env", "test"], env={"COMFYUI_URL": "http://127.0.0.1:1"}
    )
    assert result.exit_code == 1
    assert "  down" in result.stdout
    assert "default: " in result.stderr


def test_status_without_servers_says_how_to_configure_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        cli,
        ["comfyui", "status", "--env", "test"],
        env={"GENONAUT_EMBEDDED__DATA_DIR": str(tmp_path), "COMFYUI_URL": ""},
    )
    assert result.exit_code == 1
    assert "set COMFYUI_URL" in result.stderr


def test_a_disabled_comfyui_server_is_shown_as_disabled() -> None:
    off = BackendSettings(name="a", url="http://gpu", enabled=False)
    report = BackendReport(name=off.name, url=off.url, enabled=off.enabled, error="away")
    assert report.row()[2] == "disabled"


@pytest.mark.parametrize("command", [["comfyui", "status"], ["doctor"]])
def test_no_command_shows_the_password_of_a_comfyui_server(
    command: list[str], tmp_path: Path
) -> None:
    result = CliRunner().invoke(
        cli,
        [*command, "--env", "test"],
        env={
            "COMFYUI_URL": "http://me:secret@127.0.0.1:1",
            "GENONAUT_EMBEDDED__DATA_DIR": str(tmp_path),
        },
    )
    assert "127.0.0.1:1" in result.output
    assert "secret" not in result.output
