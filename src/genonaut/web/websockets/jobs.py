"""Websockets of generation jobs: a snapshot, then every newer frame."""

from collections.abc import Sequence

import msgspec
from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.params import FromPath

from genonaut.accounts.identity import Identity
from genonaut.core.ids import MAX_ID
from genonaut.jobs.messages import (
    job_topic,
    owner_preview_topic,
    owner_topic,
    preview_channel,
    preview_made,
    preview_topic,
)
from genonaut.jobs.queries import AnyJob, JobQueryService
from genonaut.jobs.schemas import JobView
from genonaut.jobs.states import JobStatus
from genonaut.realtime import Envelope, Hub, Mailbox
from genonaut.runtime import Runtime
from genonaut.web.websockets.connection import Socket, run_connection

NOT_VISIBLE = 4404
MAX_IDS = 200
_ENDED_REMEMBERED = 1_000
"""Bounds memory: a socket may be open for weeks, and old jobs send no more frames."""


class Snapshot(msgspec.Struct, frozen=True, tag_field="type", tag="snapshot"):
    """The first frame."""

    jobs: list[JobView]
    missing: list[int]


class Freshness:
    """Remembers the newest state of each job that the client has received."""

    def __init__(self, jobs: Sequence[AnyJob]) -> None:
        self._seen = {job.id: (job.attempt, job.seq) for job in jobs}
        self._ended = dict.fromkeys(job.id for job in jobs if job.status.is_terminal)

    def is_newer(self, envelope: Envelope) -> bool:
        """Return whether the frame is newer than what the client has, and remember it."""
        if envelope.order is None:
            return True
        job_id, *rest = envelope.order
        version = (rest[0], rest[1])
        seen = self._seen.get(job_id, (-1, -1))
        if envelope.replaces is not None:
            return version >= seen and job_id not in self._ended
        # The event id orders states; the attempt number grows with it.
        if version <= seen:
            return False
        self._seen[job_id] = version
        return True

    def note_end(self, job_id: int) -> None:
        """Refuse progress frames of a job after its terminal frame."""
        self._ended[job_id] = None
        if len(self._ended) > _ENDED_REMEMBERED:
            forgotten = next(iter(self._ended))
            del self._ended[forgotten]
            self._seen.pop(forgotten, None)


class JobStream:
    """Sends one client the frames of its jobs."""

    def __init__(self, runtime: Runtime, hub: Hub, identity: Identity, socket: Socket) -> None:
        self._runtime = runtime
        self._hub = hub
        self._identity = identity
        self._socket = socket

    async def run(self, job_ids: Sequence[int] | None, *, previews: bool) -> None:
        """Send until the client disconnects; subscribes before reading, so that no change is missed."""
        watched = await self._watched(job_ids, previews=previews)
        if watched is None:
            await self._socket.close(NOT_VISIBLE, "none of these jobs is visible")
            return
        topics, channels = watched
        async with self._hub.watch(topics, channels=channels) as mailbox:
            jobs = await self._send_snapshot(job_ids)
            if previews:
                await self._send_latest_previews(jobs)
            freshness = Freshness(jobs)
            del jobs  # holds no rows while it forwards
            await self._forward(mailbox, freshness)

    async def _watched(
        self, job_ids: Sequence[int] | None, *, previews: bool
    ) -> tuple[list[str], list[str]] | None:
        """Return the topics to watch, and the channels they need in addition to the hub's.

        None when no job is visible. No database row is kept: a socket may be open for days.
        """
        if job_ids is None:
            viewer_id = self._identity.user_id
            topics, of_previews = [owner_topic(viewer_id)], [owner_preview_topic(viewer_id)]
            owners = {viewer_id}
        else:
            visible, _ = await self._snapshot(job_ids)
            if not visible:
                return None
            topics = [job_topic(job.id) for job in visible]
            of_previews = [preview_topic(job.id) for job in visible]
            owners = {job.user_id for job in visible}
        if not previews:
            return topics, []
        return topics + of_previews, [preview_channel(owner_id) for owner_id in owners]

    async def _snapshot(self, job_ids: Sequence[int] | None) -> tuple[list[AnyJob], Snapshot]:
        async with self._runtime.begin() as uow:
            reading = JobQueryService(uow, self._runtime)
            seen, missing = await reading.snapshot(
                job_ids,
                owner_id=self._identity.owner_filter,
                viewer_id=self._identity.user_id,
            )
        return [one.job for one in seen], Snapshot([JobView.of(one) for one in seen], missing)

    async def _send_snapshot(self, job_ids: Sequence[int] | None) -> list[AnyJob]:
        jobs, snapshot = await self._snapshot(job_ids)
        await self._socket.send(msgspec.json.encode(snapshot))
        return jobs

    async def _send_latest_previews(self, jobs: Sequence[AnyJob]) -> None:
        """Send what clients that connected earlier see of the running jobs."""
        running = {job.id: job for job in jobs if job.status is JobStatus.RUNNING}
        for job_id, preview in (await self._runtime.previews.read(list(running))).items():
            job = running[job_id]
            if preview.attempt == job.attempt:
                await self._socket.send(preview_made(job_id, job.user_id, preview).frame())

    async def _forward(self, mailbox: Mailbox, freshness: Freshness) -> None:
        while True:
            envelope = await mailbox.get()
            if freshness.is_newer(envelope):
                await self._socket.send(envelope.frame)
                if envelope.order is not None and envelope.is_terminal:
                    freshness.note_end(envelope.order[0])


def _parse_ids(text: str) -> list[int] | None:
    """Return the ids of ``1,2,3``; None when the text has another form."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or len(parts) > MAX_IDS or not all(_is_id(part) for part in parts):
        return None
    return list(dict.fromkeys(int(part) for part in parts))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MAX_ID))


@websocket("/ws/jobs/{job_id:str}")
async def one_job(
    socket: WebSocket,  # type: ignore[type-arg]
    job_id: FromPath[str],
    runtime: NamedDependency[Runtime],
    hub: NamedDependency[Hub],
    identity: NamedDependency[Identity],
) -> None:
    """Follow one job."""
    await _serve(Socket(socket), runtime, hub, identity, job_id)


@websocket("/ws/jobs")
async def many_jobs(
    socket: WebSocket,  # type: ignore[type-arg]
    runtime: NamedDependency[Runtime],
    hub: NamedDependency[Hub],
    identity: NamedDependency[Identity],
) -> None:
    """Follow several jobs (``?job_ids=1,2,3``), or all of the caller's."""
    await _serve(Socket(socket), runtime, hub, identity, socket.query_params.get("job_ids"))


async def _serve(
    socket: Socket, runtime: Runtime, hub: Hub, identity: Identity, ids: str | None
) -> None:
    await socket.accept()
    job_ids = None if ids is None else _parse_ids(ids)
    if ids is not None and job_ids is None:
        await socket.close(NOT_VISIBLE, f"name 1 to {MAX_IDS} job ids, as in job_ids=1,2,3")
        return
    with_previews = socket.query("previews") == "1"
    stream = JobStream(runtime, hub, identity, socket)
    await run_connection(socket, stream.run(job_ids, previews=with_previews))


SOCKETS = [one_job, many_jobs]
