"""The routes of batches."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from genonaut.accounts.guards import ADMINS
from genonaut.accounts.identity import Identity
from genonaut.core.pagination import DEFAULT_LIMIT, MAX_PAGE, Page
from genonaut.core.schemas import NO_NUL
from genonaut.jobs.batches.repository import BatchFilter, BatchSort
from genonaut.jobs.batches.schemas import BatchView
from genonaut.jobs.batches.service import BatchQueryService
from genonaut.jobs.listed_owner import Scope, listed_owner
from genonaut.jobs.queue.priorities import PriorityService
from genonaut.jobs.states import JobStatus
from genonaut.runtime import Runtime


class GenerationBatchController(Controller):
    """Read submissions with their jobs."""

    path = "/generation-batches"
    tags = ("generation batches",)

    @get("/", summary="List batches")
    async def list_batches(
        self,
        identity: NamedDependency[Identity],
        batches: NamedDependency[BatchQueryService],
        is_open: Annotated[bool | None, QueryParameter(name="open")] = None,
        status: FromQuery[list[JobStatus] | None] = None,
        checkpoint_model: Annotated[
            str | None, QueryParameter(max_length=255, pattern=NO_NUL)
        ] = None,
        backend: Annotated[str | None, QueryParameter(max_length=63, pattern=NO_NUL)] = None,
        sort: FromQuery[BatchSort] = "newest",
        whose: Annotated[Scope, QueryParameter(name="scope")] = "mine",
        user_id: FromQuery[UUID | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> Page[BatchView]:
        """List the caller's batches: open ones, the newest first, then the last to end first.

        Administrators may list another user's batches, or all. ``status`` (may be repeated),
        ``checkpoint_model`` and ``backend`` select batches with at least one such job. With
        ``sort=queue`` only open ones are listed: those with a higher priority first, then the oldest.
        """
        wanted = BatchFilter(
            owner_id=listed_owner(identity, whose, user_id),
            is_open=True if sort == "queue" else is_open,
            statuses=tuple(status or ()),
            checkpoint_model=checkpoint_model,
            backend=backend,
        )
        found = await batches.page(wanted, sort=sort, cursor=cursor, limit=limit)
        return Page(
            items=[BatchView.of(details) for details in found.rows],
            next_cursor=found.next_cursor,
            total=found.total,
        )

    @get("/{batch_id:uuid}", summary="Get a batch")
    async def get_batch(
        self,
        batch_id: FromPath[UUID],
        identity: NamedDependency[Identity],
        batches: NamedDependency[BatchQueryService],
    ) -> BatchView:
        """Return one batch with its jobs."""
        return BatchView.of(await batches.get(batch_id, owner_id=identity.owner_filter))

    @post(
        "/{batch_id:uuid}/move-to-top",
        status_code=200,
        summary="Move a batch to the top of the queue",
        opt=ADMINS,
    )
    async def move_batch_to_top(
        self,
        batch_id: FromPath[UUID],
        runtime: NamedDependency[Runtime],
    ) -> BatchView:
        """Raise the priority of a batch's waiting jobs above that of all other jobs."""
        async with runtime.begin() as uow:
            await PriorityService(uow).move_batch(batch_id)
        # Positions are read from what is committed.
        async with runtime.begin() as uow:
            batches = BatchQueryService(uow, runtime)
            return BatchView.of(await batches.get(batch_id, owner_id=None))
