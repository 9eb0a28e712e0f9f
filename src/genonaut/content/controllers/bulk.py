"""The routes that touch or count many items at once."""

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from genonaut.accounts.identity import Identity
from genonaut.content.bulk_selection import Matching
from genonaut.content.change_service import ChangeService
from genonaut.content.controllers.bulk_bodies import BulkChange, BulkView
from genonaut.content.favourites import MarkFavourite, mark_many
from genonaut.content.schemas import ContentStatsView, EmptiedView
from genonaut.content.stats import gallery_stats
from genonaut.content.trash import delete_files, empty_trash
from genonaut.db import UnitOfWork
from genonaut.runtime import Runtime


class BulkController(Controller):
    """Many items at once."""

    path = "/content"
    tags = ("content",)

    @post("/bulk", status_code=200, summary="Change many items")
    async def change_many(
        self,
        data: JSONBody[BulkChange],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
    ) -> BulkView:
        """Apply one action to own items; each is changed completely or not at all.

        Favourites can be other visible items too.

        Name up to 500 items by ``ids``. Or give a ``filter``: the 500 newest items that match are
        changed; repeat the request with ``cursor`` while ``next_cursor`` is not null.
        """
        action = data.change()
        selected = data.selection(identity.user_id)
        async with runtime.begin() as uow:
            if isinstance(action, MarkFavourite):
                marked = await mark_many(uow.session, selected, action, user_id=identity.user_id)
                return BulkView.of(marked)
            service = ChangeService(uow, viewer_id=identity.user_id, is_admin=identity.is_admin)
            if isinstance(selected, Matching):
                report = await service.apply_to_matching(selected, action)
            else:
                report = await service.apply(selected, action)
        await delete_files(runtime, report.purged_keys)
        return BulkView.of(report)

    @delete("/trash", status_code=200, summary="Empty the trash")
    async def empty(
        self, identity: NamedDependency[Identity], runtime: NamedDependency[Runtime]
    ) -> EmptiedView:
        """Purge the oldest 500 items of the caller's trash; repeat while ``has_more`` is true."""
        async with runtime.begin() as uow:
            emptied = await empty_trash(uow, viewer_id=identity.user_id)
        await delete_files(runtime, emptied.keys)
        return EmptiedView(purged=emptied.purged, has_more=emptied.has_more)

    @get("/stats", summary="Gallery statistics")
    async def content_stats(
        self, identity: NamedDependency[Identity], uow: NamedDependency[UnitOfWork]
    ) -> ContentStatsView:
        """Return statistics of the caller's gallery and trash, by day, checkpoint and tag."""
        return ContentStatsView.of(await gallery_stats(uow, viewer_id=identity.user_id))
