"""The progress of backups, checks and imports on standard error."""

import io

import pytest
from rich.console import Console

from genonaut.cli import work_progress
from genonaut.cli.work_progress import WorkProgress


def test_without_a_terminal_the_first_and_the_last_number_of_a_phase_are_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_progress, "_LINE_SECONDS", 3_600.0)
    with WorkProgress() as progress:
        for done in range(6):
            progress.show("files", done, 5)
        progress.show("rows", 7, None)
    shown = capsys.readouterr()
    assert shown.err.splitlines() == ["files: 0 of 5", "files: 5 of 5", "rows: 7"]
    assert shown.out == ""


def test_on_a_terminal_each_phase_is_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Console(file=io.StringIO(), force_terminal=True, width=80)
    monkeypatch.setattr(work_progress, "console", lambda **_: screen)
    monkeypatch.setenv("TERM", "xterm")
    with WorkProgress() as progress:
        progress.show("tables", 3, 4)
        progress.show("files", 120, 500)
    drawn = screen.file.getvalue()  # type: ignore[attr-defined]
    assert "tables" in drawn
    assert "120/500" in drawn
    assert "━" in drawn
