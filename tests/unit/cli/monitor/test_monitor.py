"""``genonaut monitor``: its content, missing sources, and how to quit."""

import asyncio
import io
import os
import pty
import re
import signal
from datetime import timedelta

import pytest
from rich.console import Console
from tests.support.timeouts import PATIENCE_SECONDS
from tests.unit.cli.fake_api import FakeApi, until

from genonaut.cli.api_client import ApiClient
from genonaut.cli.installation_state import AssignedJob, BackendHealth, Health, Worker
from genonaut.cli.monitor import screen
from genonaut.cli.monitor.snapshot import Snapshot, take_snapshot
from genonaut.cli.monitor.view import headline, sections_of
from genonaut.config import Settings
from genonaut.core.clock import utcnow


async def test_a_snapshot_contains_jobs_workers_and_comfyui_servers(
    client: ApiClient, server: FakeApi
) -> None:
    server.put(1, status="running", progress=40)
    server.put(2, status="queued")
    server.put(3, status="failed")
    snapshot = await take_snapshot(client)
    assert [
        [job.id for job in jobs] for jobs in (snapshot.running, snapshot.waiting, snapshot.ended)
    ] == [
        [1],
        [2],
        [3],
    ]
    assert all(("scope", "all") in query for query in server.queries)
    assert [worker.pid for worker in snapshot.workers] == [7]
    assert snapshot.slots_used("default") == 1
    assert snapshot.problems == []
    assert headline(snapshot) == (
        f"{server.url} · degraded (database unavailable, redis ok) · 1 running · 2 queued"
        " · 1.2 s average"
    )


async def test_an_api_that_does_not_answer_is_a_problem(client: ApiClient, server: FakeApi) -> None:
    server.is_down = True
    snapshot = await take_snapshot(client)
    assert snapshot.health is None
    assert len(snapshot.problems) == 1
    assert screen.plain_text(snapshot)[0] == server.url


async def test_what_the_api_refuses_is_one_problem(client: ApiClient, server: FakeApi) -> None:
    server.refused = "administrators only"
    snapshot = await take_snapshot(client)
    assert snapshot.health is not None
    assert snapshot.problems == ["the API refused the request (403): administrators only"]


def worker_of(pid: int, state: str, *, seconds: float) -> Worker:
    seen_at = utcnow() - timedelta(seconds=seconds)
    jobs = [AssignedJob(pid, "a")]
    return Worker(
        hostname="box",
        pid=pid,
        version="0.1",
        state=state,
        seen_at=seen_at,
        slots=2,
        slots_used=1,
        jobs=jobs,
    )


def test_workers_and_comfyui_servers_are_shown_as_tables() -> None:
    health = Health(
        status="ok",
        comfyui=[
            BackendHealth(name="a", status="up", version="0.3.64", queue=3, slots=2),
            BackendHealth(name="b", status="up", slots=1, is_paused=True, detail="gone\x1b[2J"),
        ],
    )
    workers = [worker_of(7, "running", seconds=2), worker_of(8, "silent", seconds=60)]
    snapshot = Snapshot(api_url="http://api", health=health, workers=workers)
    assert [section.title for section in sections_of(snapshot)] == ["Workers", "ComfyUI servers"]
    lines = screen.plain_text(snapshot)
    text = "\n".join(lines)
    assert re.search(r"7 +0\.1 +up +1 of 2 +[2-9] s ago", text)
    assert re.search(r"8 +0\.1 +silent +1 of 2 +6\d s ago", text)
    assert re.search(r"a +up +0\.3\.64 +2 of 2 +3", text)
    assert re.search(r"b +paused +0 of 1", text)
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
