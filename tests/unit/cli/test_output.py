"""Untrusted text and tables on a terminal, and columns in a pipe."""

import io

import pytest
from rich.console import Console

from genonaut.cli import output


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcode 東京", "plain ünïcode 東京"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("\x1b[2Jgone", "\N{REPLACEMENT CHARACTER}[2Jgone"),
        ("\ud800", "\N{REPLACEMENT CHARACTER}"),
        ("a\u200db\u200cc", "a\u200db\u200cc"),
        ("right\u202eleft", "right\N{REPLACEMENT CHARACTER}left"),
    ],
)
def test_characters_that_control_the_terminal_are_replaced(text: str, shown: str) -> None:
    assert output.printable(text) == shown


def test_long_text_is_shortened_with_an_ellipsis() -> None:
    assert output.shortened("abcdef", 6) == "abcdef"
    assert output.shortened("abcdefg", 6) == "abcde…"


def test_plain_columns_are_aligned_and_complete() -> None:
    lines = output.plain_lines(("A", "Long heading"), [("x" * 200, "1"), ("y", "")])
    assert lines[0].index("Long") == lines[1].index("1") == 202
    assert lines[2] == "y"


def test_a_pipe_gets_plain_columns(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(("Name", "Status"), [("[red]a", "failed")])
    assert capsys.readouterr().out == "Name    Status\n[red]a  failed\n"


def test_a_terminal_gets_a_coloured_table() -> None:
    screen = Console(
        file=io.StringIO(),
        force_terminal=True,
        width=60,
        markup=False,
        _environ={"TERM": "xterm"},
    )
    screen.print(output.FittingTable(("Name", "Status"), [("[red]a", "failed")], title="Jobs"))
    drawn = screen.file.getvalue()  # type: ignore[attr-defined]
    assert "[red]a" in drawn
    assert "\x1b[31mfailed" in drawn
    assert "Jobs" in drawn


@pytest.mark.parametrize(
    ("term", "is_terminal", "can_redraw"),
    [("xterm", True, True), ("", True, True), ("dumb", True, False), ("xterm", False, False)],
)
def test_only_a_terminal_that_is_not_dumb_can_redraw(
    term: str, is_terminal: bool, can_redraw: bool
) -> None:
    screen = Console(
        file=io.StringIO(), force_terminal=is_terminal, _environ={"TERM": term} if term else {}
    )
    assert output.can_redraw(screen) is can_redraw


def drawn_lines(width: int, optional: tuple[str, ...] = ()) -> list[str]:
    screen = Console(file=io.StringIO(), width=width, markup=False)
    rows = [
        ("1", "a_checkpoint.safetensors", "a prompt of some words that is longer than the rest")
    ]
    screen.print(output.FittingTable(("Job", "Checkpoint", "Prompt"), rows, optional=optional))
    return screen.file.getvalue().splitlines()  # type: ignore[attr-defined, no-any-return]


def test_a_narrow_terminal_omits_optional_columns() -> None:
    narrow = drawn_lines(50, ("Checkpoint",))
    assert [line.split() for line in narrow if "Job" in line] == [["Job", "Prompt"]]
    assert not any("safetensors" in line for line in narrow)
    assert any("a_checkpoint.safetensors" in line for line in drawn_lines(60, ("Checkpoint",)))


def test_only_the_last_column_is_wrapped() -> None:
    lines = drawn_lines(60)
    assert [line.split()[1] for line in lines if "safetensors" in line] == [
        "a_checkpoint.safetensors"
    ]
    assert sum("words" in line or "longer" in line for line in lines) > 1
    assert all(len(line) <= 60 for line in lines)


def test_a_table_without_rows_has_headers() -> None:
    screen = Console(file=io.StringIO(), width=40)
    screen.print(output.FittingTable(("Job", "Prompt"), [], optional=("Job",)))
    assert "Prompt" in screen.file.getvalue()  # type: ignore[attr-defined]
