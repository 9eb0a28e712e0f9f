"""Follow jobs until they end: over the websocket, and by polling while it is silent or closed."""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import aiohttp
import msgspec

from genonaut.cli.api_client import ApiClient, Job
from genonaut.core.backoff import Backoff
from genonaut.core.errors import NotAuthenticatedError, NotFoundError, UnavailableError

TERMINAL = frozenset({"completed", "failed", "cancelled"})
_WAITING = frozenset({"pending", "queued"})
_NOT_AUTHENTICATED, _NOTHING_VISIBLE = 4401, 4404
_MINUTE = 60
_LIVE_POLL_SECONDS = 15.0
"""Poll interval with an open websocket: frames may be lost when an API process dies."""
_POLL_SECONDS = 1.0
_MOST_IDS = 200
"""Most job ids that a websocket accepts."""
_UNREACHABLE_SECONDS = 60.0
"""How long to wait for an API that restarts."""
_FIRST_BACKOFF_SECONDS = 0.3
_LONGEST_BACKOFF_SECONDS = 10.0


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """A websocket frame of any type; unknown types are ignored."""

    type: str
    jobs: list[Job] = []
    job_id: int = 0
    job_status: str = ""
    attempt: int = 0
    seq: int = 0
    progress: float | None = None
    node: str | None = None
    waiting_reason: str | None = None
    content_id: int | None = None
    error: str | None = None


@dataclass(slots=True)
class JobState:
    """The last known state of one job; ``progress`` is 0..100."""

    job_id: int
    status: str = "queued"
    attempt: int = 0
    seq: int = 0
    progress: float = 0.0
    note: str = ""
    content_id: int | None = None
    error: str | None = None

    @property
    def is_terminal(self) -> bool:
        """Return whether the job has ended."""
        return self.status in TERMINAL


@dataclass(slots=True)
class JobTracker:
    """The states of the followed jobs; calls ``on_change`` once for every change."""

    job_ids: Iterable[int]
    on_change: Callable[[JobState], None]
    states: dict[int, JobState] = field(init=False)
    finished: asyncio.Event = field(init=False, default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.states = {job_id: JobState(job_id) for job_id in self.job_ids}

    @property
    def open_ids(self) -> list[int]:
        """The jobs that have not ended."""
        return [state.job_id for state in self.states.values() if not state.is_terminal]

    def update_from_job(self, job: Job) -> None:
        """Apply the state of a job from an API response."""
        self._apply(
            Frame(
                type="job",
                job_id=job.id,
                job_status=job.status,
                attempt=job.attempt,
                seq=job.seq,
                progress=job.progress,
                node=_waiting_note(job),
                content_id=job.content_id,
                error=job.error_message,
            )
        )

    def update_from_frame(self, frame: Frame) -> None:
        """Apply a frame of the websocket."""
        for job in frame.jobs if frame.type == "snapshot" else []:
            self.update_from_job(job)
        if frame.type == "job":
            self._apply(frame)

    def _apply(self, frame: Frame) -> None:
        state = self.states.get(frame.job_id)
        # Frames may arrive out of order; a terminal state is final.
        if state is None or state.is_terminal:
            return
        if (frame.attempt, frame.seq) < (state.attempt, state.seq):
            return
        before = replace(state)
        if frame.attempt > state.attempt or frame.job_status in _WAITING:
            state.progress = 0.0
        state.attempt, state.seq, state.status = frame.attempt, frame.seq, frame.job_status
        state.progress = max(state.progress, frame.progress or 0.0)
        state.note = frame.node or frame.waiting_reason or ""
        state.content_id, state.error = frame.content_id, frame.error
        if state != before:
            self.on_change(state)
        if not self.open_ids:
            self.finished.set()


def _duration(seconds: int) -> str:
    return f"{seconds} s" if seconds < _MINUTE else f"{round(seconds / _MINUTE)} min"


def _waiting_note(job: Job) -> str | None:
    if job.waiting_reason:
        return job.waiting_reason
    if not job.queue_position:
        return None
    wait = job.estimated_wait_seconds
    estimate = "" if wait is None else f", about {_duration(wait)}"
    return f"position {job.queue_position}{estimate}"


def _socket_path(job_ids: list[int]) -> str:
    """Return the path of the websocket for these jobs; for many, of all jobs of the caller."""
    if len(job_ids) > _MOST_IDS:
        return "/ws/jobs"
    return f"/ws/jobs?job_ids={','.join(map(str, job_ids))}"


class Watcher:
    """Updates a tracker until every job has ended."""

    def __init__(
        self, api: ApiClient, tracker: JobTracker, *, poll_seconds: float = _POLL_SECONDS
    ) -> None:
        self._api = api
        self._tracker = tracker
        self._poll_seconds = poll_seconds
        self._is_live = False

    async def watch(self) -> None:
        """Return when every job has ended.

        Raises:
            NotAuthenticatedError: the API requires a valid API key.
            NotFoundError: none of the jobs is visible to the caller.
            UnavailableError: the API has not answered for a minute.
        """
        tasks = [
            asyncio.create_task(work)
            for work in (self._listen(), self._poll(), self._tracker.finished.wait())
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> None:
        backoff = Backoff(first=_FIRST_BACKOFF_SECONDS, longest=_LONGEST_BACKOFF_SECONDS)
        while True:
            try:
                async with self._api.socket(_socket_path(self._tracker.open_ids)) as socket:
                    self._is_live = True
                    backoff.reset()
                    await self._receive(socket)
            except (aiohttp.ClientError, OSError, TimeoutError):
                pass  # as behind a proxy without websockets: polling continues
            finally:
                self._is_live = False
            # With jitter, so that not all clients reconnect at once after a restart of the API.
            await asyncio.sleep(backoff.next_seconds())

    async def _receive(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            try:
                frame = msgspec.json.decode(message.data, type=Frame)
            except msgspec.DecodeError:
                continue  # of a later version; polling finds the important changes
            self._tracker.update_from_frame(frame)
        if socket.close_code == _NOT_AUTHENTICATED:
            raise NotAuthenticatedError(
                "the API requires a login: set GENONAUT_API_KEY to a valid API key"
            )
        if socket.close_code == _NOTHING_VISIBLE:
            raise NotFoundError(f"none of the jobs {self._tracker.open_ids} is visible to you")

    async def _poll(self) -> None:
        last_answer = last_poll = time.monotonic()
        while True:
            await asyncio.sleep(self._poll_seconds)
            if self._is_live and time.monotonic() - last_poll < _LIVE_POLL_SECONDS:
                continue
            last_poll = time.monotonic()
            try:
                for job_id in self._tracker.open_ids:
                    self._tracker.update_from_job(await self._api.job(job_id))
                last_answer = time.monotonic()
            except UnavailableError:
                if time.monotonic() - last_answer > _UNREACHABLE_SECONDS:
                    raise
