"""Accept submissions: validate, complete the spec, store the batch and its jobs."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NoReturn
from uuid import UUID, uuid4

import msgspec
from msgspec.structs import replace
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from genonaut.catalog.selection.plan import ModelPlan
from genonaut.catalog.selection.recipes import defaults_of
from genonaut.catalog.selection.resolver import ModelResolver, WantedModels
from genonaut.config.settings import JobSettings
from genonaut.core.decoded_body import PartialDocument
from genonaut.core.errors import FieldError, InvalidInputError, collect_errors
from genonaut.core.metrics import JOBS_SUBMITTED, OPERATION
from genonaut.db import UnitOfWork
from genonaut.jobs.backends.offers import BackendOffers
from genonaut.jobs.lifecycle.transitions import Transitions, next_seq
from genonaut.jobs.params import GenerationSpec, SamplingParams, random_seed
from genonaut.jobs.queue.waiting_reasons import reason_of
from genonaut.jobs.states import JobStatus
from genonaut.jobs.submission.invalid_body import check_readable_fields
from genonaut.jobs.submission.model_selection import choose_models, with_canonical_names
from genonaut.jobs.submission.prompt_policy import PromptPolicy, require_allowed
from genonaut.jobs.submission.queue_quota import QueueQuota
from genonaut.jobs.tables import GenerationBatch, GenerationJob
from genonaut.taskqueue.queue import task_id

_BATCHES = GenerationBatch.metadata.tables[GenerationBatch.__tablename__]
_OPEN_BATCH = (
    insert(_BATCHES)
    # Of two requests with one key, the second waits here for the first to commit.
    .on_conflict_do_nothing(index_elements=["user_id", "idempotency_key"])
    .returning(_BATCHES.c.id)
)


class SubmissionRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A submission before its defaults are applied; an empty checkpoint means the default one.

    ``left_open`` names the parameters to set to the architecture's defaults.
    """

    spec: GenerationSpec
    left_open: tuple[str, ...] = ()
    has_seed: bool
    batch_size: int
    idempotency_key: str | None


