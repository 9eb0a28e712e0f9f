"""Follow jobs to their end: over the websocket, and by asking whenever that is silent or gone."""

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
_LIVE_POLL_SECONDS = 15.0
"""How often we ask although the websocket is open: a frame can be lost with its API process."""
_POLL_SECONDS = 1.0
_UNREACHABLE_SECONDS = 60.0
"""How long a restarting API is waited for."""
_FIRST_BACKOFF_SECONDS = 0.3
_LONGEST_BACKOFF_SECONDS = 10.0


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What the websocket sends, every kind in one; unknown kinds are ignored."""

    type: str
    jobs: list[Job] = []
    job_id: int = 0
    job_status: str = ""
    attempt: int = 0
    seq: int = 0
    progress: float | None = None
    node: str | None = None
    content_id: int | None = None
    error: str | None = None


@dataclass(slots=True)
class JobState:
    """What is known of one job; ``progress`` is 0..100."""

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
        """Tell whether the job has ended."""
        return self.status in TERMINAL


@dataclass(slots=True)
class Board:
    """The jobs that are followed; tells ``on_change`` of every change, once."""

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

    def see_job(self, job: Job) -> None:
        """Take over a job as the API describes it."""
        self._see(
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

    def see_frame(self, frame: Frame) -> None:
        """Take over a frame of the websocket."""
        for job in frame.jobs if frame.type == "snapshot" else []:
            self.see_job(job)
        if frame.type == "job":
            self._see(frame)

    def _see(self, frame: Frame) -> None:
        state = self.states.get(frame.job_id)
        # Frames may overtake each other; a terminal state is the last.
        if state is None or state.is_terminal:
            return
        if (frame.attempt, frame.seq) < (state.attempt, state.seq):
            return
        before = replace(state)
        if frame.attempt > state.attempt or frame.job_status in _WAITING:
            state.progress = 0.0
        state.attempt, state.seq, state.status = frame.attempt, frame.seq, frame.job_status
        state.progress = max(state.progress, frame.progress or 0.0)
        state.note = frame.node or ""
        state.content_id, state.error = frame.content_id, frame.error
        if state != before:
            self.on_change(state)
        if not self.open_ids:
            self.finished.set()


def _waiting_note(job: Job) -> str | None:
    if job.waiting_reason:
        return job.waiting_reason
    return f"position {job.queue_position}" if job.queue_position else None


class Watcher:
    """Keeps a board up to date until every job on it has ended."""

    def __init__(
        self, api: ApiClient, board: Board, *, poll_seconds: float = _POLL_SECONDS
    ) -> None:
        self._api = api
        self._board = board
        self._poll_seconds = poll_seconds
        self._is_live = False

    async def watch(self) -> None:
        """Return when every job has ended.

        Raises:
            NotAuthenticatedError: the server does not (or no longer) know us.
            NotFoundError: none of the jobs is ours to see.
            UnavailableError: nothing has answered for a minute.
        """
        tasks = [
            asyncio.create_task(work)
            for work in (self._listen(), self._poll(), self._board.finished.wait())
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
                ids = ",".join(map(str, self._board.open_ids))
                async with self._api.socket(f"/ws/jobs?job_ids={ids}") as socket:
                    self._is_live = True
                    backoff.reset()
                    await self._receive(socket)
            except (aiohttp.ClientError, OSError, TimeoutError):
                pass  # no websocket today, as behind a proxy without them: polling goes on
            finally:
                self._is_live = False
            # Jitter: an API that restarts must not see all its clients in the same instant.
            await asyncio.sleep(backoff.next_seconds())

    async def _receive(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            try:
                frame = msgspec.json.decode(message.data, type=Frame)
            except msgspec.DecodeError:
                continue  # of a later version; polling tells us what matters
            self._board.see_frame(frame)
        if socket.close_code == _NOT_AUTHENTICATED:
            raise NotAuthenticatedError("the API does not know us: set GENONAUT_API_KEY")
        if socket.close_code == _NOTHING_VISIBLE:
            raise NotFoundError(f"none of the jobs {self._board.open_ids} is visible to us")

    async def _poll(self) -> None:
        reached = asked = time.monotonic()
        while True:
            await asyncio.sleep(self._poll_seconds)
            if self._is_live and time.monotonic() - asked < _LIVE_POLL_SECONDS:
                continue
            asked = time.monotonic()
            try:
                for job_id in self._board.open_ids:
                    self._board.see_job(await self._api.job(job_id))
                reached = time.monotonic()
            except UnavailableError:
                if time.monotonic() - reached > _UNREACHABLE_SECONDS:
                    raise
