"""Publish progress and previews without making renders wait for Redis."""

import asyncio

import structlog
from msgspec.structs import replace
from redis.exceptions import RedisError

from genonaut.core.clock import utcnow
from genonaut.jobs.messages import JobChanged, JobFrame, in_backend_queue, preview_made
from genonaut.jobs.queue.claim import Claim
from genonaut.jobs.states import JobStatus
from genonaut.realtime import JobPreview, JobProgress
from genonaut.runtime import Runtime

log = structlog.get_logger()
PUBLISH_INTERVAL_SECONDS = 0.1
"""At most ten frames per second and job; older ones are replaced."""


class ProgressPublisher:
    """Publishes the newest progress and preview of all jobs, ten times a second."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        # None: the prompt waits in the queue of its backend.
        self._progress: dict[int, tuple[Claim, JobProgress | None]] = {}
        self._previews: dict[int, tuple[Claim, JobPreview]] = {}
        self._has_news = asyncio.Event()

    def progress(self, claim: Claim, progress: JobProgress) -> None:
        """Publish the progress of an attempt."""
        self._progress[claim.job_id] = (claim, progress)
        self._has_news.set()

    def waits_at_backend(self, claim: Claim) -> None:
        """Publish that the prompt of an attempt waits in the queue of its backend."""
        self._progress[claim.job_id] = (claim, None)
        self._has_news.set()

    def preview(self, claim: Claim, mime: str, data: bytes) -> None:
        """Publish a preview image."""
        self._previews[claim.job_id] = (claim, JobPreview(claim.attempt, mime, data))
        self._has_news.set()

    def forget(self, job_id: int) -> None:
        """Discard what is unsent of a job that has ended."""
        self._progress.pop(job_id, None)
        self._previews.pop(job_id, None)

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            try:
                async with asyncio.timeout(1.0):
                    await self._send()
            except (RedisError, OSError, TimeoutError) as error:
                log.debug("progress.publish_failed", error=type(error).__name__)
            await asyncio.sleep(PUBLISH_INTERVAL_SECONDS)

    async def _send(self) -> None:
        progress, self._progress = self._progress, {}
        previews, self._previews = self._previews, {}
        changes = [_change(claim, latest) for claim, latest in progress.values()]
        made = [
            preview_made(job_id, claim.user_id, preview)
            for job_id, (claim, preview) in previews.items()
        ]
        redis = self._runtime.redis.pipeline(transaction=False)
        known = {key: latest for key, (_, latest) in progress.items() if latest is not None}
        self._runtime.progress.stage(redis, known)
        self._runtime.previews.stage(redis, {key: latest for key, (_, latest) in previews.items()})
        for channel, content in self._runtime.bus.messages_of([*changes, *made]):
            redis.publish(channel, content)
        await redis.execute()


def _change(claim: Claim, progress: JobProgress | None) -> JobChanged:
    frame = JobFrame(
        job_id=claim.job_id,
        status="processing",
        job_status=JobStatus.RUNNING,
        attempt=claim.attempt,
        seq=claim.seq,
        timestamp=utcnow(),
    )
    if progress is None:
        frame = replace(frame, waiting_reason=in_backend_queue(claim.backend))
    else:
        frame = replace(
            frame,
            progress=progress.percent,
            node=progress.node,
            step=progress.step,
            steps=progress.steps,
        )
    return JobChanged(user_id=claim.user_id, job=frame)
