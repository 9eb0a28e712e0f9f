"""``genonaut metadata``: what files carry, as text and as JSON."""

import json
from pathlib import Path

from click.testing import CliRunner
from tests.support import metadata_files as files

from genonaut.cli.main import cli

_TEXT = (
    "a fox\nNegative prompt: blurry\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 5, Size: 64x64"
)


def test_prompt_and_settings_are_printed(tmp_path: Path) -> None:
    path = tmp_path / "image.png"
    path.write_bytes(files.png({"parameters": _TEXT}))
    shown = CliRunner().invoke(cli, ["metadata", str(path)])
    assert shown.exit_code == 0, shown.output
    assert "image.png: a1111" in shown.stdout
    assert "  prompt: a fox\n  negative prompt: blurry\n  seed: 5" in shown.stdout
    assert "  size: 64x64" in shown.stdout
    printed = CliRunner().invoke(cli, ["metadata", str(path), "--json"])
    assert json.loads(printed.stdout)["generation"]["steps"] == 20
    raw = CliRunner().invoke(cli, ["metadata", str(path), "--raw"])
    assert "png:tEXt parameters: a fox" in raw.stdout


def test_files_that_carry_nothing_are_named(tmp_path: Path) -> None:
    path = tmp_path / "plain.png"
    path.write_bytes(files.png())
    shown = CliRunner().invoke(cli, ["metadata", str(path), str(tmp_path / "missing.png")])
    assert shown.exit_code == 1
    assert "plain.png: carries no prompt" in shown.stderr
    assert "missing.png: cannot be read: No such file" in shown.stderr


def test_a_text_beside_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "image.png"
    path.write_bytes(files.png())
    (tmp_path / "image.json").write_text('{"name": "image"}')
    path.with_suffix(".txt").write_text(_TEXT)
    shown = CliRunner().invoke(cli, ["metadata", str(path)])
    assert (shown.exit_code, "seed: 5" in shown.stdout) == (0, True), shown.output
