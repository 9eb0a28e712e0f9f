"""What this process holds: an attempt in memory, kept alive by the beat."""

import asyncio
import time
from collections.abc import Callable

from genonaut.jobs.queue.claim import Claim


class ActiveAttempt:
    """One attempt in the hands of this worker, and what others have asked of it."""

    def __init__(self, claim: Claim, *, when_rendered: Callable[[], None] = lambda: None) -> None:
        self.claim = claim
        self._when_rendered = when_rendered
        self.is_rendered = False
        """Its prompt is over at the backend, which has room for another while this is brought home."""
        self.may_be_posted = claim.is_resumed
        """The prompt may lie at the backend, whatever became of our POST."""
        self.is_posted = claim.was_posted
        self.post_trouble: str | None = None
        """What ComfyUI said instead of yes or no."""
        self.is_closing = False
        """It delivers, or writes down its end: worth waiting for when the worker stops."""
        self.look_again_seconds: float | None = None
        """When the job may be claimed again; None: at once, or never."""
        self._executing_since = (
            None
            if claim.executing_seconds is None
            else time.monotonic() - max(claim.executing_seconds, 0.0)
        )
        self._is_cancelled = False
        self._is_fenced = False
        self._attention = asyncio.Event()

    @property
    def executing_seconds(self) -> float | None:
        """Return how long the prompt has been executing, None while it has not begun."""
        if self._executing_since is None:
            return None
        return time.monotonic() - self._executing_since

    def note_start(self, *, ago_seconds: float = 0.0) -> None:
        """Note that the backend executes the prompt, or did so; only the first time counts."""
        if self._executing_since is None:
            self._executing_since = time.monotonic() - ago_seconds

    def note_rendered(self) -> None:
        """Note that the prompt is over at the backend, and tell whoever may fill its place."""
        self.is_rendered = True
        self._when_rendered()

    @property
    def key(self) -> tuple[int, int]:
        """Return (job, attempt)."""
        return (self.claim.job_id, self.claim.attempt)

    @property
    def is_cancelled(self) -> bool:
        """Return whether somebody wants the job to stop."""
        return self._is_cancelled

    @property
    def is_fenced(self) -> bool:
        """Return whether the attempt is over in the database: touch nothing more."""
        return self._is_fenced

    def cancel(self) -> None:
        """Note that the job is to stop, and wake whoever follows it."""
        self._is_cancelled = True
        self._attention.set()

    def fence(self) -> None:
        """Note that the attempt belongs to nobody any more."""
        self._is_fenced = True
        self._attention.set()

    async def attention(self) -> None:
        """Return when something was asked since the last call."""
        await self._attention.wait()
        self._attention.clear()
