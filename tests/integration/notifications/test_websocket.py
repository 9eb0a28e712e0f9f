"""The websocket of notifications: no duplicates, no losses, the same in every tab."""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text
from tests.support.accounts import with_login
from tests.support.notifications import (
    ON,
    end_job,
    make_batch,
    make_notifications,
    set_preferences,
)
from tests.support.server import Watcher, serving, watching
from tests.support.service import Api, running_api

from genonaut.config import Settings
from genonaut.core.clock import utcnow
from genonaut.notifications.service import Overview
from genonaut.notifications.tables import NotificationType, UserNotification
from genonaut.web import app
from genonaut.web.websockets.notifications import SentNotifications, remind

PATH = "/ws/notifications"


@contextlib.asynccontextmanager
async def home(settings: Settings) -> AsyncIterator[tuple[Api, str, Any]]:
    """The API in process and on a port, and the id of the local user."""
    async with running_api(settings) as api, serving(settings) as url:
        await api.http.get("/api/v1/auth/me")
        async with api.runtime.begin() as uow:
            user_id = await uow.session.scalar(text("SELECT id FROM users"))
        await set_preferences(api.runtime, user_id, ON)
        yield api, url, user_id


async def settled(watcher: Watcher) -> list[dict[str, Any]]:
    """Return the frames until no more arrive."""
    frames = []
    with contextlib.suppress(TimeoutError):
        while True:
            frames.append(await watcher.frame(seconds=0.4))
    return frames


async def test_the_snapshot_has_the_count_and_the_newest_ten(settings: Settings) -> None:
    async with home(settings) as (api, url, user_id):
        ids = await make_notifications(api.runtime, user_id, 12)
        async with watching(url, PATH) as watcher:
            snapshot = await watcher.frame()
            assert (snapshot["type"], snapshot["unread_count"]) == ("snapshot", 12)
            assert [one["id"] for one in snapshot["items"]] == ids[:1:-1]
            listed = (await api.http.get("/api/v1/notifications/?limit=10")).json()["items"]
            assert snapshot["items"] == listed


async def test_a_new_notification_and_the_count_reach_every_tab(settings: Settings) -> None:
    async with home(settings) as (api, url, user_id):
        (job_id,) = await make_batch(api.runtime, user_id)
        async with watching(url, PATH) as one, watching(url, PATH) as other:
            for tab in (one, other):
                assert await tab.frame() == {"type": "snapshot", "unread_count": 0, "items": []}
            await end_job(api.runtime, job_id, "completed")
            for tab in (one, other):
                frame = await tab.frame()
                assert (frame["type"], frame["related_job_id"]) == ("notification", job_id)
                assert frame["notification_type"] == "job_completed"
                assert await tab.frame() == {"type": "unread_count", "unread_count": 1}
                assert await settled(tab) == []


async def test_reading_in_one_tab_updates_the_count_in_another(settings: Settings) -> None:
    async with home(settings) as (api, url, user_id):
        ids = await make_notifications(api.runtime, user_id, 3)
        base = "/api/v1/notifications"
        async with watching(url, PATH) as tab:
            assert (await tab.frame())["unread_count"] == 3
            steps = [
                ("PUT", f"{base}/{ids[0]}/read", 2),
                ("PUT", f"{base}/{ids[0]}/unread", 3),
                ("DELETE", f"{base}/{ids[1]}", 2),
                ("PUT", f"{base}/read-all", 0),
            ]
            for method, path, count in steps:
                assert (await api.http.request(method, path)).is_success
                assert await tab.frame() == {"type": "unread_count", "unread_count": count}
            await api.http.put(f"{base}/{ids[0]}/read")
            await api.http.delete(f"{base}/?read=true")
            assert await settled(tab) == []


def is_complete(frames: list[dict[str, Any]]) -> bool:
    told = [one for one in frames if one["type"] == "notification"]
    return len(told) >= 12 and frames[-1].get("unread_count") == 12


async def test_concurrent_notifications_end_with_the_right_count(settings: Settings) -> None:
    async with home(settings) as (api, url, user_id):
        jobs = [(await make_batch(api.runtime, user_id))[0] for _ in range(12)]
        async with watching(url, PATH) as tab:
            await tab.frame()
            await asyncio.gather(*(end_job(api.runtime, one, "completed") for one in jobs))
            frames: list[dict[str, Any]] = []
            while not is_complete(frames):
                frames.append(await tab.frame())
            frames += await settled(tab)
        told = [frame["related_job_id"] for frame in frames if frame["type"] == "notification"]
        assert sorted(told) == sorted(jobs)
        counts = [frame["unread_count"] for frame in frames if frame["type"] == "unread_count"]
        assert counts[-1] == 12


async def test_a_message_to_all_users_arrives(settings: Settings) -> None:
    async with home(settings) as (api, url, _), watching(url, PATH) as tab:
        await tab.frame()
        answer = await api.http.post("/api/v1/notifications/", json={"title": "Maintenance"})
        assert answer.json()["created"] == 1
        assert (await tab.frame())["title"] == "Maintenance"


async def test_an_event_lost_after_the_commit_is_repeated(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "remind", functools.partial(remind, interval_seconds=0.1))
    async with home(settings) as (api, url, user_id), watching(url, PATH) as tab:
        await tab.frame()
        (one,) = await make_notifications(api.runtime, user_id)  # publishes nothing
        # The count may be one reading ahead of the list, so the order is open.
        frames: list[dict[str, Any]] = []
        while not frames or frames[-1] != {"type": "unread_count", "unread_count": 1}:
            frames.append(await tab.frame())
        while one not in [frame.get("id") for frame in frames]:
            frames.append(await tab.frame())


async def test_anonymous_clients_are_closed_with_4401(settings: Settings) -> None:
    async with serving(with_login(settings)) as url, watching(url, PATH) as watcher:
        assert await watcher.close_code() == 4401


async def test_invalid_messages_get_an_error(settings: Settings) -> None:
    async with home(settings) as (_, url, _), watching(url, PATH) as watcher:
        await watcher.frame()
        for nonsense in ("{", "[]", '{"type": 5}', "\x00"):
            await watcher.socket.send_str(nonsense)
            assert (await watcher.frame())["type"] == "error"
        await watcher.socket.send_str('{"type": "ping"}')
        assert await watcher.frame() == {"type": "pong"}


def row(number: int) -> UserNotification:
    return UserNotification(
        id=number,
        title="t",
        message="",
        notification_type=NotificationType.SYSTEM,
        created_at=utcnow(),
    )


def overview(*numbers: int) -> Overview:
    return Overview(0, [row(number) for number in sorted(numbers, reverse=True)])


def test_a_late_commit_with_a_lower_id_is_sent() -> None:
    known = SentNotifications(overview(1, 3))
    assert [one.id for one in known.unsent(overview(1, 2, 3, 4))] == [2, 4]
    assert known.unsent(overview(1, 2, 3, 4)) == []


def test_old_notifications_that_become_visible_again_are_not_sent() -> None:
    known = SentNotifications(overview(*range(51, 101)))
    assert known.unsent(overview(*range(41, 91))) == []
    assert [one.id for one in known.unsent(overview(*range(52, 102)))] == [101]


@pytest.mark.parametrize("rounds", [40])
def test_the_memory_of_sent_ids_is_bounded(rounds: int) -> None:
    known = SentNotifications(overview())
    for start in range(1, rounds * 50, 50):
        known.unsent(overview(*range(start, start + 50)))
    assert len(known._ids) <= 50
