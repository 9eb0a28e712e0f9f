"""``genonaut db`` with an embedded database that runs only during the command."""

import asyncio
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.integration.cli.conftest import clean_variables

from genonaut.cli.embedded_servers import available_database, available_redis
from genonaut.cli.main import cli
from genonaut.config import load_settings, project_root
from genonaut.db import revision

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def run(data_root: Path) -> Run:
    variables = clean_variables(data_root / "db")

    def invoke(*arguments: str, **more: str) -> Result:
        given: dict[str, str | None] = {**variables, **more}
        return CliRunner().invoke(cli, ["db", *arguments, "--env", "test"], env=given, input="n\n")

    return invoke


def test_redis_commands_start_an_embedded_server_if_none_runs(data_root: Path) -> None:
    for arguments in (("redis", "keys"), ("redis", "info"), ("redis", "flush")):
        result = CliRunner().invoke(
            cli, [*arguments, "--env", "test"], env={**clean_variables(data_root / "redis")}
        )
        assert result.exit_code == 0, result.output
        assert "genonaut_test" in result.output


def test_a_database_is_created_migrated_and_reverted(run: Run, data_root: Path) -> None:
    # Other tests of this module may have made the shared one.
    run = partial(run, GENONAUT_EMBEDDED__DATA_DIR=str(data_root / "new db"))
    upgraded = run("upgrade")
    assert upgraded.exit_code == 0, upgraded.output
    newest = revision.newest_revision()
    assert f"genonaut_test: revision none -> {newest}" in upgraded.stdout
    assert "is already at revision" in run("upgrade").stdout

    asked = run("downgrade", "base")
    assert asked.exit_code == 1
    assert "Newer data are lost. [y/N]" in asked.stdout
    assert f"revision {newest} -> none" in run("downgrade", "base", "--yes").stdout
    assert f"revision none -> {newest}" in run("upgrade").stdout
    stepped = run("downgrade", "-1", "--yes")
    assert stepped.exit_code == 0, stepped.output

    assert run("reset").exit_code == 1
    reset = run("reset", "--yes")
    assert f"revision none -> {newest}" in reset.stdout


def test_an_unknown_revision_is_one_line(run: Run) -> None:
    result = run("upgrade", "--revision", "nonsense")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: cannot upgrade: Can't locate revision")
    assert result.stderr.count("\n") == 1


def test_a_revision_is_written_to_the_migrations(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(project_root() / "migrations", tmp_path / "migrations")
    monkeypatch.setattr(revision, "project_root", lambda: tmp_path)
    before = set((tmp_path / "migrations" / "versions").glob("*.py"))
    assert run("upgrade").exit_code == 0
    result = run("revision", "add a thing", "--empty")
    assert result.exit_code == 0, result.output
    (made,) = set((tmp_path / "migrations" / "versions").glob("*.py")) - before
    assert made.name.endswith("_add_a_thing.py")
    assert str(made) in result.stdout


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (
            "postgresql+asyncpg://u:secret@127.0.0.1:1/d",
            "cannot connect to PostgreSQL at 127.0.0.1:1/d",
        ),
        ("nonsense", "cannot connect to PostgreSQL at the configured address"),
    ],
)
def test_a_database_that_does_not_answer_is_one_line(run: Run, url: str, words: str) -> None:
    result = run("upgrade", DATABASE_URL_TEST=url)
    assert result.exit_code == 1
    assert words in result.stderr
    assert "secret" not in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["api", "worker"])
def test_api_and_worker_refuse_an_old_schema_in_one_line(data_root: Path, command: str) -> None:
    async def work() -> Result:
        settings = load_settings("test", clean_variables(data_root / "schema"))
        async with available_database(settings) as database, available_redis(settings) as redis:
            given = clean_variables(data_root / "schema") | {
                "DATABASE_URL_TEST": database,
                "REDIS_URL_TEST": redis,
            }
            return await asyncio.to_thread(
                CliRunner().invoke, cli, [command, "--env", "test"], env={**given}
            )

    result = asyncio.run(work())
    assert result.exit_code == 1
    assert "is at revision none" in result.stderr
    assert "run `genonaut db upgrade --env test`" in result.stderr
    assert "Traceback" not in result.output
