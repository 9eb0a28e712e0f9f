"""The routes of models."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, delete, get, patch, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from genonaut.accounts.guards import ADMINS
from genonaut.accounts.identity import Identity
from genonaut.catalog.details import ModelDetails
from genonaut.catalog.favourites import favourite_models, mark_model
from genonaut.catalog.filters import BASE_FOLDERS, LORA_FOLDER, ModelFilter
from genonaut.catalog.notes import ModelNoteService
from genonaut.catalog.page_cache import PageCache
from genonaut.catalog.previews import PREVIEW_MIME, Previews
from genonaut.catalog.refresh.hashing_task import request_hashing
from genonaut.catalog.refresh.requests import RefreshRequests
from genonaut.catalog.schemas import (
    ModelDetailView,
    ModelFavouritePut,
    ModelFavouriteView,
    ModelNoteSubmit,
    ModelNotesView,
    ModelNoteView,
    ModelPatch,
    ModelSubmit,
    ModelView,
    RefreshView,
)
from genonaut.catalog.service import CatalogService
from genonaut.catalog.vocabulary import Architecture, ModelKind, ModelSource
from genonaut.core.pagination import MAX_PAGE, Page
from genonaut.core.schemas import NO_NUL
from genonaut.db import UnitOfWork
from genonaut.runtime import Runtime

# Forms offer every model, so the default of these lists is the longest page.
Limit = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE, description="items of one page")]
Cursor = Annotated[str | None, QueryParameter(max_length=2000)]
Name = Annotated[str | None, QueryParameter(max_length=255, pattern=NO_NUL)]
Marked = frozenset[int]
"""Ids of the caller's favourite models."""
_UNCHANGED = ResponseSpec(
    data_container=None, description="The client's copy is current", generate_examples=False
)


async def provide_filter(
    identity: NamedDependency[Identity],
    *,
    search: Annotated[
        str | None,
        QueryParameter(
            max_length=200,
            pattern=NO_NUL,
            description="words in name, title, architecture or trigger words",
        ),
    ] = None,
    architecture: FromQuery[Architecture | None] = None,
    source: FromQuery[ModelSource | None] = None,
    enabled: FromQuery[bool | None] = None,
    available: FromQuery[bool | None] = None,
    favourite: Annotated[
        bool | None, QueryParameter(description="favourites of the caller, or the other models")
    ] = None,
) -> ModelFilter:
    """Return the filter that the query parameters describe."""
    return ModelFilter(
        search=search,
        architecture=architecture,
        source=source,
        enabled=enabled,
        available=available,
        favourite=favourite,
        viewer_id=None if favourite is None else identity.user_id,
    )


async def provide_catalog(uow: NamedDependency[UnitOfWork]) -> CatalogService:
    """Return the catalogue within the request's unit of work."""
    return CatalogService(uow)


async def provide_marked(
    runtime: NamedDependency[Runtime], identity: NamedDependency[Identity]
) -> Marked:
    """Return the ids of the caller's favourite models."""
    return await favourite_models(runtime.reader, identity.user_id)


async def provide_notes(
    uow: NamedDependency[UnitOfWork], identity: NamedDependency[Identity]
) -> ModelNoteService:
    """Return the caller's notes on models within the request's unit of work."""
    return ModelNoteService(uow, identity.user_id)


