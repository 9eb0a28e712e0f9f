"""Read, change, rate and delete items, as far as the viewer may."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from genonaut.accounts.audit import AuditLog
from genonaut.content.actions import Action, ChangeRefusedError, Edit, Purge, Restore, Trash
from genonaut.content.change_service import ChangeService, ChangeStatus
from genonaut.content.collection_access import is_shared_with
from genonaut.content.facets import Facets, facets_of
from genonaut.content.favourites import favourites_of, set_favourite
from genonaut.content.filters import ContentFilter
from genonaut.content.lineage import Lineage, lineage_of
from genonaut.content.ordering import Sort, key_of, read_cursor, write_cursor
from genonaut.content.ratings import set_rating
from genonaut.content.repository import ContentRepository
from genonaut.content.similar import similar_ids
from genonaut.content.tables import ContentItem, Visibility
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.core.pagination import Slice, bounded_total
from genonaut.db import UnitOfWork


class ItemDetails(msgspec.Struct, frozen=True):
    """An item, the viewer's rating, 1..5, and whether it is a favourite of the viewer."""

    item: ContentItem
    my_rating: int | None
    is_favourite: bool


class Neighbours(msgspec.Struct, frozen=True):
    """The ids before and after an item in a list; None at its ends.

    ``around`` has the items near it in the order of the list, itself included, if they were asked for.
    """

    previous_id: int | None
    next_id: int | None
    around: Sequence[ContentItem] = ()


