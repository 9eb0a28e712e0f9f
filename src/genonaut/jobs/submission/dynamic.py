"""Accept submissions with dynamic prompts: each job of the batch draws its own prompt by its seed."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from genonaut.core.errors import UnavailableError
from genonaut.core.metrics import JOBS_SUBMITTED
from genonaut.jobs.params import random_seed
from genonaut.jobs.queries import AnyJob
from genonaut.jobs.submission.many import ManySubmission
from genonaut.jobs.submission.service import SubmissionRequest, SubmissionService, jobs_of_key
from genonaut.runtime import Runtime
from genonaut.wildcards.drawing import draw

_MOST_TRIES = 5


async def submit_dynamic(
    runtime: Runtime,
    submission: SubmissionService,
    request: SubmissionRequest,
    *,
    owner_id: UUID,
) -> Sequence[AnyJob]:
    """Store the jobs of a request whose prompts are templates, and return them.

    The drawn prompts are the prompts of the jobs; the templates are kept in their parameters.

    Raises:
        InvalidInputError: the templates are wrong, or a drawn submission is not valid.
        RateLimitedError: too many jobs of the owner are waiting.
        StorageQuotaExceededError: the owner stores as much as is allowed.
    """
    # The same request without drawing is another one.
    digest = hashlib.sha256(f"dynamic {request.digest}".encode()).hexdigest()

    async def earlier() -> Sequence[AnyJob]:
        if request.idempotency_key is None:
            return ()
        async with runtime.begin() as uow:
            return await jobs_of_key(uow.session, request.idempotency_key, owner_id, digest)

    if found := await earlier():
        return found
    requests = await drawn_requests(runtime, request, owner_id)
    await submission.storage.require(owner_id)
    many = ManySubmission(runtime, submission)
    for _ in range(_MOST_TRIES):
        specs = await many.complete(requests, owner_id)
        async with many.storing(owner_id) as storing:
            jobs = await storing.store(
                specs, idempotency_key=request.idempotency_key, digest=digest
            )
        if jobs:
            JOBS_SUBMITTED.labels(specs[0].spec.operation).inc(len(jobs))
            return jobs
        if found := await earlier():
            return found
    raise UnavailableError("the models of the ComfyUI servers keep changing; try again")


async def drawn_requests(
    runtime: Runtime, request: SubmissionRequest, owner_id: UUID
) -> list[SubmissionRequest]:
    """Return a request for each job of the batch, with its seed and its drawn prompts.

    Raises:
        InvalidInputError: the templates are wrong.
    """
    spec = request.spec
    seed = spec.params.seed if request.has_seed else random_seed()
    templates = {"prompt": spec.prompt, "negative_prompt": spec.negative_prompt}
    params = replace(
        spec.params,
        seed=seed,
        prompt_template=spec.prompt,
        negative_prompt_template=spec.negative_prompt,
    )
    first = replace(spec, params=params)
    specs = [first.for_index(index) for index in range(request.batch_size)]
    seeds = [one.params.seed for one in specs]
    async with runtime.begin() as uow:
        drawn = await draw(uow.session, templates, seeds, owner_id)
    return [
        replace(
            request,
            spec=replace(one, **texts),
            has_seed=True,
            batch_size=1,
            idempotency_key=None,
        )
        for one, texts in zip(specs, drawn, strict=True)
    ]
