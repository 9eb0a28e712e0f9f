"""Store the batch, the jobs and the timeline entries of a submission in one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from genonaut.db.advisory_locks import AdvisoryLock
from genonaut.db.statement import Row
from genonaut.jobs.params import GenerationSpec
from genonaut.jobs.queries import JobRow
from genonaut.jobs.queue.waiting_reasons import REASON_PARAMETERS
from genonaut.jobs.states import JobStatus
from genonaut.jobs.submission.known_models import ModelVersions
from genonaut.jobs.submission.store_query import STORE
from genonaut.runtime import Runtime
from genonaut.taskqueue.queue import task_id
from genonaut.tracing.model import SpanKind, Value
from genonaut.tracing.spans import span


class Stored(msgspec.Struct, frozen=True):
    """The jobs that were stored; none if a condition was not met."""

    jobs: Sequence[JobRow]
    has_room: bool
    """Whether the owner's limit of waiting jobs allows them."""


class Storing:
    """Stores submissions that are based on current rows and within the owner's limit."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._limit = runtime.settings.jobs.max_waiting_per_user
        self._namespace = runtime.settings.redis.namespace

    async def store(
        self,
        specs: Sequence[GenerationSpec],
        *,
        owner_id: UUID,
        idempotency_key: str | None,
        digest: str,
        versions: ModelVersions,
    ) -> Stored:
        """Store a job for each spec; they differ in seeds and inputs only.

        Stores none if the key was used, a row changed since ``versions`` was read, or the limit of
        waiting jobs would be exceeded.
        """
        spec, size = specs[0], len(specs)
        batch_id, arq_id = uuid4(), task_id(self._namespace, "wake")
        values: dict[str, Any] = {
            **msgspec.structs.asdict(spec),
            **REASON_PARAMETERS,
            "lora_models": as_json(spec.lora_models),
            "models": as_json(spec.models),
            "workflow_version_id": None if spec.workflow is None else spec.workflow.version_id,
            "prompts": [one.prompt for one in specs],
            "inputs": [as_json(one.inputs) for one in specs],
            "params": [as_json(one.params) for one in specs],
            "needs": spec.needs,
            "owner_id": owner_id,
            "batch_id": batch_id,
            "size": size,
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
            "genonaut.batch.size": size,
        }
        with span("jobs.submit", kind=SpanKind.PRODUCER, attributes=attributes) as current:
            values["traceparent"] = current.traceparent
            rows = await self._run(values, owner_id)
        if rows[0][2] is None:
            return Stored((), rows[0][1])
        jobs = [
            job_row(row, one, owner_id=owner_id, batch_id=batch_id, size=size, arq_id=arq_id)
            for row, one in zip(rows, specs, strict=True)
        ]
        return Stored(jobs, has_room=True)

    async def _run(self, values: dict[str, Any], owner_id: UUID) -> Sequence[Row]:
        if not self._limit:
            async with self._runtime.fast.single() as unit:
                return await unit.fetch(STORE, **values)
        # The second of two concurrent submissions counts the jobs of the first.
        lock = AdvisoryLock.QUEUE_QUOTA
        async with self._runtime.fast.begin(lock, subject=owner_id) as unit:
            return await unit.fetch(STORE, **values)


def as_json(value: object) -> str | None:
    """Return a value as the driver takes it for a JSON column."""
    return None if value is None else msgspec.json.encode(value).decode()


def job_row(
    row: Row,
    spec: GenerationSpec,
    *,
    owner_id: UUID,
    batch_id: UUID,
    size: int,
    arq_id: str,
) -> JobRow:
    """Return the job of a row that ``STORE`` returned."""
    _, _, job_id, seq, waiting_reason, queued_at = row
    at: datetime = queued_at
    return JobRow(
        id=job_id,
        user_id=owner_id,
        batch_id=batch_id,
        job_type=spec.job_type,
        status=JobStatus.QUEUED,
        prompt=spec.prompt,
        negative_prompt=spec.negative_prompt,
        checkpoint_model=spec.checkpoint_model,
        lora_models=msgspec.to_builtins(spec.lora_models),
        width=spec.width,
        height=spec.height,
        batch_size=size,
        params=msgspec.to_builtins(spec.params),
        inputs=None if spec.inputs is None else msgspec.to_builtins(spec.inputs),
        workflow_version_id=None if spec.workflow is None else spec.workflow.version_id,
        content_id=None,
        arq_job_id=arq_id,
        comfyui_prompt_id=None,
        backend=None,
        attempt=0,
        seq=seq,
        cancel_requested_at=None,
        waiting_reason=waiting_reason,
        error_code=None,
        error_message=None,
        created_at=at,
        queued_at=at,
        started_at=None,
        completed_at=None,
        updated_at=at,
    )
