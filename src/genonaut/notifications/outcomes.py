"""The outcome of a batch, and its title and message; no I/O."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec

ERROR_LENGTH = 500
"""Characters of an error message in a notification."""
_PROMPT_LENGTH = 200

Ending = Literal["completed", "failed", "cancelled"]
ENDING_PRECEDENCE: Sequence[Ending] = ("failed", "completed", "cancelled")
"""Which outcome comes first for a batch whose jobs ended differently."""
_READY = {
    "image": "Your image is ready",
    "video": "Your video is ready",
    "audio": "Your audio is ready",
    "text": "Your text is ready",
    "model3d": "Your 3D model is ready",
}
_SINGLE_TITLE = {
    "failed": "Generation failed",
    "cancelled": "Generation cancelled",
}


class JobOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one job."""

    id: int
    status: Ending
    prompt: str
    content_id: int | None
    error_code: str | None
    error_message: str | None
    job_type: str = "image"
    workflow_id: int | None = None
    """The workflow that it ran; None for built-in operations."""


class BatchOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """The outcomes of the jobs of one batch, without jobs that were deleted since."""

    batch_id: UUID
    user_id: UUID
    jobs: Sequence[JobOutcome]

    @property
    def dedupe_key(self) -> str:
        """Return the key that makes repeated notifications of this batch one."""
        return f"batch:{self.batch_id}"

    @property
    def counts(self) -> Counter[Ending]:
        """Return how many jobs ended in each way."""
        return Counter(job.status for job in self.jobs)

    @property
    def endings(self) -> list[Ending]:
        """Return the outcomes that occurred, the most important first."""
        return [ending for ending in ENDING_PRECEDENCE if self.counts[ending]]

    def first(self, ending: Ending) -> JobOutcome:
        """Return the first job with this outcome."""
        return next(job for job in self.jobs if job.status == ending)


def title_of(outcome: BatchOutcome) -> str:
    """Return the title: the outcome of a single job, or the counts of a batch."""
    counts, total = outcome.counts, len(outcome.jobs)
    if total == 1:
        job = outcome.jobs[0]
        ready = _READY.get(job.job_type, "Your result is ready")
        return ready if job.status == "completed" else _SINGLE_TITLE[job.status]
    if counts["completed"] == total:
        return f"{total} of {total} completed"
    ways: Sequence[Ending] = ("completed", "failed", "cancelled")
    return ", ".join(f"{counts[way]} {way}" for way in ways if counts[way])


def message_of(outcome: BatchOutcome) -> str:
    """Return the prompt and, if a job failed, the error of the first.

    An upscale has no prompt.
    """
    prompt = shortened(" ".join(outcome.jobs[0].prompt.split()), _PROMPT_LENGTH)
    prompt = prompt or "Upscaled image"
    if "failed" not in outcome.endings:
        return prompt
    error = outcome.first("failed").error_message or "unknown error"
    return f"{prompt}\n{shortened(error, ERROR_LENGTH)}"


def shortened(text: str, length: int) -> str:
    """Return at most ``length`` characters of a text."""
    return text if len(text) <= length else text[: length - 1] + "…"
