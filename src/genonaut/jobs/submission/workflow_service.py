"""Accept runs of workflows: check the inputs, resolve them, store the batch and its jobs."""

import asyncio
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from genonaut.accounts.identity import Identity
from genonaut.content.storage_quota import StorageQuotaExceededError
from genonaut.core.errors import (
    ConflictError,
    FieldError,
    InvalidInputError,
    UnavailableError,
)
from genonaut.core.metrics import JOBS_SUBMITTED
from genonaut.jobs.backends.offers import BackendOffers
from genonaut.jobs.image_work import InputImage, JobInputs
from genonaut.jobs.params import GenerationSpec
from genonaut.jobs.queries import AnyJob
from genonaut.jobs.submission.known_models import ModelVersions
from genonaut.jobs.submission.prompt_policy import load_policy
from genonaut.jobs.submission.service import SubmissionService, jobs_of_key, queue_is_full
from genonaut.jobs.submission.workflow_files import resolve_files
from genonaut.jobs.submission.workflow_specs import RunPlan, specs_of
from genonaut.runtime import Runtime
from genonaut.workflows.analysis import WorkflowAnalyst
from genonaut.workflows.forms import Field, FieldType
from genonaut.workflows.inputs import InputReader
from genonaut.workflows.service import WorkflowService

_MOST_TRIES = 5
OPERATION = "workflow"
"""Label of metrics."""


class WorkflowRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A run of a workflow: inputs by the keys of the form, and the version (None: the newest)."""

    workflow_id: int
    version: int | None
    inputs: Mapping[str, Any]
    batch_size: int
    idempotency_key: str | None

    @property
    def digest(self) -> str:
        """Return a hash that tells requests with one idempotency key apart."""
        parts = [self.workflow_id, self.version, self.batch_size]
        encoded = msgspec.json.encode([*parts, self.inputs], order="sorted")
        return hashlib.sha256(encoded).hexdigest()


class WorkflowSubmission:
    """Turns runs of workflows into batches of jobs; one instance per process."""

    def __init__(
        self, runtime: Runtime, submission: SubmissionService, analyst: WorkflowAnalyst
    ) -> None:
        self._runtime = runtime
        self._settings = runtime.settings
        self._submission = submission
        self._analyst = analyst

    async def submit(self, request: WorkflowRequest, viewer: Identity) -> Sequence[AnyJob]:
        """Store the jobs of a run as queued, ordered by seed, and return them.

        A repeated idempotency key returns the jobs of its first use.

        Raises:
            NotFoundError: there is no such workflow or version that the viewer may see.
            ConflictError: the workflow is archived.
            InvalidInputError: inputs that are unknown, missing or invalid; nodes that are denied;
                no server can run it; an idempotency key that was used for another request.
            RateLimitedError: too many jobs of the owner are waiting.
            StorageQuotaExceededError: the owner stores as much as is allowed.
        """
        key, digest = request.idempotency_key, request.digest
        if earlier := await self._jobs_of_key(key, viewer.user_id, digest):
            return earlier
        plan = await self._plan(request, viewer)
        specs = await self._specs(plan, request, viewer.user_id)
        return await self.store(specs, viewer.user_id, idempotency_key=key, digest=digest)

    async def retry(self, spec: GenerationSpec, *, owner_id: UUID) -> Sequence[AnyJob]:
        """Store a job with the version and the inputs of an earlier one.

        Raises:
            InvalidInputError: a file of its inputs was deleted, nodes are denied, or no server can run
                it.
        """
        run, inputs = spec.workflow, spec.inputs
        if run is None or inputs is None:
            raise ValueError("the job runs no workflow")
        async with self._runtime.begin() as uow:
            version = await WorkflowService.version_of_job(uow, run.version_id)
        await self._analyst.require_allowed(version, run.resolved.apply(version.graph))
        images = await resolve_files(self._runtime, run.files, owner_id)
        spec = msgspec.structs.replace(spec, inputs=msgspec.structs.replace(inputs, images=images))
        digest = hashlib.sha256(msgspec.json.encode(spec)).hexdigest()
        return await self.store([spec], owner_id, idempotency_key=None, digest=digest)

    async def store(
        self,
        specs: Sequence[GenerationSpec],
        owner_id: UUID,
        *,
        idempotency_key: str | None,
        digest: str,
    ) -> Sequence[AnyJob]:
        """Store the jobs of one batch if a server can run them and the owner has room."""
        try:
            await self._submission.storage.require(owner_id)
        except StorageQuotaExceededError:
            if earlier := await self._jobs_of_key(idempotency_key, owner_id, digest):
                return earlier
            raise
        for _ in range(_MOST_TRIES):
            async with self._runtime.begin() as uow:
                versions = await ModelVersions.read(uow.session, ())
                offers = await BackendOffers.read(uow.session)
            offers.require_together(specs[0].needs, field="workflow")
            stored = await self._submission.storing.store(
                specs,
                owner_id=owner_id,
                idempotency_key=idempotency_key,
                digest=digest,
                versions=versions,
            )
            if stored.jobs:
                JOBS_SUBMITTED.labels(OPERATION).inc(len(stored.jobs))
                return stored.jobs
            if earlier := await self._jobs_of_key(idempotency_key, owner_id, digest):
                return earlier
            if not stored.has_room:
                raise queue_is_full(self._settings.jobs.max_waiting_per_user)
        raise UnavailableError("the offers of the ComfyUI servers keep changing; try again")

    async def _plan(self, request: WorkflowRequest, viewer: Identity) -> RunPlan:
        async with self._runtime.begin() as uow:
            service = WorkflowService(uow, self._settings.workflows, viewer)
            details, version = await service.version(request.workflow_id, request.version)
            workflow = details.workflow
            if workflow.archived_at is not None:
                raise ConflictError(f"workflow {workflow.id} is archived; restore it first")
            title, outputs = workflow.title, version.outputs
        known = await self._analyst.classes.read()
        form = msgspec.convert(version.form, list[Field])
        return RunPlan(
            workflow_id=request.workflow_id,
            title=title,
            version=version,
            form=form,
            outputs=outputs,
            known=known,
        )

    async def _specs(
        self, plan: RunPlan, request: WorkflowRequest, owner_id: UUID
    ) -> list[GenerationSpec]:
        reader: InputReader = await asyncio.to_thread(plan.reader)
        values = reader.check(request.inputs)
        self._require_allowed_texts(plan.form, values)
        values = reader.with_seeds(values, secrets.randbelow)
        runs = [
            reader.resolve(values, index=index, draw=secrets.randbelow)
            for index in range(request.batch_size)
        ]
        await self._analyst.require_allowed(plan.version, runs[0].apply(plan.version.graph))
        images: tuple[InputImage, ...] = await resolve_files(self._runtime, runs[0].files, owner_id)
        return await asyncio.to_thread(specs_of, plan, runs, JobInputs(images=images))

    def _require_allowed_texts(self, form: Sequence[Field], values: Mapping[str, Any]) -> None:
        """Check the texts against the installation's prompt policy."""
        policy = load_policy(self._settings.policy.deny_list)
        errors = []
        for field in form:
            value = values.get(field.key)
            if field.type is not FieldType.TEXT or not isinstance(value, str):
                continue
            rule = policy.broken_rule(value)
            if rule is not None:
                message = f"breaks the rule {rule!r} of this installation's prompt policy"
                errors.append(FieldError(f"inputs.{field.key}", message))
        if errors:
            raise InvalidInputError(*errors)

    async def _jobs_of_key(self, key: str | None, owner_id: UUID, digest: str) -> Sequence[AnyJob]:
        if key is None:
            return ()
        async with self._runtime.begin() as uow:
            return await jobs_of_key(uow.session, key, owner_id, digest)
