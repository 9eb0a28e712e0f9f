"""The routes of presets, and of the prompts of a user."""

from typing import Annotated, Any

from litestar import Controller, HttpMethod, Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.handlers import route
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from genonaut.accounts.identity import Identity
from genonaut.content.controllers.file_responses import (
    FILE_RESPONSES,
    FileResponses,
    accepted_by,
    conditions_of,
)
from genonaut.content.file_access import read_file_item
from genonaut.core.errors import NotFoundError
from genonaut.core.pagination import DEFAULT_LIMIT, MAX_PAGE, Page
from genonaut.core.schemas import NO_NUL
from genonaut.db import UnitOfWork
from genonaut.presets.prompts import PromptService
from genonaut.presets.schemas import (
    ExportedPreset,
    ExportView,
    FavouriteSubmit,
    FavouritesView,
    FavouriteView,
    ImportView,
    PresetImport,
    PresetPatch,
    PresetSubmit,
    PresetView,
    UsedPromptsView,
    UsedPromptView,
)
from genonaut.presets.service import PresetService
from genonaut.presets.tables import PresetKind
from genonaut.runtime import Runtime
from genonaut.storage.thumbnails import ThumbnailSize

Search = Annotated[str | None, QueryParameter(max_length=200, pattern=NO_NUL)]


class PresetController(Controller):
    """Named sets of settings, and styles."""

    path = "/presets"
    tags = ("presets",)

    @get("/", summary="List presets")
    async def list_presets(
        self,
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        kind: FromQuery[PresetKind | None] = None,
        search: Search = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=1_000)] = None,
    ) -> Page[PresetView]:
        """List own presets and styles and those that other users share, by name."""
        service = PresetService(uow, identity.user_id)
        found = await service.page(kind=kind, search=search, cursor=cursor, limit=limit)
        items = [PresetView.of(one) for one in found.rows]
        return Page(items=items, next_cursor=found.next_cursor, total=found.total)

    @post("/", summary="Create a preset")
    async def create_preset(
        self,
        data: JSONBody[PresetSubmit],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> PresetView:
        """Store a set of settings (``preset``) or a template of prompts (``style``)."""
        return PresetView.of(await PresetService(uow, identity.user_id).create(data.new()))

    @get("/export", summary="Export presets")
    async def export_presets(
        self,
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        kind: FromQuery[PresetKind | None] = None,
    ) -> ExportView:
        """Return all own presets and styles as one document."""
        rows = await PresetService(uow, identity.user_id).mine(kind)
        return ExportView(version=1, presets=[ExportedPreset.of(row) for row in rows])

    @post("/import", status_code=200, summary="Import presets")
    async def import_presets(
        self,
        data: JSONBody[PresetImport],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> ImportView:
        """Store the presets of an exported document, or the styles of a ``styles.csv``.

        Names that are taken are skipped, with ``replace`` replaced.
        """
        service = PresetService(uow, identity.user_id)
        outcome = await service.import_all(data.found(), replaces=data.replace)
        return ImportView(
            created=outcome.created, replaced=outcome.replaced, skipped=outcome.skipped
        )

    @get("/{preset_id:int}", summary="Get a preset")
    async def get_preset(
        self,
        preset_id: FromPath[int],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> PresetView:
        """Return an own or shared preset."""
        return PresetView.of(await PresetService(uow, identity.user_id).get(preset_id))

    @route(
        "/{preset_id:int}/cover/{size:str}",
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        media_type="image/webp",
        summary="Get the cover of a preset",
        responses=FILE_RESPONSES,
    )
    async def cover(
        self,
        preset_id: FromPath[int],
        size: FromPath[ThumbnailSize],
        request: Request[Any, Any, Any],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
        *,
        v: Annotated[str | None, QueryParameter(max_length=64, pattern=NO_NUL)] = None,
    ) -> Response[Any]:
        """Return a thumbnail of the cover of an own or shared preset, as WebP or JPEG."""
        async with runtime.begin() as uow:
            content_id = await PresetService(uow, identity.user_id).cover(preset_id)
        item = await read_file_item(runtime, content_id)
        if item is None or item.is_trashed:
            raise NotFoundError(f"preset {preset_id} has no cover")
        responses = FileResponses(runtime, conditions_of(request), is_pinned=v == item.sha256)
        return await responses.thumbnail(item, size, accept=accepted_by(request))

    @patch("/{preset_id:int}", summary="Change a preset")
    async def change_preset(
        self,
        preset_id: FromPath[int],
        data: JSONBody[PresetPatch],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> PresetView:
        """Change an own preset, also single values of its settings."""
        service = PresetService(uow, identity.user_id)
        changes = data.changes()
        return PresetView.of(await service.change(preset_id, changes, patched=data.patched))

    @delete("/{preset_id:int}", status_code=204, summary="Delete a preset")
    async def delete_preset(
        self,
        preset_id: FromPath[int],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> None:
        """Delete an own preset; it can be restored for ``storage.trash_days``."""
        await PresetService(uow, identity.user_id).delete(preset_id)

    @post("/{preset_id:int}/restore", status_code=200, summary="Restore a preset")
    async def restore_preset(
        self,
        preset_id: FromPath[int],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> PresetView:
        """Restore a deleted preset with its id, its cover and what it was shared with."""
        return PresetView.of(await PresetService(uow, identity.user_id).restore(preset_id))


class PromptController(Controller):
    """Prompts of earlier jobs, and favourites."""

    path = "/prompts"
    tags = ("prompts",)

    @get("/", summary="List my prompts")
    async def list_prompts(
        self,
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        search: Search = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = DEFAULT_LIMIT,
    ) -> UsedPromptsView:
        """List the prompts of the caller's newest 3,000 jobs, each once, the last used first.

        With ``search``, those of the newest 3,000 jobs in whose prompts each word of it begins a word, in any
        order; case, accents and punctuation do not matter.
        """
        found = await PromptService(uow, identity.user_id).history(search=search, limit=limit)
        return UsedPromptsView(items=[UsedPromptView.of(one) for one in found])

    @get("/favourites", summary="List my favourite prompts")
    async def list_favourites(
        self,
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        search: Search = None,
    ) -> FavouritesView:
        """List the prompts that the caller keeps, the newest first; ``search`` as in the history."""
        found = await PromptService(uow, identity.user_id).favourites(search=search)
        return FavouritesView(items=[FavouriteView.of(one) for one in found])

    @post("/favourites", summary="Keep a prompt")
    async def add_favourite(
        self,
        data: JSONBody[FavouriteSubmit],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> FavouriteView:
        """Keep a prompt; one that is kept already is returned."""
        service = PromptService(uow, identity.user_id)
        return FavouriteView.of(await service.add_favourite(data.prompt, data.negative_prompt))

    @delete("/favourites/{favourite_id:int}", status_code=204, summary="Stop to keep a prompt")
    async def delete_favourite(
        self,
        favourite_id: FromPath[int],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> None:
        """Delete a favourite prompt."""
        await PromptService(uow, identity.user_id).delete_favourite(favourite_id)