class SubmissionService:
    """Turns submission requests into batches of jobs."""

    def __init__(
        self, uow: UnitOfWork, settings: JobSettings, namespace: str, policy: PromptPolicy
    ) -> None:
        self._uow, self._session = uow, uow.session
        self._policy = policy
        self._transitions = Transitions(uow)
        self._settings = settings
        self._namespace = namespace

    async def submit(
        self, request: SubmissionRequest, *, owner_id: UUID
    ) -> Sequence[GenerationJob]:
        """Store the jobs of a request as queued, ordered by seed, and return them.

        A repeated idempotency key returns the jobs of its first use.

        Raises:
            InvalidInputError: unknown models, samplers or schedulers; a prompt that the policy
                refuses; an idempotency key that was used for another request.
            RateLimitedError: too many jobs of the owner are waiting.
        """
        request_hash = hashlib.sha256(msgspec.msgpack.encode(request)).hexdigest()
        batch_id = await self._open_batch(request, owner_id, request_hash)
        if batch_id is None:
            return await self._jobs_of_key(request, owner_id, request_hash)
        quota = QueueQuota(self._session, self._settings.max_waiting_per_user)
        await quota.require(owner_id, request.batch_size)
        spec = await self._complete_spec(request)
        reason = await reason_of(self._session, spec.needs)
        values = {
            "user_id": owner_id,
            "batch_id": batch_id,
            "batch_size": request.batch_size,
            "waiting_reason": reason.text,
            "unavailable_since": func.now() if reason.is_lacking else None,
        }
        jobs = [
            await self._insert(spec.for_index(index), {**values, "batch_index": index})
            for index in range(request.batch_size)
        ]
        await quota.confirm(owner_id)
        self._uow.after_commit(partial(JOBS_SUBMITTED.labels(OPERATION).inc, len(jobs)))
        return jobs

    async def refuse(self, errors: Sequence[FieldError], document: PartialDocument) -> NoReturn:
        """Refuse a body that does not fit its type, with the errors of its readable fields.

        Raises:
            InvalidInputError: always; lists ``errors`` first.
        """
        with collect_errors() as collecting:
            with collecting():
                raise InvalidInputError(*errors)
            with collecting():
                await check_readable_fields(
                    self._session,
                    document,
                    self._policy,
                    default_checkpoint=self._settings.default_checkpoint,
                )

    async def _open_batch(
        self, request: SubmissionRequest, owner_id: UUID, request_hash: str
    ) -> UUID | None:
        batch = {
            "id": uuid4(),
            "user_id": owner_id,
            "idempotency_key": request.idempotency_key,
            "request_hash": request_hash,
            "size": request.batch_size,
            "open_count": request.batch_size,
        }
        opened: UUID | None = await self._session.scalar(_OPEN_BATCH, batch)
        return opened

    async def _jobs_of_key(
        self, request: SubmissionRequest, owner_id: UUID, request_hash: str
    ) -> Sequence[GenerationJob]:
        batch = await self._session.scalar(
            select(GenerationBatch).where(
                GenerationBatch.user_id == owner_id,
                GenerationBatch.idempotency_key == request.idempotency_key,
            )
        )
        if batch is None or batch.request_hash != request_hash:
            message = "was used for another request; use a fresh key for each submission"
            raise InvalidInputError.of("Idempotency-Key", message)
        jobs = await self._session.scalars(
            select(GenerationJob)
            .where(GenerationJob.batch_id == batch.id)
            .order_by(GenerationJob.batch_index)
        )
        found = jobs.all()
        if not found:
            message = "belongs to jobs that were deleted; use a fresh key"
            raise InvalidInputError.of("Idempotency-Key", message)
        return found

    async def _complete_spec(self, request: SubmissionRequest) -> GenerationSpec:
        """Return the spec with models and defaults; raises all errors together."""
        offers = await BackendOffers.read(self._session)
        spec = request.spec
        loras = with_canonical_names(offers, spec.lora_models)
        spec = replace(spec, lora_models=loras)
        with collect_errors() as collecting:
            with collecting():
                require_allowed(self._policy, spec.prompt)
            with collecting():
                spec = await self._choose_models(spec, request, offers)
            with collecting():
                params = spec.params
                offers.require_options(sampler_name=params.sampler_name, scheduler=params.scheduler)
        offers.require_together(spec.needs)
        return spec

    async def _choose_models(
        self, spec: GenerationSpec, request: SubmissionRequest, offers: BackendOffers
    ) -> GenerationSpec:
        wanted = WantedModels(
            checkpoint=spec.checkpoint_model,
            loras=[lora.name for lora in spec.lora_models],
            allow_mismatch=spec.params.allow_mismatch,
        )
        checkpoint, plan = await choose_models(
            ModelResolver(self._session),
            offers,
            wanted,
            default_checkpoint=self._settings.default_checkpoint,
        )
        spec = replace(spec, checkpoint_model=checkpoint, models=plan)
        return _with_defaults(spec, request, plan)

    async def _insert(self, spec: GenerationSpec, values: Mapping[str, Any]) -> GenerationJob:
        statement = (
            insert(GenerationJob)
            .values(
                **msgspec.to_builtins(spec),
                **values,
                status=JobStatus.QUEUED,
                needs=spec.needs,
                queued_at=func.now(),
                arq_job_id=task_id(self._namespace, "wake"),
                seq=next_seq(),
            )
            .returning(GenerationJob)
        )
        job = (await self._session.scalars(statement)).one()
        await self._transitions.record(job, "queued", {})
        return job


def _with_defaults(
    spec: GenerationSpec, request: SubmissionRequest, plan: ModelPlan
) -> GenerationSpec:
    """Add a seed and the architecture's defaults where the request has none."""
    found = msgspec.structs.asdict(defaults_of(plan.architecture, plan.variant))
    chosen = {name: value for name, value in found.items() if name in request.left_open}
    size = {name: chosen.pop(name) for name in ("width", "height") if name in chosen}
    seed = spec.params.seed if request.has_seed else random_seed()
    params: SamplingParams = replace(spec.params, seed=seed, **chosen)
    return replace(spec, params=params, **size)


async def mark_pending(uow: UnitOfWork, job_ids: Sequence[int]) -> None:
    """Mark jobs as pending so that the sweep sends the wake-up that failed."""
    await uow.session.execute(
        update(GenerationJob)
        .where(GenerationJob.id.in_(job_ids), GenerationJob.status == JobStatus.QUEUED)
        .values(status=JobStatus.PENDING)
    )