class ContentService:
    """Acts for one user; an administrator may read every item by id."""

    def __init__(self, uow: UnitOfWork, *, viewer_id: UUID, is_admin: bool) -> None:
        self._session = uow.session
        self._audit = AuditLog(uow.session)
        self._items = ContentRepository(uow.session)
        self._changes = ChangeService(uow, viewer_id=viewer_id, is_admin=is_admin)
        self._viewer_id = viewer_id
        self._is_admin = is_admin

    async def get(self, content_id: int, *, in_trash: bool = False) -> ContentItem:
        """Return an own or public item, or one of a shared collection; from the trash only an own one.

        Raises:
            NotFoundError: there is no such item that the viewer may see.
        """
        is_valid = is_valid_id(content_id)
        item = await self._items.find(content_id, in_trash=in_trash) if is_valid else None
        if item is not None and self._owns(item):
            if item.visibility is not Visibility.PUBLIC:
                await self._audit.record_foreign_read(f"content:{item.id}", owner_id=item.user_id)
            return item
        if item is None or in_trash or not await self._is_shown(item):
            raise NotFoundError(f"no content {content_id}")
        return item

    async def of_ids(self, ids: Sequence[int]) -> list[ItemDetails]:
        """Return these items in the order of ``ids``; the caller has checked that they are visible."""
        return await self._details(await self._items.of_ids(ids))

    async def details(self, content_id: int, *, in_trash: bool = False) -> ItemDetails:
        """Return an item with the viewer's rating.

        Raises:
            NotFoundError: there is no such item that the viewer may see.
        """
        return (await self._details([await self.get(content_id, in_trash=in_trash)]))[0]

    async def page(
        self, wanted: ContentFilter, *, sort: Sort, cursor: str | None, limit: int
    ) -> Slice[ItemDetails]:
        """Return one page, with the total on the first.

        Raises:
            InvalidInputError: the text is not a cursor of this list and sort order.
        """
        total = None
        if cursor is None:
            keys, counted = await self._items.counted_keys(wanted, sort, limit=limit + 1)
            total = bounded_total(counted)
        else:
            after = read_cursor(cursor, sort)
            keys = await self._items.keys(wanted, sort, after=after, limit=limit + 1)
        shown = keys[:limit]
        items = await self._items.of_ids([key[-1] for key in shown])
        following = write_cursor(shown[-1], sort) if len(keys) > limit else None
        return Slice(await self._details(items), following, total)

    async def neighbours(
        self, content_id: int, wanted: ContentFilter, *, sort: Sort, around: int = 0
    ) -> Neighbours:
        """Return the ids before and after an item in a list; the item need not be in the list.

        Args:
            content_id: the item.
            wanted: the list.
            sort: the order of the list.
            around: so many items on each side are returned too.

        Raises:
            NotFoundError: there is no such item that the viewer may see.
        """
        item = await self.get(content_id, in_trash=wanted.in_trash)
        position = key_of(item, sort)
        limit = max(1, around)
        before = await self._items.keys(
            wanted, sort, after=position, limit=limit, is_backwards=True
        )
        following = await self._items.keys(wanted, sort, after=position, limit=limit)
        return await self.neighbours_of(
            content_id,
            [key[-1] for key in before],
            [key[-1] for key in following],
            around=around,
        )

    async def neighbours_of(
        self, content_id: int, before: Sequence[int], following: Sequence[int], *, around: int
    ) -> Neighbours:
        """Return the neighbours among ids that the caller found, on both sides the nearest first."""
        ids = [*reversed(before[:around]), content_id, *following[:around]] if around else []
        items = await self._items.of_ids(ids) if ids else []
        return Neighbours(before[0] if before else None, following[0] if following else None, items)

    async def lineage(self, content_id: int) -> Lineage:
        """Return the items around an item that are the viewer's own or public.

        Raises:
            NotFoundError: there is no such item that the viewer may see.
        """
        item = await self.get(content_id)
        return await lineage_of(self._session, item, viewer_id=self._viewer_id)

    async def similar(self, content_id: int, *, limit: int) -> list[ItemDetails]:
        """Return own and public items whose prompts are most like that of an item, best first.

        Raises:
            NotFoundError: there is no such item that the viewer may see.
        """
        item = await self.get(content_id)
        ids = await similar_ids(self._session, item, viewer_id=self._viewer_id, limit=limit)
        return await self.of_ids(ids)

    async def facets(self, wanted: ContentFilter) -> Facets:
        """Return how many items of a filtered list have each model, tag, type, month, rating and size."""
        return await facets_of(self._session, wanted)

    async def change(self, content_id: int, edit: Edit) -> ItemDetails:
        """Change an own item.

        Raises:
            NotFoundError: there is no such item that the viewer may change.
        """
        await self._apply(content_id, edit)
        return await self.details(content_id)

    async def delete(self, content_id: int) -> None:
        """Move an own item to the trash; its files are kept until it is purged.

        Raises:
            NotFoundError: there is no such item that the viewer may delete.
        """
        await self._apply(content_id, Trash())

    async def restore(self, content_id: int) -> ItemDetails:
        """Restore an own item from the trash.

        Raises:
            NotFoundError: the item is not in the viewer's trash.
        """
        await self._apply(content_id, Restore(), in_trash=True)
        return await self.details(content_id)

    async def purge(self, content_id: int) -> Sequence[str]:
        """Delete an item in the trash; return the storage keys to delete after the commit.

        Raises:
            NotFoundError: the item is not in the viewer's trash.
        """
        return await self._apply(content_id, Purge(), in_trash=True)

    async def rate(self, content_id: int, rating: int | None) -> ItemDetails:
        """Rate a visible item 1..5, or remove the rating with None.

        Raises:
            NotFoundError: there is no such item that the viewer may see.
        """
        await self.get(content_id)
        await self._items.lock(content_id)
        await self.get(
            content_id
        )  # re-check: it may have become private or deleted while we waited for the lock
        await set_rating(self._session, content_id, user_id=self._viewer_id, rating=rating)
        return await self.details(content_id)

    async def mark(self, content_id: int, *, is_favourite: bool) -> ItemDetails:
        """Mark a visible item as a favourite of the viewer, or remove the mark.

        Raises:
            NotFoundError: there is no such item that the viewer may see.
        """
        await self.get(content_id)
        user_id = self._viewer_id
        await set_favourite(self._session, content_id, user_id=user_id, is_favourite=is_favourite)
        return await self.details(content_id)

    async def _is_shown(self, item: ContentItem) -> bool:
        if item.visibility is Visibility.PUBLIC:
            return True
        return await is_shared_with(
            self._session, item.id, owner_id=item.user_id, viewer_id=self._viewer_id
        )

    async def _apply(
        self, content_id: int, action: Action, *, in_trash: bool = False
    ) -> Sequence[str]:
        await self.get(content_id, in_trash=in_trash)
        report = await self._changes.apply([content_id], action)
        outcome = report.outcomes[0]
        if outcome.status is ChangeStatus.NOT_FOUND:
            raise NotFoundError(f"no content {content_id}")
        if outcome.status is ChangeStatus.REFUSED:
            raise ChangeRefusedError(f"content {content_id}: {outcome.reason}")
        return report.purged_keys

    async def _details(self, items: Sequence[ContentItem]) -> list[ItemDetails]:
        ids = [item.id for item in items]
        ratings = await self._items.ratings_by(self._viewer_id, ids)
        marked = await favourites_of(self._session, self._viewer_id, ids)
        return [ItemDetails(item, ratings.get(item.id), item.id in marked) for item in items]

    def _owns(self, item: ContentItem) -> bool:
        return self._is_admin or item.user_id == self._viewer_id
