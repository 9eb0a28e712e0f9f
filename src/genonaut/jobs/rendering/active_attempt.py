"""The state of an attempt that this process runs."""

import asyncio
import time
from collections.abc import Callable

from genonaut.core.metrics import JOB_ADDED_LATENCY, JOB_INGEST, JOB_RENDER, LEASES_LOST
from genonaut.jobs.queue.claim import Claim
from genonaut.tracing.spans import record


class ActiveAttempt:
    """An attempt of this worker in memory, with signals from other parts of the process."""

    def __init__(self, claim: Claim, *, on_rendered: Callable[[], None] = lambda: None) -> None:
        self.claim = claim
        self._when_rendered = on_rendered
        self.is_rendered = False
        """The prompt has ended at the backend; the slot is free while the image is ingested."""
        self.may_be_posted = claim.is_resumed
        """The prompt may be at the backend, even if the POST failed."""
        self.is_posted = claim.was_posted
        self.submit_error: str | None = None
        """Error of a POST whose outcome is unknown."""
        self.is_finishing = False
        """It ingests its image or stores its outcome; a stopping worker waits for that."""
        self.retry_after_seconds: float | None = None
        """Delay until the job may be claimed again; None if at once or never."""
        self._executing_since = (
            None
            if claim.executing_seconds is None
            else time.monotonic() - max(claim.executing_seconds, 0.0)
        )
        self._claimed_at = time.monotonic()
        self._posted_at: float | None = None
        self._rendered_at: float | None = None
        self._is_cancelled = False
        self._is_fenced = False
        self._signal = asyncio.Event()

    @property
    def executing_seconds(self) -> float | None:
        """Return how long the prompt has been executing; None before it starts."""
        if self._executing_since is None:
            return None
        return time.monotonic() - self._executing_since

    def mark_executing(self, *, ago_seconds: float = 0.0) -> None:
        """Record that the prompt started ``ago_seconds`` ago; only the first call counts."""
        if self._executing_since is None:
            self._executing_since = time.monotonic() - ago_seconds

    def mark_rendered(self) -> None:
        """Record that the prompt has ended at the backend, and call ``on_rendered``."""
        self.is_rendered = True
        self._rendered_at = time.monotonic()
        if self._executing_since is not None:
            record("comfyui.execution", seconds=self._rendered_at - self._executing_since)
        self._when_rendered()

    def mark_posted(self) -> None:
        """Record that the prompt was posted by this attempt."""
        self.is_posted = True
        self._posted_at = time.monotonic()

    def record_durations(self) -> None:
        """Add the times of this attempt to the metrics; call it once, when the job is completed."""
        if self._rendered_at is None:
            return
        claim, ingest = self.claim, time.monotonic() - self._rendered_at
        JOB_INGEST.observe(ingest)
        if self._executing_since is not None:
            architecture = claim.spec.architecture or "unknown"
            seconds = max(self._rendered_at - self._executing_since, 0.0)
            JOB_RENDER.labels(claim.backend, architecture, claim.spec.operation_name).observe(
                seconds
            )
        if self._posted_at is not None:
            JOB_ADDED_LATENCY.observe(self._posted_at - self._claimed_at + ingest)

    @property
    def key(self) -> tuple[int, int]:
        """Return (job, attempt)."""
        return (self.claim.job_id, self.claim.attempt)

    @property
    def is_cancelled(self) -> bool:
        """Return whether cancellation was requested."""
        return self._is_cancelled

    @property
    def is_fenced(self) -> bool:
        """Return whether the lease is lost; the worker may no longer write."""
        return self._is_fenced

    def cancel(self) -> None:
        """Request cancellation and wake the follower."""
        self._is_cancelled = True
        self._signal.set()

    def fence(self) -> None:
        """Record that the lease is lost and wake the follower."""
        if not self._is_fenced:
            LEASES_LOST.inc()
        self._is_fenced = True
        self._signal.set()

    async def wait_for_signal(self) -> None:
        """Return after a cancellation or the loss of the lease since the last call."""
        await self._signal.wait()
        self._signal.clear()
