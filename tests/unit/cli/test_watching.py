"""Following jobs: frames out of order, sockets that close, servers that go away."""

import asyncio

import pytest
from aiohttp import web
from tests.support.patience import patiently
from tests.unit.cli.fake_api import FakeApi, closing, hold, saying, until

from genonaut.cli.api_client import ApiClient
from genonaut.cli.generate import follow as watching
from genonaut.cli.generate.follow import Board, Frame, JobState, Watcher
from genonaut.core.errors import NotAuthenticatedError, NotFoundError, UnavailableError


def _frame(attempt: int, seq: int, status: str = "running", **given: object) -> Frame:
    return Frame(
        type="job",
        job_id=1,
        job_status=status,
        attempt=attempt,
        seq=seq,
        **given,  # type: ignore[arg-type]
    )


def _board() -> tuple[Board, list[tuple[str, float]]]:
    seen: list[tuple[str, float]] = []
    return Board([1], lambda state: seen.append((state.status, state.progress))), seen


def test_older_frames_are_discarded() -> None:
    board, seen = _board()
    board.see_frame(_frame(2, 20, progress=40))
    board.see_frame(_frame(1, 30, progress=90))
    board.see_frame(_frame(2, 19, "queued"))
    assert seen == [("running", 40)]


def test_progress_never_falls_within_an_attempt_and_begins_anew_with_the_next() -> None:
    board, seen = _board()
    for frame in (
        _frame(1, 2, progress=50),
        _frame(1, 2, progress=30),
        _frame(1, 2, progress=60),
        _frame(1, 3, "queued"),
        _frame(2, 4, progress=10),
    ):
        board.see_frame(frame)
    assert seen == [("running", 50), ("running", 60), ("queued", 0), ("running", 10)]


def test_nothing_comes_after_the_end() -> None:
    board, seen = _board()
    board.see_frame(_frame(1, 5, "completed", content_id=9))
    board.see_frame(_frame(1, 5, progress=99))
    board.see_frame(_frame(2, 6, "failed"))
    assert seen == [("completed", 0)]
    assert board.states[1].content_id == 9
    assert board.finished.is_set()


def test_strangers_and_other_frames_are_ignored() -> None:
    board, seen = _board()
    board.see_frame(Frame(type="job", job_id=2, job_status="running"))
    board.see_frame(Frame(type="preview", job_id=1))
    board.see_frame(Frame(type="pong"))
    assert seen == []


@pytest.fixture
def ended() -> list[JobState]:
    return []


def _watch(client: ApiClient, ended: list[JobState], *job_ids: int) -> "asyncio.Task[None]":
    board = Board(job_ids or (1,), lambda state: ended.append(state) if state.is_terminal else None)
    return asyncio.create_task(Watcher(client, board, poll_seconds=0.02).watch())


async def _within(task: "asyncio.Task[None]") -> None:
    async with patiently():
        await task


async def test_frames_of_the_socket_are_enough(
    client: ApiClient, server: FakeApi, ended: list[JobState]
) -> None:
    for job_id in (1, 2):
        server.put(job_id)
    snapshot = {"type": "snapshot", "jobs": [server.complete(1), server.put(2)], "missing": []}
    done = server.frame(2, job_status="completed", seq=9, content_id=7)
    server.scripts.append(saying(snapshot, "not json", {"type": 5}, {"type": "new"}, done))
    await _within(_watch(client, ended, 1, 2))
    assert [(state.job_id, state.content_id) for state in ended] == [(1, 101), (2, 7)]
    assert server.sockets == ["job_ids=1,2"]


async def test_without_websockets_it_asks(
    client: ApiClient, server: FakeApi, ended: list[JobState]
) -> None:
    server.put(1)
    task = _watch(client, ended)
    await until(lambda: len(server.headers) > 2)
    server.complete(1)
    await _within(task)
    assert [state.content_id for state in ended] == [101]


async def test_after_4008_it_comes_back_for_what_is_open(
    client: ApiClient, server: FakeApi, ended: list[JobState], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_LIVE_POLL_SECONDS", 60)
    server.put(1), server.put(2)
    first = {"type": "snapshot", "jobs": [server.complete(1)], "missing": []}

    async def fall_behind(api: FakeApi, socket: web.WebSocketResponse) -> None:
        del api
        await socket.send_json(first)
        await socket.close(code=4008)

    server.scripts += [
        fall_behind,
        saying(server.frame(2, job_status="failed", error="out of memory")),
    ]
    await _within(_watch(client, ended, 1, 2))
    assert server.sockets == ["job_ids=1,2", "job_ids=2"]
    assert [state.error for state in ended] == [None, "out of memory"]


async def test_a_silent_socket_does_not_hide_the_end(
    client: ApiClient, server: FakeApi, ended: list[JobState], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_LIVE_POLL_SECONDS", 0.05)
    server.put(1)
    server.scripts.append(hold)
    task = _watch(client, ended)
    await until(lambda: bool(server.sockets))
    server.complete(1)
    await _within(task)
    assert len(ended) == 1


@pytest.mark.parametrize(("code", "error"), [(4401, NotAuthenticatedError), (4404, NotFoundError)])
async def test_closes_that_mean_never_end_the_watch(
    client: ApiClient, server: FakeApi, ended: list[JobState], code: int, error: type[Exception]
) -> None:
    server.put(1)
    server.scripts.append(closing(code))
    with pytest.raises(error):
        await _within(_watch(client, ended))


async def test_a_restart_of_the_server_is_waited_for(
    client: ApiClient, server: FakeApi, ended: list[JobState]
) -> None:
    server.put(1)
    server.is_down = True
    task = _watch(client, ended)
    await until(lambda: len(server.headers) > 3)
    server.is_down = False
    server.complete(1)
    await _within(task)
    assert len(ended) == 1


async def test_a_server_that_stays_away_is_given_up(
    client: ApiClient, server: FakeApi, ended: list[JobState], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_UNREACHABLE_SECONDS", 0.05)
    server.is_down = True
    with pytest.raises(UnavailableError):
        await _within(_watch(client, ended))
