"""Job websockets: access, close codes, invalid frames, slow clients, lost Redis."""

import asyncio
import contextlib
import gc
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url
from tests.conftest import make_settings
from tests.integration.comfyui.scripted_server import until
from tests.support.processes import Servers
from tests.support.server import serving, watching
from tests.support.service import eventually, running_api, running_worker
from tests.support.timeouts import patiently

from genonaut.config import Settings
from genonaut.core.clock import utcnow
from genonaut.core.messages import Event
from genonaut.embedded import Source, valkey
from genonaut.jobs.lifecycle.transitions import Transitions
from genonaut.jobs.messages import JobChanged, JobFrame, owner_topic
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import GenerationJob
from genonaut.notifications.tables import UserNotification
from genonaut.realtime import Envelope, Hub
from genonaut.simulator import Simulator
from genonaut.web.websockets.catch_up import catch_up


@pytest.mark.parametrize("path", ["/ws/jobs/999", "/ws/jobs/abc", "/ws/jobs?job_ids=7,8"])
async def test_unknown_jobs_close_with_4404(settings: Settings, path: str) -> None:
    async with serving(settings) as url, watching(url, path) as watcher:
        assert await watcher.close_code() == 4404


@pytest.mark.parametrize("ids", ["", "a,b", "1;2", ",".join(map(str, range(1, 300))), "9" * 30])
async def test_impossible_ids_close_with_4404(settings: Settings, ids: str) -> None:
    async with serving(settings) as url, watching(url, f"/ws/jobs?job_ids={ids}") as watcher:
        assert await watcher.close_code() == 4404


async def test_the_snapshot_says_which_ids_are_missing(settings: Settings) -> None:
    async with running_api(settings) as api, serving(settings) as url:
        job = await api.submit()
        path = f"/ws/jobs?job_ids={job['id']},4711"
        async with watching(url, path) as watcher:
            snapshot = await watcher.frame()
            assert [one["id"] for one in snapshot["jobs"]] == [job["id"]]
            assert snapshot["missing"] == [4711]


async def test_an_open_socket_holds_no_rows(settings: Settings) -> None:
    async with running_api(settings) as api, serving(settings) as url:
        await api.http.put("/api/v1/users/me/preferences", json={"notifications_enabled": True})
        job = await api.submit()
        await api.http.post(f"/api/v1/generation-jobs/{job['id']}/cancel")
        paths = ["/ws/jobs", f"/ws/jobs/{job['id']}", "/ws/notifications"]
        async with contextlib.AsyncExitStack() as stack:
            for path in paths:
                watcher = await stack.enter_async_context(watching(url, path))
                snapshot = await watcher.frame()
                assert snapshot.get("jobs") or snapshot.get("items")

            async def no_row_is_held() -> bool:
                gc.collect()
                return not any(
                    isinstance(one, GenerationJob | UserNotification) for one in gc.get_objects()
                )

            await eventually(no_row_is_held)


async def test_pings_are_answered_and_invalid_frames_are_errors(settings: Settings) -> None:
    async with serving(settings) as url, watching(url, "/ws/jobs") as watcher:
        await watcher.frame()
        await watcher.socket.send_str('{"type": "ping"}')
        assert await watcher.frame() == {"type": "pong"}
        nonsense = ["", "{", "[]", "null", '{"type": 5}', '{"type": "x"}', "\x00", "x" * 5000]
        for text in nonsense:
            await watcher.socket.send_str(text)
            assert (await watcher.frame())["type"] == "error"
        await watcher.socket.send_bytes(b"\x00\x01")
        assert (await watcher.frame())["type"] == "error"
        await watcher.socket.send_str('{"type": "ping"}')
        assert await watcher.frame() == {"type": "pong"}


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Host": "rebound.example"}, False),
        ({"Origin": "null"}, False),
    ],
)
async def test_cross_site_pages_cannot_connect(
    settings: Settings, headers: dict[str, str], *, is_let_in: bool
) -> None:
    async with serving(settings) as url:
        if is_let_in:
            async with watching(url, "/ws/jobs", headers=headers) as watcher:
                assert (await watcher.frame())["type"] == "snapshot"
            return
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with watching(url, "/ws/jobs", headers=headers):
                pass
        assert refused.value.status == 403


