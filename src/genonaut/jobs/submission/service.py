"""Accept submissions: validate, complete the spec, store the batch and its jobs."""

import hashlib
from collections.abc import Sequence
from typing import NoReturn
from uuid import UUID

import msgspec
from msgspec import UNSET
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.selection.plan import ModelPlan
from genonaut.catalog.selection.recipes import defaults_of
from genonaut.catalog.selection.resolver import ModelResolver, WantedModels
from genonaut.content.storage_quota import StorageQuota, StorageQuotaExceededError
from genonaut.core.decoded_body import PartialDocument
from genonaut.core.errors import (
    FieldError,
    InvalidInputError,
    RateLimitedError,
    UnavailableError,
    collect_errors,
)
from genonaut.core.metrics import JOBS_SUBMITTED
from genonaut.jobs.backends.offers import BackendOffers
from genonaut.jobs.image_work import JobInputs, Operation
from genonaut.jobs.params import GenerationSpec, SamplingParams, random_seed
from genonaut.jobs.queries import AnyJob
from genonaut.jobs.submission.abilities import require_abilities
from genonaut.jobs.submission.image_completion import (
    complete_inputs,
    named_models,
    with_images,
)
from genonaut.jobs.submission.image_inputs import resolve_images
from genonaut.jobs.submission.invalid_body import check_readable_fields
from genonaut.jobs.submission.known_models import (
    KnownModels,
    KnownModelsCache,
    ModelVersions,
    WantedKey,
)
from genonaut.jobs.submission.model_selection import choose_models, with_canonical_names
from genonaut.jobs.submission.prompt_embeddings import names_embeddings, with_embeddings
from genonaut.jobs.submission.prompt_policy import load_policy, require_allowed
from genonaut.jobs.submission.storing import Storing
from genonaut.jobs.tables import GenerationBatch, GenerationJob
from genonaut.runtime import Runtime

_MOST_TRIES = 5
RETRY_AFTER_SECONDS = 30


class SubmissionRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A submission before its defaults are applied; an empty checkpoint means the default one.

    ``left_open`` names the parameters to set to the architecture's defaults.
    """

    spec: GenerationSpec
    left_open: tuple[str, ...] = ()
    has_seed: bool
    batch_size: int
    idempotency_key: str | None

    @property
    def digest(self) -> str:
        """Return a hash that tells requests with one idempotency key apart.

        That of text to image does not depend on whether this version knows other inputs.
        """
        request = self
        if self.spec.inputs is None:
            request = replace(self, spec=replace(self.spec, inputs=UNSET))
        return hashlib.sha256(msgspec.msgpack.encode(request)).hexdigest()

    @property
    def wanted(self) -> WantedKey:
        """Return what the choice of models depends on."""
        spec = self.spec
        loras = tuple(lora.name for lora in spec.lora_models)
        return WantedKey(spec.checkpoint_model, loras, spec.params.allow_mismatch)


class SubmissionService:
    """Turns submission requests into batches of jobs; one instance per process."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._settings = runtime.settings
        self._known = KnownModelsCache()
        self.storing = Storing(runtime)
        self.storage = StorageQuota(runtime)

    async def submit(self, request: SubmissionRequest, *, owner_id: UUID) -> Sequence[AnyJob]:
        """Store the jobs of a request as queued, ordered by seed, and return them.

        A repeated idempotency key returns the jobs of its first use.

        Raises:
            InvalidInputError: unknown models, samplers or schedulers; a prompt that the policy
                refuses; an idempotency key that was used for another request.
            RateLimitedError: too many jobs of the owner are waiting.
            StorageQuotaExceededError: the owner stores as much as is allowed.
        """
        digest = request.digest
        for _ in range(_MOST_TRIES):
            found = await self._spec_with_known(request, owner_id)
            if found is None:
                if earlier := await self._jobs_of_key(request, owner_id, digest):
                    return earlier
                found = await self._complete_spec(request, owner_id)
            spec, known = found
            if earlier := await self._earlier_or_room(request, owner_id, digest):
                return earlier
            stored = await self.storing.store(
                [spec.for_index(index) for index in range(request.batch_size)],
                owner_id=owner_id,
                idempotency_key=request.idempotency_key,
                digest=digest,
                versions=known.versions,
            )
            if stored.jobs:
                self._remember(request, known)
                JOBS_SUBMITTED.labels(spec.operation).inc(len(stored.jobs))
                return stored.jobs
            if earlier := await self._jobs_of_key(request, owner_id, digest):
                return earlier
            if not stored.has_room:
                raise queue_is_full(self._settings.jobs.max_waiting_per_user)
            self._known.forget(request.wanted)
        raise UnavailableError("the models of the ComfyUI servers keep changing; try again")

    async def refuse(self, errors: Sequence[FieldError], document: PartialDocument) -> NoReturn:
        """Refuse a body that does not fit its type, with the errors of its readable fields.

        Raises:
            InvalidInputError: always; lists ``errors`` first.
        """
        async with self._runtime.begin() as uow:
            with collect_errors() as collecting:
                with collecting():
                    raise InvalidInputError(*errors)
                with collecting():
                    await check_readable_fields(
                        uow.session,
                        document,
                        load_policy(self._settings.policy.deny_list),
                        default_checkpoint=self._settings.jobs.default_checkpoint,
                    )

    async def complete(
        self,
        request: SubmissionRequest,
        owner_id: UUID,
        *,
        known: KnownModels | None = None,
    ) -> tuple[GenerationSpec, KnownModels]:
        """Return the spec with models and defaults, without storing anything.

        ``known`` are the models of an earlier request that wants the same.

        Raises:
            InvalidInputError: as for ``submit``.
        """
        found = await self._spec_with_known(request, owner_id, known)
        if found is None:
            found = await self._complete_spec(request, owner_id)
            self._remember(request, found[1])
        return found

    def forget(self, outdated: Sequence[KnownModels]) -> None:
        """Forget choices of models that are outdated."""
        self._known.forget_all(outdated)

    def _remember(self, request: SubmissionRequest, known: KnownModels) -> None:
        if not _needs_further_files(request.spec.inputs):
            self._known.store(request.wanted, known)

    async def _earlier_or_room(
        self, request: SubmissionRequest, owner_id: UUID, digest: str
    ) -> Sequence[AnyJob]:
        """Check the storage quota; if it is used up, return the jobs of an earlier use of the key."""
        try:
            await self.storage.require(owner_id)
        except StorageQuotaExceededError:
            if earlier := await self._jobs_of_key(request, owner_id, digest):
                return earlier
            raise
        return ()

    async def _jobs_of_key(
        self, request: SubmissionRequest, owner_id: UUID, digest: str
    ) -> Sequence[AnyJob]:
        """Return the jobs of the first use of the request's key; none if it is new or absent."""
        if request.idempotency_key is None:
            return ()
        async with self._runtime.begin() as uow:
            return await jobs_of_key(uow.session, request.idempotency_key, owner_id, digest)

    async def _complete_spec(
        self, request: SubmissionRequest, owner_id: UUID
    ) -> tuple[GenerationSpec, KnownModels]:
        """Return the spec with models and defaults; raises all errors together."""
        if request.spec.inputs is not None:
            return await self._complete_with_inputs(request, request.spec.inputs, owner_id)
        policy = load_policy(self._settings.policy.deny_list)
        async with self._runtime.begin() as uow:
            session = uow.session
            before = await ModelVersions.read(session, ())
            offers = await BackendOffers.read(session)
            spec = request.spec
            loras = with_canonical_names(offers, spec.lora_models)
            spec = replace(spec, lora_models=loras)
            with collect_errors() as collecting:
                with collecting():
                    require_allowed(policy, spec.prompt)
                with collecting():
                    known = await self._choose_models(session, spec, offers, before)
                    spec = replace(spec, checkpoint_model=known.checkpoint, models=known.plan)
                    spec = _with_defaults(spec, request, known.plan)
                    require_abilities(None, known.plan)
                with collecting():
                    spec = await with_embeddings(session, offers, spec)
                with collecting():
                    offers.require_options(
                        sampler_name=spec.params.sampler_name, scheduler=spec.params.scheduler
                    )
            offers.require_together(spec.needs)
            return spec, known

    async def _complete_with_inputs(
        self, request: SubmissionRequest, inputs: JobInputs, owner_id: UUID
    ) -> tuple[GenerationSpec, KnownModels]:
        """Return the spec of a request that works on images; raises all errors together."""
        spec, is_upscale = request.spec, inputs.operation is Operation.UPSCALE
        max_pixels = self._settings.storage.max_image_pixels
        policy = load_policy(self._settings.policy.deny_list)
        with collect_errors() as collecting:
            with collecting():
                images = await resolve_images(self._runtime, inputs, owner_id)
            async with self._runtime.begin() as uow:
                session = uow.session
                before = await ModelVersions.read(
                    session, [one.name for one in named_models(inputs)]
                )
                offers = await BackendOffers.read(session)
                spec = replace(spec, lora_models=with_canonical_names(offers, spec.lora_models))
                known = KnownModels.without_checkpoint(before, offers)
                if not is_upscale:
                    with collecting():
                        require_allowed(policy, spec.prompt)
                    with collecting():
                        known = await self._choose_models(session, spec, offers, before)
                        spec = replace(spec, checkpoint_model=known.checkpoint, models=known.plan)
                        spec = _with_defaults(spec, request, known.plan)
                        require_abilities(inputs, known.plan)
                    with collecting():
                        spec = await with_embeddings(session, offers, spec)
                    with collecting():
                        offers.require_options(
                            sampler_name=spec.params.sampler_name, scheduler=spec.params.scheduler
                        )
                with collecting():
                    spec = await complete_inputs(session, offers, spec)
        spec = with_images(spec, images, request.left_open, max_pixels=max_pixels)
        field = "upscale.model" if is_upscale else "checkpoint_model"
        offers.require_together(spec.needs, field=field)
        return spec, known

    async def _spec_with_known(
        self, request: SubmissionRequest, owner_id: UUID, known: KnownModels | None = None
    ) -> tuple[GenerationSpec, KnownModels] | None:
        """Return the spec with models that are remembered; None if it has to be checked in full."""
        known = known or self._known.find(request.wanted)
        inputs = request.spec.inputs
        if known is None or _needs_further_files(inputs) or names_embeddings(request.spec):
            return None
        loras = with_canonical_names(known.offers, request.spec.lora_models)
        spec = replace(
            request.spec,
            lora_models=loras,
            checkpoint_model=known.checkpoint,
            models=known.plan,
        )
        spec = _with_defaults(spec, request, known.plan)
        params = spec.params
        try:
            require_allowed(load_policy(self._settings.policy.deny_list), spec.prompt)
            known.offers.require_options(
                sampler_name=params.sampler_name, scheduler=params.scheduler
            )
            if inputs is not None:
                require_abilities(inputs, known.plan)
                images = await resolve_images(self._runtime, inputs, owner_id)
                max_pixels = self._settings.storage.max_image_pixels
                spec = with_images(spec, images, request.left_open, max_pixels=max_pixels)
            known.offers.require_together(spec.needs)
        except InvalidInputError:  # what is remembered may be outdated, or there are more errors
            return None
        return spec, known

    async def _choose_models(
        self,
        session: AsyncSession,
        spec: GenerationSpec,
        offers: BackendOffers,
        before: ModelVersions,
    ) -> KnownModels:
        wanted = WantedModels(
            checkpoint=spec.checkpoint_model,
            loras=[lora.name for lora in spec.lora_models],
            allow_mismatch=spec.params.allow_mismatch,
        )
        default = self._settings.jobs.default_checkpoint
        names = [
            *before.names,
            *wanted.loras,
            _likely_checkpoint(offers, wanted.checkpoint, default),
        ]
        versions = await ModelVersions.read(session, names)
        checkpoint, plan = await choose_models(
            ModelResolver(session), offers, wanted, default_checkpoint=default
        )
        return KnownModels(
            versions=replace(versions, backends=before.backends),
            offers=offers,
            checkpoint=checkpoint,
            plan=plan,
        )


