"""Submit many jobs at once that differ in any field, such as the cells of a grid."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import msgspec

from genonaut.core.errors import InvalidInputError
from genonaut.db.advisory_locks import AdvisoryLock
from genonaut.db.fast_work import FastUnitOfWork
from genonaut.jobs.params import GenerationSpec
from genonaut.jobs.queries import JobRow
from genonaut.jobs.queue.waiting_reasons import REASON_PARAMETERS
from genonaut.jobs.submission.known_models import KnownModels, ModelVersions, WantedKey
from genonaut.jobs.submission.service import SubmissionRequest, SubmissionService, queue_is_full
from genonaut.jobs.submission.store_many_query import STORE_MANY
from genonaut.jobs.submission.storing import as_json, job_row
from genonaut.runtime import Runtime
from genonaut.taskqueue.queue import task_id
from genonaut.tracing.model import SpanKind, Value
from genonaut.tracing.spans import span

OnError = Callable[[int, InvalidInputError], bool]
"""Takes the number of a request and its error; returns whether to stop."""


class EachSpec(msgspec.Struct, frozen=True):
    """A complete spec, and what its models were chosen from."""

    spec: GenerationSpec
    known: KnownModels


class ManySubmission:
    """Completes and stores requests that make one batch."""

    def __init__(self, runtime: Runtime, submission: SubmissionService) -> None:
        self._runtime = runtime
        self._submission = submission

    async def complete(
        self,
        requests: Sequence[SubmissionRequest],
        owner_id: UUID,
        *,
        on_error: OnError | None = None,
    ) -> list[EachSpec]:
        """Return the specs with models and defaults, in the order of the requests.

        Models are chosen once for all requests that name the same.

        Raises:
            InvalidInputError: a request is not valid, and there is no ``on_error``.
        """
        known: dict[WantedKey, KnownModels] = {}
        found: list[EachSpec] = []
        for number, request in enumerate(requests):
            try:
                spec, chosen = await self._submission.complete(
                    request, owner_id, known=known.get(request.wanted)
                )
            except InvalidInputError as error:
                if on_error is None:
                    raise
                if on_error(number, error):
                    return found
                continue
            known[request.wanted] = chosen
            found.append(EachSpec(spec, chosen))
        return found

    @contextlib.asynccontextmanager
    async def storing(self, owner_id: UUID) -> AsyncIterator["ManyStoring"]:
        """Open a transaction in which jobs of a user are stored; one at a time per user."""
        lock = AdvisoryLock.QUEUE_QUOTA
        async with self._runtime.fast.begin(lock, subject=owner_id) as unit:
            yield ManyStoring(self._runtime, self._submission, unit, owner_id)


class ManyStoring:
    """Stores jobs in an open transaction, to which the caller may add more."""

    def __init__(
        self,
        runtime: Runtime,
        submission: SubmissionService,
        unit: FastUnitOfWork,
        owner_id: UUID,
    ) -> None:
        self.unit = unit
        self._submission = submission
        self._owner_id = owner_id
        self._limit = runtime.settings.jobs.max_waiting_per_user
        self._namespace = runtime.settings.redis.namespace

    async def store(
        self, specs: Sequence[EachSpec], *, idempotency_key: str | None, digest: str
    ) -> Sequence[JobRow]:
        """Store one batch with a job for each spec, and return the jobs in their order.

        None are stored if the key was used, or a model changed since the specs were made: these must
        be made again then.

        Raises:
            RateLimitedError: too many jobs of the owner would be waiting.
        """
        versions = _merged([one.known.versions for one in specs])
        batch_id, arq_id = uuid4(), task_id(self._namespace, "wake")
        values = {
            **_columns([one.spec for one in specs]),
            **REASON_PARAMETERS,
            "owner_id": self._owner_id,
            "batch_id": batch_id,
            "size": len(specs),
            "limit": self._limit,
            "idempotency_key": idempotency_key,
            "request_hash": digest,
            "arq_job_id": arq_id,
            "backend_versions": versions.backends,
            "model_names": versions.names,
            "model_versions": versions.models,
        }
        attributes: dict[str, Value] = {
            "genonaut.batch.id": str(batch_id),
            "genonaut.batch.size": len(specs),
        }
        with span("jobs.submit", kind=SpanKind.PRODUCER, attributes=attributes) as current:
            rows = await self.unit.fetch(STORE_MANY, **values, traceparent=current.traceparent)
        if rows[0][2] is not None:
            return [
                job_row(
                    row,
                    one.spec,
                    owner_id=self._owner_id,
                    batch_id=batch_id,
                    size=len(specs),
                    arq_id=arq_id,
                )
                for row, one in zip(rows, specs, strict=True)
            ]
        if not rows[0][1]:
            raise queue_is_full(self._limit)
        self._submission.forget([one.known for one in specs])
        return ()


def _merged(versions: Sequence[ModelVersions]) -> ModelVersions:
    """Return the versions of all rows; rows that were read in two versions do not match any more."""
    models = {row: int(row.partition(" ")[0]) for one in versions for row in one.models}
    backends = {tuple(one.backends) for one in versions}
    return ModelVersions(
        backends=list(versions[-1].backends) if len(backends) == 1 else ["changed"],
        names=sorted({name for one in versions for name in one.names}),
        models=sorted(models, key=models.__getitem__),
    )


def _columns(specs: Sequence[GenerationSpec]) -> dict[str, list[Any]]:
    """Return the values of each column, one per job."""
    return {
        "job_types": [one.job_type for one in specs],
        "prompts": [one.prompt for one in specs],
        "negative_prompts": [one.negative_prompt for one in specs],
        "checkpoints": [one.checkpoint_model for one in specs],
        "loras": [as_json(one.lora_models) for one in specs],
        "widths": [one.width for one in specs],
        "heights": [one.height for one in specs],
        "params": [as_json(one.params) for one in specs],
        "models": [as_json(one.models) for one in specs],
        "inputs": [as_json(one.inputs) for one in specs],
        "needs": [as_json(one.needs) for one in specs],
    }
