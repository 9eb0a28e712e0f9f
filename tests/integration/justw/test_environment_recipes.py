"""The recipes of each environment pass environment and arguments to the right command."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
JUST = str(Path(sys.executable).with_name("just"))
COMMANDS = {
    "api": "api --with-worker",
    "worker": "worker",
    "monitor": "monitor",
    "db-upgrade": "db upgrade",
    "redis-keys": "redis keys",
    "redis-info": "redis info",
    "redis-flush": "redis flush",
}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A directory with the justfile and a command that prints what it receives."""
    clone = tmp_path / "a clone"
    programs = clone / ".venv" / "bin"
    programs.mkdir(parents=True)
    (clone / "justfile").symlink_to(ROOT / "justfile")
    (clone / "justw").write_text("#!/bin/sh\n")
    (clone / "justw").chmod(0o755)
    genonaut = programs / "genonaut"
    genonaut.write_text(
        '#!/bin/sh\nprintf "%s|%s" "$APP_ENV" "${MONITOR_ACTIVE-unset}"\nprintf "|%s" "$@"\n'
    )
    genonaut.chmod(0o755)
    return clone


def variables(**more: str) -> dict[str, str]:
    dropped = {"APP_ENV", "MONITOR_ACTIVE"}
    return {name: text for name, text in os.environ.items() if name not in dropped} | more


def run(clone: Path, *arguments: str, **more: str) -> str:
    command = [JUST, "--justfile", str(clone / "justfile"), *arguments]
    return subprocess.run(
        command, env=variables(**more), check=True, capture_output=True, text=True
    ).stdout


@pytest.mark.parametrize("environment", ["dev", "demo", "test", "prod"])
@pytest.mark.parametrize("recipe", COMMANDS)
def test_both_names_of_a_recipe_run_its_command(clone: Path, recipe: str, environment: str) -> None:
    expected = "|".join([environment, "unset", *COMMANDS[recipe].split(), "--limit", "a or b"])
    assert run(clone, f"{recipe}-{environment}", "--limit", "a or b") == expected
    assert run(clone, recipe, environment, "--limit", "a or b") == expected


def test_the_monitor_is_on_in_a_terminal_unless_it_is_switched_off(clone: Path) -> None:
    def in_terminal(**more: str) -> str:
        master, slave = pty.openpty()
        command = [JUST, "--justfile", str(clone / "justfile"), "api-dev", "--no-worker"]
        subprocess.run(command, env=variables(**more), check=True, stdout=slave)
        os.close(slave)
        printed = os.read(master, 1000).decode()
        os.close(master)
        return printed

    assert in_terminal() == "dev|1|api|--with-worker|--no-worker"
    assert in_terminal(MONITOR_ACTIVE="0") == "dev|0|api|--with-worker|--no-worker"


def test_every_listed_recipe_is_described_or_belongs_to_an_environment() -> None:
    command = [JUST, "--justfile", str(ROOT / "justfile"), "--dump", "--dump-format", "json"]
    dumped = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    for name, recipe in dumped["recipes"].items():
        groups = [one["group"] for one in recipe["attributes"] if "group" in one]
        if groups and groups[0] in {"dev", "demo", "test", "prod"}:
            assert name.endswith(f"-{groups[0]}")
        elif not name.startswith("_"):
            assert recipe["doc"], name
