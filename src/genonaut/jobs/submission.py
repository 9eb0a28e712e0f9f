"""Accepting jobs: check what is asked for, store it once, wake a worker."""

import hashlib
from collections.abc import Sequence
from uuid import UUID, uuid4

import msgspec
from msgspec.structs import replace
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from genonaut.catalog.plan import ModelPlan
from genonaut.catalog.recipes import defaults_of
from genonaut.catalog.resolution import ModelResolver, WantedModels
from genonaut.config.settings import JobSettings
from genonaut.core.errors import InvalidInputError, errors_together
from genonaut.db import UnitOfWork
from genonaut.jobs.choosing import choose_models, in_our_spelling
from genonaut.jobs.explaining import why_paused
from genonaut.jobs.inventory import Inventory
from genonaut.jobs.params import Drawing, SamplingParams, random_seed
from genonaut.jobs.prompt_policy import PromptPolicy, require_allowed
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import GenerationBatch, GenerationJob
from genonaut.jobs.transitions import Transitions, next_seq
from genonaut.jobs.waiting_room import WaitingRoom
from genonaut.taskqueue.queue import task_id

_BATCHES = GenerationBatch.metadata.tables[GenerationBatch.__tablename__]
_OPEN_BATCH = (
    insert(_BATCHES)
    # Two requests with one key: the second waits here for the first to commit.
    .on_conflict_do_nothing(index_elements=["user_id", "idempotency_key"])
    .returning(_BATCHES.c.id)
)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A submission before its defaults are filled in: no checkpoint or seed means choose one.

    ``left_open`` names what the architecture's defaults are to replace.
    """

    drawing: Drawing
    left_open: tuple[str, ...] = ()
    has_seed: bool
    batch_size: int
    idempotency_key: str | None


class SubmissionService:
    """Turns an order into a batch of jobs."""

    def __init__(
        self, uow: UnitOfWork, settings: JobSettings, namespace: str, policy: PromptPolicy
    ) -> None:
        self._session = uow.session
        self._policy = policy
        self._transitions = Transitions(uow)
        self._settings = settings
        self._namespace = namespace

    async def submit(self, order: Order, *, owner_id: UUID) -> Sequence[GenerationJob]:
        """Store the jobs of an order as queued, in the order of their seeds.

        The same idempotency key returns the jobs of its first use.

        Raises:
            InvalidInputError: for unknown models, for a prompt that the installation's policy
                refuses, and for a key that was used for another order.
            RateLimitedError: too many jobs of the owner wait already.
        """
        request_hash = hashlib.sha256(msgspec.msgpack.encode(order)).hexdigest()
        batch_id = await self._open_batch(order, owner_id, request_hash)
        if batch_id is None:
            return await self._earlier(order, owner_id, request_hash)
        room = WaitingRoom(self._session, self._settings.max_waiting_per_user)
        await room.require(owner_id, order.batch_size)
        drawing = await self._completed(order)
        jobs = [
            await self._insert(drawing.numbered(index), order, owner_id, batch_id, index)
            for index in range(order.batch_size)
        ]
        await room.confirm(owner_id)
        return jobs

    async def _open_batch(self, order: Order, owner_id: UUID, request_hash: str) -> UUID | None:
        batch = {
            "id": uuid4(),
            "user_id": owner_id,
            "idempotency_key": order.idempotency_key,
            "request_hash": request_hash,
            "size": order.batch_size,
            "open_count": order.batch_size,
        }
        opened: UUID | None = await self._session.scalar(_OPEN_BATCH, batch)
        return opened

    async def _earlier(
        self, order: Order, owner_id: UUID, request_hash: str
    ) -> Sequence[GenerationJob]:
        batch = await self._session.scalar(
            select(GenerationBatch).where(
                GenerationBatch.user_id == owner_id,
                GenerationBatch.idempotency_key == order.idempotency_key,
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

    async def _completed(self, order: Order) -> Drawing:
        """Return the drawing with models and defaults; everything wrong with it is told at once."""
        inventory = await Inventory.read(self._session)
        drawing = order.drawing
        loras = in_our_spelling(inventory, drawing.lora_models)
        drawing = replace(drawing, lora_models=loras)
        with errors_together() as noting:
            with noting():
                require_allowed(self._policy, drawing.prompt)
            with noting():
                drawing = await self._planned(drawing, order, inventory)
            with noting():
                params = drawing.params
                inventory.require_options(
                    sampler_name=params.sampler_name, scheduler=params.scheduler
                )
        return drawing

    async def _planned(self, drawing: Drawing, order: Order, inventory: Inventory) -> Drawing:
        wanted = WantedModels(
            checkpoint=drawing.checkpoint_model,
            loras=[lora.name for lora in drawing.lora_models],
            allow_mismatch=drawing.params.allow_mismatch,
        )
        checkpoint, plan = await choose_models(
            ModelResolver(self._session),
            inventory,
            wanted,
            default_checkpoint=self._settings.default_checkpoint,
        )
        drawing = replace(drawing, checkpoint_model=checkpoint, models=plan)
        return _with_defaults(drawing, order, plan)

    async def _insert(
        self, drawing: Drawing, order: Order, owner_id: UUID, batch_id: UUID, index: int
    ) -> GenerationJob:
        values = msgspec.to_builtins(drawing)
        statement = (
            insert(GenerationJob)
            .values(
                **values,
                user_id=owner_id,
                batch_id=batch_id,
                batch_index=index,
                batch_size=order.batch_size,
                status=JobStatus.QUEUED,
                needs=drawing.needs,
                queued_at=func.now(),
                waiting_reason=why_paused(),
                arq_job_id=task_id(self._namespace, "wake"),
                seq=next_seq(),
            )
            .returning(GenerationJob)
        )
        job = (await self._session.scalars(statement)).one()
        await self._transitions.record(job, "queued", {})
        return job


def _with_defaults(drawing: Drawing, order: Order, plan: ModelPlan) -> Drawing:
    """Fill in what nobody chose: a seed, and what suits the architecture."""
    found = msgspec.structs.asdict(defaults_of(plan.architecture, plan.variant))
    chosen = {name: value for name, value in found.items() if name in order.left_open}
    size = {name: chosen.pop(name) for name in ("width", "height") if name in chosen}
    seed = drawing.params.seed if order.has_seed else random_seed()
    params: SamplingParams = replace(drawing.params, seed=seed, **chosen)
    return replace(drawing, params=params, **size)


async def mark_unsent(uow: UnitOfWork, job_ids: Sequence[int]) -> None:
    """Say of jobs whose wake-up did not get through that the sweep must send it."""
    await uow.session.execute(
        update(GenerationJob)
        .where(GenerationJob.id.in_(job_ids), GenerationJob.status == JobStatus.QUEUED)
        .values(status=JobStatus.PENDING)
    )