async def test_an_early_and_a_late_watcher_get_the_same_last_frame(
    settings: Settings, simulator: Simulator
) -> None:
    simulator.faults.add("silence")
    async with running_api(settings) as api, serving(settings) as url:
        job = await api.submit(params={"steps": 4})
        path = f"/ws/jobs/{job['id']}"
        async with watching(url, path) as first, running_worker(settings):
            await first.until("started")
            async with watching(url, path) as late:
                snapshot = await late.frame()
                assert snapshot["jobs"][0]["status"] == "running"
                simulator.faults.clear()
                ends = [(await one.until("completed"))[-1] for one in (first, late)]
        assert ends[0] == ends[1]
        async with watching(url, path) as after:
            assert (await after.frame())["jobs"][0]["status"] == "completed"


async def test_losing_redis_closes_sockets_with_4008_and_they_can_reconnect(
    settings: Settings, servers: Servers, simulator: Simulator, data_dir: Path, tmp_path: Path
) -> None:
    folder = data_dir / f"valkey-{uuid4().hex[:6]}"
    async with valkey(source=Source.AUTO, data_dir=folder, port=None, durable=False) as own:
        database = make_url(settings.database.url).database or ""
        there = Servers(servers.database_url, own.url_for(3))
        lost = make_settings(there, database, tmp_path, simulator.url)
        async with serving(lost) as url, running_api(lost) as api:
            async with watching(url, "/ws/jobs") as watcher:
                await watcher.frame()
                await own.kill()
                assert await watcher.close_code() == 4008
            await own.start()
            async with running_worker(lost):
                await eventually(lambda: can_be_opened(url))
                async with watching(url, "/ws/jobs") as watcher:
                    await watcher.frame()
                    await api.submit()
                    assert (await watcher.until("completed"))[-1]["type"] == "job"


async def can_be_opened(url: str) -> bool:
    async with watching(url, "/ws/jobs") as watcher:
        return (await watcher.socket.receive()).type is aiohttp.WSMsgType.TEXT


async def test_a_frame_lost_between_commit_and_publish_is_caught_up(settings: Settings) -> None:
    async with running_api(settings) as api:
        hub = api.app.state.hub
        loop = asyncio.create_task(catch_up(api.runtime, hub, interval_seconds=0.2))

        async def is_made_up_for() -> bool:
            job = await api.submit()
            async with hub.watch([f"job:{job['id']}"]) as mailbox:
                unit = api.runtime.begin()
                uow = await unit.__aenter__()
                values = {"status": "cancelled"}
                assert await Transitions(uow).apply(job["id"], "cancelled", values) is not None
                uow.events.clear()  # as if the process died here
                await unit.__aexit__(None, None, None)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(2):
                        while b'"cancelled"' not in (await mailbox.get()).frame:
                            pass
                        return True
            return False  # events before its start are not repeated

        await eventually(is_made_up_for)
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)


class Gate(Hub):
    """Passes caught-up events on to another hub while it is open."""

    def __init__(self, hub: Hub) -> None:
        super().__init__("redis://127.0.0.1:1", "unused", patterns=[])
        self._behind = hub
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.rounds = 0
        """Rounds that could find changes: the first one only notes where to start."""
        self.pages: list[list[int]] = []

    @property
    def topics(self) -> list[str]:
        self.rounds += 1
        return self._behind.topics

    @property
    def repeated(self) -> int:
        return sum(len(page) for page in self.pages)

    async def repeat(self, events: Iterable[Event]) -> None:
        await self.is_open.wait()
        found = list(events)
        await self._behind.repeat(found)
        self.pages.append([one.job.job_id for one in found if isinstance(one, JobChanged)])