async def jobs_of_key(
    session: AsyncSession, key: str, owner_id: UUID, digest: str
) -> Sequence[AnyJob]:
    """Return the jobs of the first use of a key; none if it is new.

    Raises:
        InvalidInputError: the key was used for another request, or its jobs were deleted.
    """
    of_key = (GenerationBatch.user_id == owner_id, GenerationBatch.idempotency_key == key)
    batch = await session.scalar(select(GenerationBatch).where(*of_key))
    if batch is None:
        return ()
    if batch.request_hash != digest:
        message = "was used for another request; use a fresh key for each submission"
        raise InvalidInputError.of("Idempotency-Key", message)
    jobs = await session.scalars(
        select(GenerationJob)
        .where(GenerationJob.batch_id == batch.id)
        .order_by(GenerationJob.batch_index)
    )
    found = jobs.all()
    if not found:
        message = "belongs to jobs that were deleted; use a fresh key"
        raise InvalidInputError.of("Idempotency-Key", message)
    return found


def _needs_further_files(inputs: JobInputs | None) -> bool:
    """Return whether a request needs files that do not follow from its checkpoint and LoRAs."""
    if inputs is None:
        return False
    is_upscale = inputs.operation is Operation.UPSCALE
    return is_upscale or bool(inputs.references or inputs.control or named_models(inputs))


def _likely_checkpoint(offers: BackendOffers, wanted: str, default: str) -> str:
    """Return the checkpoint that will be chosen; empty if none can be."""
    try:
        return offers.checkpoint_or_default(wanted, default)
    except InvalidInputError:  # choose_models reports it
        return ""


def queue_is_full(limit: int) -> RateLimitedError:
    """Return the error for an owner with too many waiting jobs."""
    return RateLimitedError(
        f"at most {limit} of your jobs may wait at a time; let some finish or cancel some",
        retry_after_seconds=RETRY_AFTER_SECONDS,
    )


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