class ModelController(Controller):
    """List, correct and refresh models."""

    tags = ("models",)
    dependencies = {  # noqa: RUF012  # litestar's declaration
        "wanted": Provide(provide_filter),
        "catalog": Provide(provide_catalog),
        "notes": Provide(provide_notes),
        "marked": Provide(provide_marked),
    }

    @get("/checkpoint-models", summary="List checkpoints")
    async def checkpoints(
        self,
        *,
        wanted: NamedDependency[ModelFilter],
        catalog: NamedDependency[CatalogService],
        marked: NamedDependency[Marked],
        limit: Limit = MAX_PAGE,
        cursor: Cursor = None,
    ) -> Page[ModelView]:
        """List the models that ``checkpoint_model`` accepts: checkpoints and diffusion models."""
        kinds = (ModelKind.CHECKPOINT, ModelKind.DIFFUSION_MODEL, ModelKind.UNKNOWN)
        page = await _page(catalog, wanted, kinds, BASE_FOLDERS, limit=limit, cursor=cursor)
        return _with_marks(page, marked)

    @get("/lora-models", summary="List LoRAs")
    async def loras(
        self,
        *,
        wanted: NamedDependency[ModelFilter],
        catalog: NamedDependency[CatalogService],
        marked: NamedDependency[Marked],
        compatible_with: Name = None,
        limit: Limit = MAX_PAGE,
        cursor: Cursor = None,
    ) -> Page[ModelView]:
        """List LoRAs; with ``compatible_with`` only those that fit this checkpoint or may fit it."""
        page = await _page(
            catalog,
            wanted,
            (ModelKind.LORA, ModelKind.UNKNOWN),
            (LORA_FOLDER,),
            limit=limit,
            cursor=cursor,
            compatible_with=compatible_with,
        )
        return _with_marks(page, marked)

    @get("/models", summary="List models of all kinds")
    async def models(
        self,
        *,
        wanted: NamedDependency[ModelFilter],
        identity: NamedDependency[Identity],
        state: State,
        kind: FromQuery[list[ModelKind] | None] = None,
        limit: Limit = 20,
        cursor: Cursor = None,
    ) -> Page[ModelView]:
        """List models of all kinds, or of the given kinds (``?kind=`` may be repeated).

        ``upscale_model`` is another name of the kind ``upscaler``.
        """
        runtime: Runtime = state.runtime
        pages: PageCache[Page[ModelView]] = state.model_pages

        async def read() -> Page[ModelView]:
            async with runtime.begin() as uow:
                catalog = CatalogService(uow)
                return await _page(catalog, wanted, kind or (), (), limit=limit, cursor=cursor)

        if wanted.favourite is None:
            page = await pages.get((wanted, tuple(kind or ()), limit, cursor), read)
        else:
            page = await read()
        return _with_marks(page, await favourite_models(runtime.reader, identity.user_id))

    @post("/models", summary="Add a model by hand", opt=ADMINS)
    async def add(
        self,
        data: JSONBody[ModelSubmit],
        catalog: NamedDependency[CatalogService],
        notes: NamedDependency[ModelNoteService],
    ) -> ModelDetailView:
        """Add a model before a scan or a ComfyUI server has reported it."""
        details = await catalog.add_manual(data.folder, data.name, data.correction())
        return await _details(details, notes)

    @get("/models/notes", summary="List my notes on models")
    async def list_notes(self, notes: NamedDependency[ModelNoteService]) -> ModelNotesView:
        """List the caller's own notes, the last changed first; at most 5,000."""
        found = await notes.newest()
        return ModelNotesView(items=[ModelNoteView.of(one.model_id, one) for one in found])

    @put("/models/{model_id:int}/favourite", summary="Mark a model as a favourite")
    async def mark_model(
        self,
        model_id: FromPath[int],
        data: JSONBody[ModelFavouritePut],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> ModelFavouriteView:
        """Mark a model as a favourite of the caller, or remove the mark."""
        wanted = data.is_favourite
        await mark_model(uow.session, model_id, user_id=identity.user_id, is_favourite=wanted)
        return ModelFavouriteView(model_id=model_id, is_favourite=wanted)

    @put("/models/{model_id:int}/note", summary="Write my note on a model")
    async def write_note(
        self,
        model_id: FromPath[int],
        data: JSONBody[ModelNoteSubmit],
        notes: NamedDependency[ModelNoteService],
    ) -> ModelNoteView:
        """Write or replace the caller's own note, which no other user sees.

        Notes for all users are ``notes`` of the model, which administrators change.
        """
        return ModelNoteView.of(model_id, await notes.write(model_id, data.text))

    @delete("/models/{model_id:int}/note", status_code=204, summary="Delete my note on a model")
    async def delete_note(
        self, model_id: FromPath[int], notes: NamedDependency[ModelNoteService]
    ) -> None:
        """Delete the caller's own note."""
        await notes.delete(model_id)

    @get("/models/refresh", summary="Get the state of the refresh")
    async def refreshed(
        self, uow: NamedDependency[UnitOfWork], identity: NamedDependency[Identity]
    ) -> RefreshView:
        """Return when a refresh was requested, started and finished, and the last report."""
        state = await RefreshRequests(uow).state()
        return RefreshView.of(state, with_problems=identity.is_admin)

    @post("/models/refresh", status_code=202, summary="Refresh the catalogue", opt=ADMINS)
    async def refresh(self, uow: NamedDependency[UnitOfWork]) -> RefreshView:
        """Request a refresh from all model folders and ComfyUI servers.

        One refresh runs at a time; a request during a refresh starts another one after it. Progress is
        published on ``/ws/models``.
        """
        requests = RefreshRequests(uow)
        await requests.request()
        return RefreshView.of(await requests.state(), with_problems=True)

    @post("/models/hash", status_code=202, summary="Hash unhashed models", opt=ADMINS)
    async def hash(self, uow: NamedDependency[UnitOfWork]) -> None:
        """Hash all model files that have no hash; progress is published on ``/ws/models``."""
        request_hashing(uow)

    @get("/models/{model_id:int}", summary="Get a model")
    async def one(
        self,
        model_id: FromPath[int],
        catalog: NamedDependency[CatalogService],
        notes: NamedDependency[ModelNoteService],
    ) -> ModelDetailView:
        """Return a model with its detected values, corrections, evidence and the caller's note."""
        return await _details(await catalog.get(model_id), notes)

    @patch("/models/{model_id:int}", summary="Correct a model", opt=ADMINS)
    async def correct(
        self,
        model_id: FromPath[int],
        data: JSONBody[ModelPatch],
        catalog: NamedDependency[CatalogService],
        notes: NamedDependency[ModelNoteService],
    ) -> ModelDetailView:
        """Correct a model. Corrections survive refreshes; null removes a correction."""
        return await _details(await catalog.correct(model_id, data.correction()), notes)

    @post(
        "/models/{model_id:int}/reset",
        status_code=200,
        summary="Remove the corrections of a model",
        opt=ADMINS,
    )
    async def reset(
        self,
        model_id: FromPath[int],
        catalog: NamedDependency[CatalogService],
        notes: NamedDependency[ModelNoteService],
    ) -> ModelDetailView:
        """Remove every correction of a model, so that the detected values apply again."""
        return await _details(await catalog.reset(model_id), notes)

    @delete(
        "/models/{model_id:int}",
        status_code=204,
        summary="Delete a model from the catalogue",
        opt=ADMINS,
    )
    async def forget(
        self, model_id: FromPath[int], catalog: NamedDependency[CatalogService]
    ) -> None:
        """Delete the entry of a model that no file and no ComfyUI server has any more."""
        await catalog.delete(model_id)

    @get(
        "/models/{model_id:int}/preview",
        media_type=PREVIEW_MIME,
        summary="Get the preview of a model",
        responses={304: _UNCHANGED},
    )
    async def preview(
        self,
        model_id: FromPath[int],
        request: Request[Any, Any, Any],
        runtime: NamedDependency[Runtime],
    ) -> Response[bytes]:
        """Return the image beside or inside the model file, at most 512 pixels on its longest edge."""
        found = await Previews(runtime).of(model_id, known=request.headers.get("if-none-match"))
        headers = {"ETag": found.etag, "Cache-Control": "private, max-age=300"}
        if found.data is None:
            return Response(b"", media_type=PREVIEW_MIME, status_code=304, headers=headers)
        return Response(found.data, media_type=PREVIEW_MIME, headers=headers)


async def _details(details: ModelDetails, notes: ModelNoteService) -> ModelDetailView:
    return ModelDetailView.of_details(details, await notes.own(details.model.id))


def _with_marks(page: Page[ModelView], marked: Marked) -> Page[ModelView]:
    """Return the page, which other users may share, with the favourites of the caller."""
    if not marked:
        return page
    items = [
        msgspec.structs.replace(one, is_favourite=True) if one.id in marked else one
        for one in page.items
    ]
    return msgspec.structs.replace(page, items=items)


async def _page(
    catalog: CatalogService,
    wanted: ModelFilter,
    kinds: Sequence[ModelKind],
    folders: Sequence[str],
    *,
    limit: int,
    cursor: str | None,
    compatible_with: str | None = None,
) -> Page[ModelView]:
    found = await catalog.page(
        wanted.within(kinds, folders), cursor=cursor, limit=limit, compatible_with=compatible_with
    )
    items = [ModelView.of(one) for one in found.rows]
    return Page(items=items, next_cursor=found.next_cursor, total=found.total)
