"""Follow jobs: frames out of order, closed websockets, an API that restarts."""

import asyncio

import pytest
from aiohttp import web
from tests.support.timeouts import patiently
from tests.unit.cli.fake_api import FakeApi, closing, sending, stay_silent, until

from genonaut.cli.api_client import ApiClient
from genonaut.cli.generate import follow
from genonaut.cli.generate.follow import Frame, JobState, JobTracker, Watcher
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


def _tracker() -> tuple[JobTracker, list[tuple[str, float]]]:
    seen: list[tuple[str, float]] = []
    return JobTracker([1], lambda state: seen.append((state.status, state.progress))), seen


def test_older_frames_are_discarded() -> None:
    tracker, seen = _tracker()
    tracker.update_from_frame(_frame(2, 20, progress=40))
    tracker.update_from_frame(_frame(1, 30, progress=90))
    tracker.update_from_frame(_frame(2, 19, "queued"))
    assert seen == [("running", 40)]


def test_progress_only_grows_within_an_attempt_and_restarts_with_the_next() -> None:
    tracker, seen = _tracker()
    for frame in (
        _frame(1, 2, progress=50),
        _frame(1, 2, progress=30),
        _frame(1, 2, progress=60),
        _frame(1, 3, "queued"),
        _frame(2, 4, progress=10),
    ):
        tracker.update_from_frame(frame)
    assert seen == [("running", 50), ("running", 60), ("queued", 0), ("running", 10)]


def test_frames_after_a_terminal_status_are_ignored() -> None:
    tracker, seen = _tracker()
    tracker.update_from_frame(_frame(1, 5, "completed", content_id=9))
    tracker.update_from_frame(_frame(1, 5, progress=99))
    tracker.update_from_frame(_frame(2, 6, "failed"))
    assert seen == [("completed", 0)]
    assert tracker.states[1].content_id == 9
    assert tracker.finished.is_set()


def test_frames_of_other_jobs_and_types_are_ignored() -> None:
    tracker, seen = _tracker()
    tracker.update_from_frame(Frame(type="job", job_id=2, job_status="running"))
    tracker.update_from_frame(Frame(type="preview", job_id=1))
    tracker.update_from_frame(Frame(type="pong"))
    assert seen == []


@pytest.fixture
def ended() -> list[JobState]:
    return []


def _watch(client: ApiClient, ended: list[JobState], *job_ids: int) -> "asyncio.Task[None]":
    tracker = JobTracker(
        job_ids or (1,), lambda state: ended.append(state) if state.is_terminal else None
    )
    return asyncio.create_task(Watcher(client, tracker, poll_seconds=0.02).watch())


async def _finish(task: "asyncio.Task[None]") -> None:
    async with patiently():
        await task


async def test_jobs_are_followed_over_the_websocket_alone(
    client: ApiClient, server: FakeApi, ended: list[JobState]
) -> None:
    for job_id in (1, 2):
        server.put(job_id)
    snapshot = {"type": "snapshot", "jobs": [server.complete(1), server.put(2)], "missing": []}
    done = server.frame(2, job_status="completed", seq=9, content_id=7)
    server.scripts.append(sending(snapshot, "not json", {"type": 5}, {"type": "new"}, done))
    await _finish(_watch(client, ended, 1, 2))
    assert [(state.job_id, state.content_id) for state in ended] == [(1, 101), (2, 7)]
    assert server.sockets == ["job_ids=1,2"]


async def test_more_jobs_than_a_websocket_accepts_are_followed_among_all(
    client: ApiClient, server: FakeApi, ended: list[JobState]
) -> None:
    ids = range(1, 202)
    jobs = [server.put(job_id) and server.complete(job_id) for job_id in ids]
    server.scripts.append(sending({"type": "snapshot", "jobs": jobs, "missing": []}))
    await _finish(_watch(client, ended, *ids))
    assert len(ended) == len(ids)
    assert server.sockets == [""]


async def test_without_a_websocket_it_polls(
    client: ApiClient, server: FakeApi, ended: list[JobState]
) -> None:
    server.put(1)
    task = _watch(client, ended)
    await until(lambda: len(server.headers) > 2)
    server.complete(1)
    await _finish(task)
    assert [state.content_id for state in ended] == [101]


async def test_after_close_code_4008_it_reconnects_for_the_open_jobs(
    client: ApiClient, server: FakeApi, ended: list[JobState], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "_LIVE_POLL_SECONDS", 60)
    server.put(1), server.put(2)
    first = {"type": "snapshot", "jobs": [server.complete(1)], "missing": []}

    async def send_and_close(api: FakeApi, socket: web.WebSocketResponse) -> None:
        del api
        await socket.send_json(first)
        await socket.close(code=4008)

    server.scripts += [
        send_and_close,
        sending(server.frame(2, job_status="failed", error="out of memory")),
    ]
    await _finish(_watch(client, ended, 1, 2))
    assert server.sockets == ["job_ids=1,2", "job_ids=2"]
    assert [state.error for state in ended] == [None, "out of memory"]


async def test_polling_finds_the_end_behind_a_silent_websocket(
    client: ApiClient, server: FakeApi, ended: list[JobState], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "_LIVE_POLL_SECONDS", 0.05)
    server.put(1)
    server.scripts.append(stay_silent)
    task = _watch(client, ended)
    await until(lambda: bool(server.sockets))
    server.complete(1)
    await _finish(task)
    assert len(ended) == 1


@pytest.mark.parametrize(("code", "error"), [(4401, NotAuthenticatedError), (4404, NotFoundError)])
async def test_close_codes_for_missing_access_are_errors(
    client: ApiClient, server: FakeApi, ended: list[JobState], code: int, error: type[Exception]
) -> None:
    server.put(1)
    server.scripts.append(closing(code))
    with pytest.raises(error):
        await _finish(_watch(client, ended))


async def test_a_restart_of_the_api_is_waited_for(
    client: ApiClient, server: FakeApi, ended: list[JobState]
) -> None:
    server.put(1)
    server.is_down = True
    task = _watch(client, ended)
    await until(lambda: len(server.headers) > 3)
    server.is_down = False
    server.complete(1)
    await _finish(task)
    assert len(ended) == 1


async def test_an_api_that_stays_unreachable_is_an_error(
    client: ApiClient, server: FakeApi, ended: list[JobState], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "_UNREACHABLE_SECONDS", 0.05)
    server.is_down = True
    with pytest.raises(UnavailableError):
        await _finish(_watch(client, ended))
