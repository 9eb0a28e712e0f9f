"""What this process holds: an attempt in memory, kept alive by the beat."""

import asyncio
from datetime import datetime

from genonaut.jobs.claiming import Claim


class Held:
    """One attempt in the hands of this worker, and what others have asked of it."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.executing_at: datetime | None = None
        self.is_posted = claim.was_posted
        self.is_delivering = False
        self._is_cancelled = False
        self._is_fenced = False
        self._attention = asyncio.Event()

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