async def test_catching_up_does_not_repeat_frames(settings: Settings) -> None:
    async with running_api(settings) as api:
        hub = api.app.state.hub
        await hub.wait_connected()
        gate = Gate(hub)
        loop = asyncio.create_task(catch_up(api.runtime, gate, interval_seconds=0.01))
        job = await api.submit()
        async with hub.watch([f"job:{job['id']}"]) as mailbox:
            await until(lambda: gate.rounds > 0)
            gate.is_open.clear()  # the event from Redis must arrive first
            await api.http.post(f"/api/v1/generation-jobs/{job['id']}/cancel")
            async with patiently():
                while b'"cancelled"' not in (await mailbox.get()).frame:
                    pass
            gate.is_open.set()
            before = gate.repeated
            await until(lambda: gate.repeated >= before + 2)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await mailbox.get()
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)


async def test_many_changed_jobs_are_caught_up_in_pages(settings: Settings) -> None:
    async with running_api(settings) as api:
        job = await api.submit()
        async with api.runtime.begin() as uow:
            user_id = (await uow.session.get_one(GenerationJob, job["id"])).user_id
        hub = api.app.state.hub
        gate = Gate(hub)
        loop = asyncio.create_task(catch_up(api.runtime, gate, interval_seconds=0.01))
        async with hub.watch([owner_topic(user_id)]):
            await until(lambda: gate.rounds > 0)
            gate.is_open.clear()  # all of them are found in the round after
            for _ in range(7):
                await api.submit(batch_size=16)
            async with api.runtime.begin() as uow:
                ids = set(await uow.session.scalars(select(GenerationJob.id)))
            gate.is_open.set()
            await until(lambda: {one for page in gate.pages for one in page} >= ids - {job["id"]})
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
        assert max(len(page) for page in gate.pages) <= 100


async def test_a_reading_client_stays_connected_during_a_burst(settings: Settings) -> None:
    async with serving(settings) as url, running_api(settings) as api:
        job = await api.submit()
        async with api.runtime.begin() as uow:
            user_id = (await uow.session.get_one(GenerationJob, job["id"])).user_id
        burst = [job_cancelled(user_id, job["id"] + number) for number in range(1, 1001)]
        async with watching(url, "/ws/jobs") as watcher:
            await watcher.frame()
            await api.runtime.bus.publish(burst)
            told = [(await watcher.frame())["job_id"] for _ in burst]
        assert told == [one.job.job_id for one in burst]


async def test_a_reading_client_gets_a_thousand_caught_up_frames() -> None:
    hub = Hub("redis://127.0.0.1:1", "unused", patterns=[])
    user_id = uuid4()
    async with hub.watch([owner_topic(user_id)]) as mailbox:

        async def read() -> list[Envelope]:
            return [await mailbox.get() for _ in range(1000)]

        reading = asyncio.create_task(read())
        await hub.repeat(job_cancelled(user_id, number) for number in range(1000))
        async with patiently():
            assert [one.order for one in await reading] == [(n, 1, 7) for n in range(1000)]


def job_cancelled(user_id: UUID, job_id: int) -> JobChanged:
    """Return the event of a cancelled job."""
    frame = JobFrame(
        job_id=job_id,
        status="cancelled",
        job_status=JobStatus.CANCELLED,
        attempt=1,
        seq=7,
        timestamp=utcnow(),
    )
    return JobChanged(user_id=user_id, job=frame)


async def test_500_watchers_get_every_terminal_frame(settings: Settings) -> None:
    async with running_api(settings) as api:
        hub = api.app.state.hub
        await hub.wait_connected()
        job = await api.submit()
        async with asyncio.TaskGroup() as group:
            ready = asyncio.Semaphore(0)

            async def watch() -> Any:
                async with hub.watch([f"job:{job['id']}"]) as mailbox:
                    ready.release()
                    return await mailbox.get()

            tasks = [group.create_task(watch()) for _ in range(500)]
            for _ in tasks:
                await ready.acquire()
            await api.http.post(f"/api/v1/generation-jobs/{job['id']}/cancel")
        assert all(b'"cancelled"' in task.result().frame for task in tasks)
