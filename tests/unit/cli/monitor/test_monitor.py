"""``genonaut monitor``: its content, missing sources, and how to quit."""

import asyncio
import io
import os
import pty
import signal
from datetime import UTC, datetime

import pytest
from rich.console import Console
from tests.support.timeouts import PATIENCE_SECONDS
from tests.unit.cli.fake_api import FakeApi, until

from genonaut.cli.api_client import ApiClient
from genonaut.cli.monitor import screen
from genonaut.cli.monitor.snapshot import BackendRow, Snapshot, WorkerRow, take_snapshot
from genonaut.cli.monitor.view import headline, sections_of
from genonaut.config import Settings

NOW = datetime(2026, 1, 2, tzinfo=UTC)


async def test_a_snapshot_without_a_database_shows_the_jobs(
    client: ApiClient, server: FakeApi
) -> None:
    server.put(1, status="running", progress=40)
    server.put(2, status="queued")
    server.put(3, status="failed")
    snapshot = await take_snapshot(client, "")
    assert [
        [job.id for job in jobs] for jobs in (snapshot.running, snapshot.waiting, snapshot.ended)
    ] == [
        [1],
        [2],
        [3],
    ]
    assert all(("scope", "all") in query for query in server.queries)
    assert snapshot.problems == ["workers and slots are not shown: no database is configured"]
    assert headline(snapshot) == (
        f"{server.url} · degraded (database unavailable, redis ok) · 1 running · 2 queued"
        " · 1.2 s average"
    )


async def test_a_source_that_does_not_answer_is_a_problem(
    client: ApiClient, server: FakeApi
) -> None:
    server.is_down = True
    snapshot = await take_snapshot(client, "postgresql+asyncpg://u:secret@127.0.0.1:1/d")
    assert snapshot.health is None
    assert len(snapshot.problems) == 2
    assert "secret" not in "".join(snapshot.problems)
    assert screen.plain_text(snapshot)[0] == server.url


def test_workers_and_comfyui_servers_are_shown_as_tables() -> None:
    snapshot = Snapshot(
        api_url="http://api",
        workers=[WorkerRow("box", 7, "0.1", NOW, 2.0), WorkerRow("box", 8, "0.1", NOW, 60.0)],
        backends=[
            BackendRow("a", "http://me:secret@gpu", "up", "0.3.64", 2, True, 3, None, 1),
            BackendRow("b", "http://old", "up", None, 2, False, None, "gone\x1b[2J", 0),
        ],
    )
    assert [section.title for section in sections_of(snapshot)] == ["Workers", "ComfyUI servers"]
    text = "\n".join(screen.plain_text(snapshot))
    assert "up      2 s ago" in text
    assert "silent  60 s ago" in text
    assert "1 of 2" in text
    assert "http://gpu" in text
    assert "secret" not in text
    assert "disabled" in text
    assert "gone\N{REPLACEMENT CHARACTER}[2J" in text


async def test_without_a_terminal_it_prints_once_and_fails_if_nothing_answers(
    server: FakeApi, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await screen.run(settings, server.url, interval_seconds=1, once=False)
    assert "1 running" in capsys.readouterr().out
    server.is_down = True
    with pytest.raises(SystemExit):
        await screen.run(settings, server.url, interval_seconds=1, once=True)


async def test_on_a_dumb_terminal_it_prints_once(
    server: FakeApi,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal = Console(file=io.StringIO(), force_terminal=True, _environ={"TERM": "dumb"})
    monkeypatch.setattr(screen, "console", lambda: terminal)
    await screen.run(settings, server.url, interval_seconds=1, once=False)
    assert "1 running" in capsys.readouterr().out


@pytest.mark.parametrize("key", ["q", "ctrl-c"])
async def test_q_and_ctrl_c_quit_the_live_screen(
    server: FakeApi, settings: Settings, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    drawn = io.StringIO()
    terminal = Console(file=drawn, force_terminal=True, width=120, _environ={"TERM": "xterm"})
    monkeypatch.setattr(screen, "console", lambda: terminal)
    master, slave = pty.openpty()
    with open(slave, closefd=False) as keyboard:  # noqa: ASYNC230 - a descriptor
        monkeypatch.setattr("sys.stdin", keyboard)
        shown = asyncio.create_task(
            screen.run(settings, server.url, interval_seconds=0.01, once=False)
        )
        await until(lambda: drawn.getvalue().count("q quits") > 1)
        os.write(master, b"x")
        if key == "q":
            os.write(master, b"q")
        else:
            os.kill(os.getpid(), signal.SIGINT)
        await asyncio.wait_for(shown, PATIENCE_SECONDS)
    os.close(master)
    os.close(slave)
    assert "2 queued" in drawn.getvalue()
    assert drawn.getvalue().endswith("\x1b[?25h\x1b[?1049l")
