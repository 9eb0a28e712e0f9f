"""The entry point: fast, complete, and one line for an error."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from genonaut.cli.main import SECTIONS, cli

NAMES = [
    (name, target, text)
    for section in SECTIONS.values()
    for name, (target, text) in section.items()
]


def _commands(command: click.Command, path: str = "") -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            below = command.get_command(click.Context(command), name)
            assert below is not None
            yield from _commands(below, f"{path} {name}")
    else:
        yield path.strip(), command


LEAVES = dict(_commands(cli))


def test_help_lists_every_command_without_importing_one() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom genonaut.cli.main import cli\n"
        "print(CliRunner().invoke(cli, ['--help']).output)\n"
        "heavy = {'aiohttp', 'rich', 'sqlalchemy', 'alembic', 'litestar', 'redis', 'structlog'}\n"
        "print('loaded:', sorted(heavy & set(sys.modules)))\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "loaded: []" in said.stdout
    for name, _, text in NAMES:
        assert name in said.stdout
        assert text in said.stdout


def test_help_takes_little_longer_than_starting_python() -> None:
    def seconds(*arguments: str) -> float:
        before = os.times()
        subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
        after = os.times()
        # Processor time, because other tests run at the same time.
        return (
            after.children_user
            - before.children_user
            + after.children_system
            - before.children_system
        )

    bare = min(seconds("-c", "import click") for _ in range(5))
    assert min(seconds("-m", "genonaut.cli", "--help") for _ in range(5)) < bare + 0.15


@pytest.mark.parametrize(("name", "target", "text"), NAMES)
def test_every_listed_command_exists(name: str, target: str, text: str) -> None:
    module, _, attribute = target.partition(":")
    command = getattr(importlib.import_module(module), attribute)
    assert isinstance(command, click.Command)
    assert command.name == name
    assert text.endswith(".")


WITHOUT_ENVIRONMENT = {
    "backup key",
    "demo",
    "metadata",
    "version",
    "workflows convert",
    "workflows form",
}


@pytest.mark.parametrize("path", LEAVES)
def test_every_command_has_help_and_an_environment_option(path: str) -> None:
    result = CliRunner().invoke(cli, [*path.split(), "--help"])
    assert result.exit_code == 0
    assert LEAVES[path].help
    if path not in WITHOUT_ENVIRONMENT:
        assert "--env [dev|demo|test|prod]" in result.output
    assert "--supervised" not in result.output


def test_a_misspelt_command_gets_a_suggestion() -> None:
    result = CliRunner().invoke(cli, ["monitr"])
    assert result.exit_code == 2
    assert "Did you mean 'monitor'" in result.output


def test_an_unknown_environment_is_a_usage_error() -> None:
    result = CliRunner().invoke(cli, ["jobs", "list"], env={"APP_ENV": "stage"})
    assert result.exit_code == 2
    assert "'stage' is not one of 'dev', 'demo', 'test', 'prod'" in result.output


def test_an_error_is_one_line_without_a_traceback() -> None:
    result = CliRunner().invoke(cli, ["comfyui", "status"], env={"GENONAUT_WEB__PROT": "1"})
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: GENONAUT_WEB__PROT is not a setting")
    assert result.stderr.count("\n") == 1


def test_the_version_is_printed() -> None:
    result = CliRunner().invoke(cli, ["version"])
    assert result.output.startswith("genonaut 0.")
