"""The live view: what it shows, what it survives, how it is left."""

import asyncio
import io
import os
import pty
import signal
from datetime import UTC, datetime

import pytest
from rich.console import Console
from tests.support.patience import PATIENCE_SECONDS
from tests.unit.cli.fake_api import FakeApi, until

from genonaut.cli.api_client import ApiClient
from genonaut.cli.monitor import screen
from genonaut.cli.monitor.snapshot import BackendRow, Look, WorkerRow, take_look
from genonaut.cli.monitor.view import headline, sections_of
from genonaut.config import Settings

NOW = datetime(2026, 1, 2, tzinfo=UTC)


async def test_a_look_without_a_database_shows_the_jobs(client: ApiClient, server: FakeApi) -> None:
    server.put(1, status="running", progress=40)
    server.put(2, status="queued")
    server.put(3, status="failed")
    look = await take_look(client, "")
    assert [[job.id for job in jobs] for jobs in (look.running, look.waiting, look.ended)] == [
        [1],
        [2],
        [3],
    ]
    assert all(("scope", "all") in query for query in server.queries)
    assert look.complaints == ["no database is known here: workers and slots are not shown"]
    assert headline(look) == (
        f"{server.url} · degraded (database unavailable, redis ok) · 1 running · 2 queued"
        " · 1.2 s a run"
    )


async def test_what_does_not_answer_is_a_complaint(client: ApiClient, server: FakeApi) -> None:
    server.is_down = True
    look = await take_look(client, "postgresql+asyncpg://u:secret@127.0.0.1:1/d")
    assert look.health is None
    assert len(look.complaints) == 2
    assert "secret" not in "".join(look.complaints)
    assert screen.plain_text(look)[0] == server.url


def test_workers_and_backends_have_their_tables() -> None:
    look = Look(
        place="http://api",
        workers=[WorkerRow("box", 7, "0.1", NOW, 2.0), WorkerRow("box", 8, "0.1", NOW, 60.0)],
        backends=[
            BackendRow("a", "http://gpu", "up", "0.3.64", 2, True, 3, None, 1),
            BackendRow("b", "http://old", "up", None, 2, False, None, "gone\x1b[2J", 0),
        ],
    )
    assert [section.title for section in sections_of(look)] == ["Workers", "ComfyUI"]
    text = "\n".join(screen.plain_text(look))
    assert "up      2 s ago" in text
    assert "silent  60 s ago" in text
    assert "1 of 2" in text
    assert "disabled" in text
    assert "gone\N{REPLACEMENT CHARACTER}[2J" in text


async def test_without_a_terminal_it_looks_once_and_fails_when_nothing_answers(
    server: FakeApi, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await screen.run(settings, server.url, interval_seconds=1, once=False)
    assert "1 running" in capsys.readouterr().out
    server.is_down = True
    with pytest.raises(SystemExit):
        await screen.run(settings, server.url, interval_seconds=1, once=True)


@pytest.mark.parametrize("way_out", ["q", "ctrl-c"])
async def test_the_live_screen_is_left_with_q_or_ctrl_c(
    server: FakeApi, settings: Settings, monkeypatch: pytest.MonkeyPatch, way_out: str
) -> None:
    drawn = io.StringIO()
    monkeypatch.setattr(
        screen, "console", lambda: Console(file=drawn, force_terminal=True, width=120)
    )
    master, slave = pty.openpty()
    with open(slave, closefd=False) as keyboard:  # noqa: ASYNC230 - a descriptor
        monkeypatch.setattr("sys.stdin", keyboard)
        shown = asyncio.create_task(
            screen.run(settings, server.url, interval_seconds=0.01, once=False)
        )
        await until(lambda: drawn.getvalue().count("q quits") > 1)
        os.write(master, b"x")
        if way_out == "q":
            os.write(master, b"q")
        else:
            os.kill(os.getpid(), signal.SIGINT)
        await asyncio.wait_for(shown, PATIENCE_SECONDS)
    os.close(master)
    os.close(slave)
    assert "2 queued" in drawn.getvalue()
    assert drawn.getvalue().endswith("\x1b[?25h\x1b[?1049l")
