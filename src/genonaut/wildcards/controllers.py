"""The routes of wildcards."""

from typing import Annotated

from litestar import Controller, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from genonaut.accounts.identity import Identity
from genonaut.core.pagination import DEFAULT_LIMIT, MAX_PAGE, Page
from genonaut.core.schemas import NO_NUL
from genonaut.db import UnitOfWork
from genonaut.wildcards.drawing import combine, draw
from genonaut.wildcards.schemas import (
    CombinationsView,
    DrawnView,
    PreviewSubmit,
    PreviewView,
    WildcardPatch,
    WildcardSubmit,
    WildcardSummary,
    WildcardView,
)
from genonaut.wildcards.service import WildcardService


class WildcardController(Controller):
    """Lists of texts from which dynamic prompts draw."""

    path = "/wildcards"
    tags = ("wildcards",)

    @get("/", summary="List wildcards")
    async def list_wildcards(
        self,
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        search: Annotated[str | None, QueryParameter(max_length=200, pattern=NO_NUL)] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> Page[WildcardSummary]:
        """List own wildcards and those that other users share, by name."""
        service = WildcardService(uow, identity.user_id)
        found = await service.page(search=search, cursor=cursor, limit=limit)
        items = [WildcardSummary.of(one) for one in found.rows]
        return Page(items=items, next_cursor=found.next_cursor, total=found.total)

    @post("/", summary="Create a wildcard")
    async def create_wildcard(
        self,
        data: JSONBody[WildcardSubmit],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> WildcardView:
        """Store a list of entries, or import the text of a file."""
        service = WildcardService(uow, identity.user_id)
        return WildcardView.of_details(await service.create(data.new()))

    @post("/preview", status_code=200, summary="Preview dynamic prompts")
    async def preview(
        self,
        data: JSONBody[PreviewSubmit],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> PreviewView:
        """Return what would be drawn for each seed, and all combinations if wanted; stores nothing."""
        templates = {"prompt": data.prompt, "negative_prompt": data.negative_prompt}
        seeds = [(data.seed + place) % 2**53 for place in range(data.count)]
        drawn = await draw(uow.session, templates, seeds, identity.user_id)
        found = None
        if most := data.combinations:
            texts, is_all = await combine(uow.session, data.prompt, identity.user_id, most=most)
            found = CombinationsView(items=texts, is_complete=is_all)
        return PreviewView(
            items=[
                DrawnView(seed=seed, prompt=one["prompt"], negative_prompt=one["negative_prompt"])
                for seed, one in zip(seeds, drawn, strict=True)
            ],
            combinations=found,
        )

    @get("/{wildcard_id:int}", summary="Get a wildcard")
    async def get_wildcard(
        self,
        wildcard_id: FromPath[int],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> WildcardView:
        """Return an own or shared list with its entries."""
        found = await WildcardService(uow, identity.user_id).get(wildcard_id)
        return WildcardView.of_details(found)

    @get("/{wildcard_id:int}/text", media_type="text/plain", summary="Export a wildcard")
    async def export_wildcard(
        self,
        wildcard_id: FromPath[int],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> Response[str]:
        """Return the entries as a text file, one a line."""
        found = await WildcardService(uow, identity.user_id).get(wildcard_id)
        name = found.row.name.replace("/", "-")
        lines = [" ".join(entry.splitlines()) for entry in found.row.entries]
        return Response(
            "\n".join(lines) + "\n",
            media_type="text/plain; charset=utf-8",
            headers={"content-disposition": f'attachment; filename="{name}.txt"'},
        )

    @patch("/{wildcard_id:int}", summary="Change a wildcard")
    async def change_wildcard(
        self,
        wildcard_id: FromPath[int],
        data: JSONBody[WildcardPatch],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> WildcardView:
        """Rename or share an own list, or replace its entries."""
        service = WildcardService(uow, identity.user_id)
        return WildcardView.of_details(await service.change(wildcard_id, data.change()))

    @delete("/{wildcard_id:int}", status_code=204, summary="Delete a wildcard")
    async def delete_wildcard(
        self,
        wildcard_id: FromPath[int],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> None:
        """Delete an own list."""
        await WildcardService(uow, identity.user_id).delete(wildcard_id)
