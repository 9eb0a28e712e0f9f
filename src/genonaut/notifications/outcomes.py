"""How a batch ended, and the words for it; pure."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec

ERROR_LENGTH = 500
"""Characters of an error's text that are told."""
_PROMPT_LENGTH = 200

Ending = Literal["completed", "failed", "cancelled"]
TOLD_FIRST: Sequence[Ending] = ("failed", "completed", "cancelled")
"""What names the outcome of a batch whose jobs ended differently."""
_ALONE = {
    "completed": "Your image is ready",
    "failed": "Your image could not be made",
    "cancelled": "Your image was cancelled",
}
_WORD = {"completed": "done", "failed": "failed", "cancelled": "cancelled"}


class JobOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one job ended."""

    id: int
    status: Ending
    prompt: str
    content_id: int | None
    error_code: str | None
    error_message: str | None


class BatchOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """How the jobs of one submission ended; jobs that were deleted since are not among them."""

    batch_id: UUID
    user_id: UUID
    jobs: Sequence[JobOutcome]

    @property
    def dedupe_key(self) -> str:
        """Return the name of this happening, the same however often it is told."""
        return f"batch:{self.batch_id}"

    @property
    def counts(self) -> Counter[Ending]:
        """Return how many jobs ended in each way."""
        return Counter(job.status for job in self.jobs)

    @property
    def endings(self) -> list[Ending]:
        """Return the ways in which jobs ended, the most telling first."""
        return [ending for ending in TOLD_FIRST if self.counts[ending]]

    def first(self, ending: Ending) -> JobOutcome:
        """Return the first job that ended so."""
        return next(job for job in self.jobs if job.status == ending)


def title_of(outcome: BatchOutcome) -> str:
    """Return the headline: of one job what became of it, of a batch the numbers."""
    counts, total = outcome.counts, len(outcome.jobs)
    if total == 1:
        return _ALONE[outcome.jobs[0].status]
    if counts["completed"] == total:
        return f"{total} of {total} done"
    ways: Sequence[Ending] = ("completed", "failed", "cancelled")
    return ", ".join(f"{counts[way]} {_WORD[way]}" for way in ways if counts[way])


def message_of(outcome: BatchOutcome) -> str:
    """Return the prompt, and why the first job failed if one did."""
    prompt = shortened(" ".join(outcome.jobs[0].prompt.split()), _PROMPT_LENGTH)
    if "failed" not in outcome.endings:
        return prompt
    error = outcome.first("failed").error_message or "no reason is known"
    return f"{prompt}\n{shortened(error, ERROR_LENGTH)}"


def shortened(text: str, length: int) -> str:
    """Return at most ``length`` characters of a text."""
    return text if len(text) <= length else text[: length - 1] + "…"
