"""env.example names every variable, and what it says is true."""

import importlib.util
import re
import stat
from pathlib import Path

import pytest
from tests.contract.test_configuration_docs import settings_rows

from genonaut.config import load_settings, project_root
from genonaut.config.env_file import FILE_VARIABLE, apply_env_file
from genonaut.config.loading import _OTHER_VARIABLES, _short_names
from genonaut.config.settings import Environment
from genonaut.core.errors import SettingsError

EXAMPLE = project_root() / "env.example"
VARIABLE = re.compile(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)
DEFAULTS = re.compile(r"^#(GENONAUT_\w+__\w+)=(.+)$", re.MULTILINE)


def test_every_setting_and_every_other_variable_is_named() -> None:
    named = {name for name, _ in VARIABLE.findall(EXAMPLE.read_text())}
    settings = {row.variable for row in settings_rows() if row.variable}
    assert not settings - named, "run `just env-example`"
    assert (
        set(_short_names(Environment.PROD))
        - {
            "DATABASE_URL_PROD",
            "REDIS_URL_PROD",
            "ARQ_REDIS_URL_PROD",
        }
        <= named
    )
    assert {*_OTHER_VARIABLES, "APP_ENV", "MONITOR_ACTIVE"} <= named
    ours = {name for name in named if name.startswith("GENONAUT_")}
    assert ours <= settings | set(_OTHER_VARIABLES), "a variable that is not a setting"


def test_it_is_written_from_the_documented_settings() -> None:
    path = project_root() / "scripts" / "write_env_example.py"
    spec = importlib.util.spec_from_file_location("write_env_example", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    document = (project_root() / "docs" / "configuration.md").read_text()
    assert EXAMPLE.read_text() == script.example(document), "run `just env-example`"


def test_the_defaults_are_those_of_the_code() -> None:
    stores = {"DATABASE_URL": "postgresql://h/d", "REDIS_URL": "redis://h"}
    listed = dict(DEFAULTS.findall(EXAMPLE.read_text().partition("=== auth")[2]))
    files = {"GENONAUT_LOGGING__FORMAT"}  # set by config/prod.toml
    given = {name: text for name, text in listed.items() if name not in files}
    assert len(given) > 60
    assert load_settings("prod", given | stores) == load_settings("prod", stores)


def test_the_copied_file_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(EXAMPLE.read_text())
    variables = {FILE_VARIABLE: str(path)}
    apply_env_file(variables)
    assert variables["APP_ENV"] == "prod"
    with pytest.raises(SettingsError, match="set DATABASE_URL"):
        load_settings(variables=variables)


def test_a_file_with_values_of_all_kinds(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    path.write_text(
        '# comment\n\nA=1\nexport B=\'two words # no comment\'\nC="quoted \\"x\\""\nD=\nE=${A}\n'
    )
    variables = {FILE_VARIABLE: str(path), "A": "from outside"}
    apply_env_file(variables)
    del variables[FILE_VARIABLE]
    expected = {"A": "from outside", "B": "two words # no comment", "C": 'quoted "x"', "D": ""}
    assert variables == {**expected, "E": "${A}"}


@pytest.mark.parametrize("line", ["no assignment", "A 1", "='x'"])
def test_a_line_that_is_no_assignment_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / ".env"
    path.write_text(f"A=1\n\n{line}\n")
    with pytest.raises(SettingsError, match=r"\.env, line 3, is not NAME=value"):
        apply_env_file({FILE_VARIABLE: str(path)})


def test_a_missing_file_is_refused_if_it_was_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="names nowhere, which is not a file"):
        apply_env_file({FILE_VARIABLE: "nowhere"})
    variables = {FILE_VARIABLE: ""}
    apply_env_file(variables)
    assert variables == {FILE_VARIABLE: ""}


def test_the_example_is_no_secret() -> None:
    assert EXAMPLE.stat().st_mode & stat.S_IROTH
    assert "PASSWORD=\n" in EXAMPLE.read_text()
