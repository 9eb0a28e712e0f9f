"""The span of an attempt."""

from contextlib import AbstractContextManager

from genonaut.jobs.queue.claim import Claim
from genonaut.tracing.model import Span, SpanKind, Value
from genonaut.tracing.spans import record, span

OUTCOME = "genonaut.attempt.outcome"


def attempt_span(claim: Claim) -> AbstractContextManager[Span]:
    """Return the span of an attempt, below the one of the submission, which may be of another process.

    The time that the job has waited before its first attempt is recorded beside it.
    """
    attributes: dict[str, Value] = {
        "genonaut.job.id": claim.job_id,
        "genonaut.batch.id": str(claim.batch_id),
        "genonaut.attempt.number": claim.attempt,
        "genonaut.attempt.is_resumed": claim.is_resumed,
        "genonaut.backend": claim.backend,
    }
    if claim.waited_seconds is not None:
        record("job.wait", parent=claim.traceparent, seconds=claim.waited_seconds)
    return span(
        "job.attempt", kind=SpanKind.CONSUMER, parent=claim.traceparent, attributes=attributes
    )
