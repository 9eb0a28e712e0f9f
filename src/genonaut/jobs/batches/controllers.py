"""The routes of batches."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from genonaut.accounts.identity import Identity
from genonaut.core.pagination import DEFAULT_LIMIT, MAX_PAGE, Page
from genonaut.jobs.batches.repository import BatchFilter
from genonaut.jobs.batches.schemas import BatchView
from genonaut.jobs.batches.service import BatchQueryService


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
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> Page[BatchView]:
        """List the caller's batches: open ones, the newest first, then the last to end first."""
        wanted = BatchFilter(owner_id=identity.user_id, is_open=is_open)
        found = await batches.page(wanted, cursor=cursor, limit=limit)
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
