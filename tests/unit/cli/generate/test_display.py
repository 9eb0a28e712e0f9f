"""The progress display: bars on a terminal, plain lines elsewhere."""

import io

import pytest
from rich.console import Console

from genonaut.cli.generate.display import BarDisplay, LineDisplay, display_for
from genonaut.cli.generate.follow import JobState


def _states() -> list[JobState]:
    running = [JobState(1, "running", progress=percent, note="KSampler") for percent in range(101)]
    return [JobState(1, "queued", note="position 3"), *running, JobState(1, "completed")]


def test_lines_are_printed_at_every_quarter_and_every_change() -> None:
    screen = Console(file=io.StringIO(), markup=False, highlight=False)
    with LineDisplay(screen) as display:
        for state in _states():
            display.show(state)
    assert screen.file.getvalue().splitlines() == [  # type: ignore[attr-defined]
        "job 1: queued: position 3",
        "job 1: running 0%: KSampler",
        "job 1: running 25%: KSampler",
        "job 1: running 50%: KSampler",
        "job 1: running 75%: KSampler",
        "job 1: running 100%: KSampler",
        "job 1: completed",
    ]


def test_bars_show_progress_and_outcome() -> None:
    screen = Console(file=io.StringIO(), force_terminal=True, width=100, _environ={"TERM": "xterm"})
    with BarDisplay([1, 2], screen) as display:
        for state in _states():
            display.show(state)
        display.show(JobState(2, "failed", error="[red]\x1b[2J no memory"))
        display.print_line("[bold]said")
    drawn = screen.file.getvalue()  # type: ignore[attr-defined]
    assert "100%" in drawn
    assert "failed: [red]\N{REPLACEMENT CHARACTER}[2J no memory" in drawn
    assert "[bold]said" in drawn


def test_on_a_dumb_terminal_plain_lines_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Console(file=io.StringIO(), force_terminal=True, _environ={"TERM": "dumb"})
    monkeypatch.setattr("genonaut.cli.generate.display.console", lambda **_: screen)
    assert isinstance(display_for([1]), LineDisplay)


def test_without_a_terminal_plain_lines_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with display_for([1]) as display:
        display.print_line("hello")
    assert isinstance(display, LineDisplay)
    assert capsys.readouterr().err == "hello\n"
