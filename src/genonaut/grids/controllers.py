"""The routes of grids."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, patch, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter

from genonaut.accounts.guards import GENERATE
from genonaut.accounts.identity import Identity
from genonaut.core.pagination import DEFAULT_LIMIT, MAX_PAGE, Page
from genonaut.db import UnitOfWork
from genonaut.grids.export import GridExport
from genonaut.grids.image import GridFormat
from genonaut.grids.reading import GridService
from genonaut.grids.retry import GridRetry
from genonaut.grids.schemas import (
    CellRetry,
    GridCancelView,
    GridPatch,
    GridRetryView,
    GridSubmit,
    GridSummary,
    GridView,
    read_cell,
)
from genonaut.grids.service import GridSubmission
from genonaut.grids.states import CellChoice
from genonaut.jobs.submission.service import SubmissionService
from genonaut.runtime import Runtime
from genonaut.storage.thumbnails import ThumbnailSize

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(name="Idempotency-Key", required=False, min_length=1, max_length=255),
]


class GridController(Controller):
    """Submit grids, read them, and export them as images."""

    path = "/grids"
    tags = ("grids",)

    @post("/", summary="Submit a grid", opt=GENERATE)
    async def submit_grid(
        self,
        data: JSONBody[GridSubmit],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
        submission: NamedDependency[SubmissionService],
        idempotency_key: IdempotencyKey = None,
    ) -> GridView:
        """Store a job for each cell as one batch, and wake a worker.

        Nothing is stored unless every cell is valid; the errors name axis and value.
        """
        request = data.to_request(idempotency_key)
        grids = GridSubmission(runtime, submission)
        grid_id = await grids.submit(request, read_cell, owner_id=identity.user_id)
        async with runtime.begin() as uow:
            return GridView.of_details(await GridService(uow, identity.user_id).get(grid_id))

    @get("/", summary="List grids")
    async def list_grids(
        self,
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        batch_id: FromQuery[UUID | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> Page[GridSummary]:
        """List the caller's grids, the newest first."""
        service = GridService(uow, identity.user_id)
        found = await service.page(batch_id=batch_id, cursor=cursor, limit=limit)
        items = [GridSummary.of(one) for one in found.rows]
        return Page(items=items, next_cursor=found.next_cursor, total=found.total)

    @get("/{grid_id:int}", summary="Get a grid")
    async def get_grid(
        self,
        grid_id: FromPath[int],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> GridView:
        """Return a grid with the state and the image of each cell."""
        return GridView.of_details(await GridService(uow, identity.user_id).get(grid_id))

    @get(
        "/{grid_id:int}/image",
        summary="Get a grid as one image",
        media_type="image/png",
        responses={
            200: ResponseSpec(
                bytes, generate_examples=False, description="the image", media_type="image/png"
            )
        },
        response_headers=[
            ResponseHeader(
                name="content-disposition", documentation_only=True, description="file name"
            ),
            ResponseHeader(
                name="x-warning",
                documentation_only=True,
                description="the characters of labels that no font has, if any",
            ),
        ],
    )
    async def grid_image(
        self,
        grid_id: FromPath[int],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
        z: Annotated[
            int | None,
            QueryParameter(ge=0, le=999, description="only this value of the z axis, from 0"),
        ] = None,
        size: FromQuery[ThumbnailSize] = ThumbnailSize.MEDIUM,
        form: Annotated[GridFormat, QueryParameter(name="format")] = GridFormat.PNG,
    ) -> Response[bytes]:
        """Return all cells in one labelled image, at most ``grids.max_image_pixels`` large.

        Cells without an image show their status. Characters of labels that no font of the server has are
        written in Latin letters or as code points.
        """
        export = GridExport(runtime, identity.user_id)
        file = await export.image(grid_id, layer=z, size=size, form=form)
        warning = {"x-warning": file.warning} if file.warning else {}
        return Response(
            file.content,
            media_type=form.mime,
            headers={
                "content-disposition": f'attachment; filename="{file.name}"',
                "cache-control": "private, no-store",
                **warning,
            },
        )

    @patch("/{grid_id:int}", summary="Rename a grid")
    async def rename_grid(
        self,
        grid_id: FromPath[int],
        data: JSONBody[GridPatch],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> GridView:
        """Change the title of a grid."""
        service = GridService(uow, identity.user_id)
        return GridView.of_details(await service.rename(grid_id, data.title.strip()))

    @post(
        "/{grid_id:int}/retry",
        status_code=200,
        summary="Retry failed or deleted cells",
        opt=GENERATE,
    )
    async def retry_grid(
        self,
        grid_id: FromPath[int],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
        submission: NamedDependency[SubmissionService],
        cells: FromQuery[CellChoice] = CellChoice.FAILED,
    ) -> GridRetryView:
        """Start new jobs for the cells whose jobs failed or were cancelled, as one batch.

        With ``cells=deleted``, for those whose image is in the trash or deleted for good, with the same
        settings and seeds.
        """
        grids = GridRetry(runtime, submission, read_cell)
        retried = await grids.retry(grid_id, owner_id=identity.user_id, choice=cells)
        return GridRetryView(retried=retried)

    @post("/{grid_id:int}/cells/retry", status_code=200, summary="Retry chosen cells", opt=GENERATE)
    async def retry_cells(
        self,
        grid_id: FromPath[int],
        data: JSONBody[CellRetry],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
        submission: NamedDependency[SubmissionService],
    ) -> GridRetryView:
        """Start new jobs for these cells as one batch.

        Each must have failed, been cancelled or lost its image.
        """
        grids = GridRetry(runtime, submission, read_cell)
        retried = await grids.retry(grid_id, owner_id=identity.user_id, cells=data.places())
        return GridRetryView(retried=retried)

    @post("/{grid_id:int}/cancel", status_code=200, summary="Cancel a grid", opt=GENERATE)
    async def cancel_grid(
        self,
        grid_id: FromPath[int],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> GridCancelView:
        """Cancel the jobs of a grid that have not ended; finished cells keep their images."""
        return GridCancelView(cancelled=await GridService(uow, identity.user_id).cancel(grid_id))

    @delete("/{grid_id:int}", status_code=204, summary="Delete a grid")
    async def delete_grid(
        self,
        grid_id: FromPath[int],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> None:
        """Delete a grid; its jobs and images remain."""
        await GridService(uow, identity.user_id).delete(grid_id)
