"""The routes of generation jobs."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter

from genonaut.accounts.guards import ADMINS, GENERATE
from genonaut.accounts.identity import Identity
from genonaut.core.datetimes import parse_datetime
from genonaut.core.decoded_body import DecodedBody
from genonaut.core.errors import collect_errors
from genonaut.core.pagination import DEFAULT_LIMIT, MAX_PAGE, Page, Slice
from genonaut.core.schemas import NO_NUL
from genonaut.db import UnitOfWork
from genonaut.jobs.fast_queries import FastJobQueries, FoundJob
from genonaut.jobs.lifecycle.cancellation import CancellationService
from genonaut.jobs.listed_owner import Scope, listed_owner
from genonaut.jobs.queries import JobDetails, JobQueryService
from genonaut.jobs.queue.priorities import PriorityService
from genonaut.jobs.repository import JobFilter, Sort
from genonaut.jobs.schemas import (
    BatchCancel,
    JobEventView,
    JobStatsView,
    JobView,
)
from genonaut.jobs.states import JobStatus, JobType
from genonaut.jobs.submission.acceptance import JobSubmitter, accept
from genonaut.jobs.submission.retry import retry
from genonaut.jobs.submission.schemas import JobSubmit
from genonaut.jobs.submission.service import SubmissionService
from genonaut.jobs.submission.workflow_service import WorkflowSubmission
from genonaut.runtime import Runtime

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(name="Idempotency-Key", required=False, min_length=1, max_length=255),
]
PageLimit = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)]
DateTimeText = Annotated[
    str | None, QueryParameter(max_length=40, schema_extra={"format": "date-time"})
]


class GenerationJobController(Controller):
    """Submit, read, cancel, retry and delete generation jobs."""

    path = "/generation-jobs"
    tags = ("generation jobs",)

    @post("/", summary="Submit a job", opt=GENERATE)
    async def submit_job(
        self,
        data: JSONBody[DecodedBody[JobSubmit]],
        submitter: NamedDependency[JobSubmitter],
        idempotency_key: IdempotencyKey = None,
    ) -> JobView:
        """Store a job, or a batch of up to 16, and wake a worker; returns the first job."""
        if data.value is None:
            await submitter.refuse(data.errors, data.document)
        request = data.value.to_request(idempotency_key)
        details = await submitter.submit(
            request, is_dynamic=data.value.dynamic_prompt, has_lora_tags=data.value.lora_tags
        )
        return JobView.of(details)

    @get("/", summary="List jobs")
    async def list_jobs(
        self,
        fast_jobs: NamedDependency[FastJobQueries],
        status: FromQuery[list[JobStatus] | None] = None,
        job_type: FromQuery[JobType | None] = None,
        search: Annotated[str | None, QueryParameter(max_length=200, pattern=NO_NUL)] = None,
        batch_id: FromQuery[UUID | None] = None,
        checkpoint_model: Annotated[
            str | None, QueryParameter(max_length=255, pattern=NO_NUL)
        ] = None,
        workflow_id: Annotated[int | None, QueryParameter(ge=1, le=2**63 - 1)] = None,
        created_from: DateTimeText = None,
        created_to: DateTimeText = None,
        sort: FromQuery[Sort] = "newest",
        whose: Annotated[Scope, QueryParameter(name="scope")] = "mine",
        user_id: FromQuery[UUID | None] = None,
        limit: PageLimit = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> Page[JobView]:
        """List the caller's jobs; administrators may list another user's jobs, or all."""
        with collect_errors() as collecting:
            with collecting():
                moment_from = parse_datetime(created_from, field="created_from")
            with collecting():
                moment_to = parse_datetime(created_to, field="created_to")
        identity, runtime = fast_jobs.viewer, fast_jobs.runtime
        wanted = JobFilter(
            owner_id=listed_owner(identity, whose, user_id),
            statuses=tuple(status or ()),
            job_type=job_type,
            search=search,
            batch_id=batch_id,
            checkpoint_model=checkpoint_model,
            workflow_id=workflow_id,
            created_from=moment_from,
            created_to=moment_to,
        )
        if wanted == JobFilter(owner_id=identity.user_id) and sort == "newest":
            # What the web app's pages ask for most often.
            return _page(await fast_jobs.newest(cursor=cursor, limit=limit))
        async with runtime.begin() as uow:
            reading = JobQueryService(uow, runtime)
            return _page(await reading.page(wanted, sort=sort, cursor=cursor, limit=limit))

    @get("/stats", summary="Get job statistics")
    async def job_stats(
        self,
        identity: NamedDependency[Identity],
        reading: NamedDependency[JobQueryService],
        whose: Annotated[Scope, QueryParameter(name="scope")] = "mine",
    ) -> JobStatsView:
        """Return counts by status and mean wait and run times of the caller's jobs."""
        found = await reading.stats(owner_id=listed_owner(identity, whose, None))
        counts = {status: found.counts.get(status, 0) for status in JobStatus}
        return JobStatsView(
            counts=counts,
            total=sum(counts.values()),
            mean_wait_seconds=found.mean_wait_seconds,
            mean_run_seconds=found.mean_run_seconds,
        )

    @post("/cancel", status_code=200, summary="Cancel a batch", opt=GENERATE)
    async def cancel_batch(
        self,
        data: JSONBody[BatchCancel],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        reading: NamedDependency[JobQueryService],
    ) -> list[JobView]:
        """Cancel the jobs of a batch that have not ended; returns those jobs."""
        service = CancellationService(uow)
        jobs = await service.cancel_batch(data.batch_id, owner_id=identity.owner_filter)
        return [JobView.of(details) for details in await reading.details(jobs)]

    @get("/{job_id:int}", summary="Get a job")
    async def get_job(
        self,
        job_id: FromPath[int],
        fast_jobs: NamedDependency[FastJobQueries],
    ) -> JobView:
        """Return one job."""
        return JobView.of(await fast_jobs.get(job_id))

    @get("/{job_id:int}/events", summary="Get a job's timeline")
    async def job_events(
        self,
        job_id: FromPath[int],
        identity: NamedDependency[Identity],
        reading: NamedDependency[JobQueryService],
    ) -> list[JobEventView]:
        """Return the timeline of a job, the oldest entry first.

        Administrators also get the attempts, with the graphs that were posted.
        """
        events = await reading.timeline(
            job_id, owner_id=identity.owner_filter, with_attempts=identity.is_admin
        )
        return [JobEventView.of(event) for event in events]

    @post("/{job_id:int}/cancel", status_code=200, summary="Cancel a job", opt=GENERATE)
    async def cancel_job(
        self,
        job_id: FromPath[int],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        reading: NamedDependency[JobQueryService],
    ) -> JobView:
        """Cancel a job that has not ended; a running job ends when its worker has stopped it."""
        job = await CancellationService(uow).cancel(job_id, owner_id=identity.owner_filter)
        return JobView.of((await reading.details([job]))[0])

    @post("/{job_id:int}/retry", summary="Retry a job", opt=GENERATE)
    async def retry_job(
        self,
        job_id: FromPath[int],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
        submission: NamedDependency[SubmissionService],
        workflow_submission: NamedDependency[WorkflowSubmission],
    ) -> JobView:
        """Start a new job with the spec of a failed or cancelled one; a workflow in its version."""
        services = submission, workflow_submission
        jobs = await retry(runtime, services, job_id, owner_id=identity.owner_filter)
        return JobView.of(await accept(runtime, jobs))

    @post(
        "/{job_id:int}/move-to-top",
        status_code=200,
        summary="Move a job to the top of the queue",
        opt=ADMINS,
    )
    async def move_job_to_top(
        self,
        job_id: FromPath[int],
        runtime: NamedDependency[Runtime],
    ) -> JobView:
        """Raise the priority of a waiting job above that of all other jobs."""
        async with runtime.begin() as uow:
            jobs = await PriorityService(uow).move_job(job_id)
        # Positions are read from what is committed.
        async with runtime.begin() as uow:
            return JobView.of((await JobQueryService(uow, runtime).details(jobs))[0])

    @delete("/{job_id:int}", status_code=204, summary="Delete a job")
    async def delete_job(
        self,
        job_id: FromPath[int],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> None:
        """Delete a job that has ended; its image is kept."""
        await CancellationService(uow).delete(job_id, owner_id=identity.owner_filter)


def _page(found: Slice[FoundJob] | Slice[JobDetails]) -> Page[JobView]:
    items = [JobView.of(details) for details in found.rows]
    return Page(items=items, next_cursor=found.next_cursor, total=found.total)
