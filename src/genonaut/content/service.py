"""Who may see, change, rate and delete what was made."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from genonaut.accounts.audit import AuditLog
from genonaut.content.actions import Action, ChangeRefusedError, Edit, Purge, Restore, Trash
from genonaut.content.change_service import ChangeService, ChangeStatus
from genonaut.content.filters import ContentFilter
from genonaut.content.ordering import Sort, key_of, read_cursor, write_cursor
from genonaut.content.ratings import set_rating
from genonaut.content.repository import ContentRepository
from genonaut.content.tables import ContentItem, Visibility
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.core.pagination import Slice, bounded_total
from genonaut.db import UnitOfWork


class SeenItem(msgspec.Struct, frozen=True):
    """An item and what the viewer gave it, 1..5."""

    item: ContentItem
    my_rating: int | None


class Neighbours(msgspec.Struct, frozen=True):
    """The ids before and behind an item in a list; None at its ends."""

    previous_id: int | None
    next_id: int | None


class ContentService:
    """Acts for one viewer; an administrator sees everything by id."""

    def __init__(self, uow: UnitOfWork, *, viewer_id: UUID, is_admin: bool) -> None:
        self._session = uow.session
        self._audit = AuditLog(uow.session)
        self._items = ContentRepository(uow.session)
        self._changes = ChangeService(uow, viewer_id=viewer_id, is_admin=is_admin)
        self._viewer_id = viewer_id
        self._is_admin = is_admin

    async def get(self, content_id: int, *, in_trash: bool = False) -> ContentItem:
        """Return an item of the viewer's, or a public one; from the trash only the viewer's.

        Raises:
            NotFoundError: there is none that the viewer may see.
        """
        is_possible = is_valid_id(content_id)
        item = await self._items.find(content_id, in_trash=in_trash) if is_possible else None
        if item is not None and self._owns(item):
            if item.visibility is not Visibility.PUBLIC:
                await self._audit.note_foreign_look(f"content:{item.id}", owner_id=item.user_id)
            return item
        if item is None or in_trash or item.visibility is not Visibility.PUBLIC:
            raise NotFoundError(f"no content {content_id}")
        return item

    async def seen(self, content_id: int, *, in_trash: bool = False) -> SeenItem:
        """Return an item together with the viewer's rating.

        Raises:
            NotFoundError: there is none that the viewer may see.
        """
        return (await self._seen([await self.get(content_id, in_trash=in_trash)]))[0]

    async def page(
        self, wanted: ContentFilter, *, sort: Sort, cursor: str | None, limit: int
    ) -> Slice[SeenItem]:
        """Return one page, with the total on the first.

        Raises:
            InvalidInputError: the cursor is not one of this list and order.
        """
        after = None if cursor is None else read_cursor(cursor, sort)
        keys = await self._items.keys(wanted, sort, after=after, limit=limit + 1)
        shown = keys[:limit]
        items = await self._items.of_ids([key[-1] for key in shown])
        following = write_cursor(shown[-1], sort) if len(keys) > limit else None
        total = bounded_total(await self._items.count(wanted)) if after is None else None
        return Slice(await self._seen(items), following, total)

    async def neighbours(self, content_id: int, wanted: ContentFilter, *, sort: Sort) -> Neighbours:
        """Return what stands before and behind an item in a list, whether it is on it or not.

        Raises:
            NotFoundError: there is no such item that the viewer may see.
        """
        item = await self.get(content_id, in_trash=wanted.in_trash)
        place = key_of(item, sort)
        before = await self._items.keys(wanted, sort, after=place, limit=1, is_backwards=True)
        behind = await self._items.keys(wanted, sort, after=place, limit=1)
        return Neighbours(_first_id(before), _first_id(behind))

    async def change(self, content_id: int, edit: Edit) -> SeenItem:
        """Change what is given of an item of the viewer's.

        Raises:
            NotFoundError: there is none that the viewer may change.
        """
        await self._apply(content_id, edit)
        return await self.seen(content_id)

    async def delete(self, content_id: int) -> None:
        """Hide an item; its files go when the trash is purged.

        Raises:
            NotFoundError: there is none that the viewer may delete.
        """
        await self._apply(content_id, Trash())

    async def restore(self, content_id: int) -> SeenItem:
        """Bring an item of the viewer's back from the trash.

        Raises:
            NotFoundError: there is none in the trash.
        """
        await self._apply(content_id, Restore(), in_trash=True)
        return await self.seen(content_id)

    async def purge(self, content_id: int) -> Sequence[str]:
        """Remove an item in the trash; returns the files to delete after the commit.

        Raises:
            NotFoundError: there is none in the trash.
        """
        return await self._apply(content_id, Purge(), in_trash=True)

    async def rate(self, content_id: int, rating: int | None) -> SeenItem:
        """Give an item the viewer may see 1..5, or take the rating back with None.

        Raises:
            NotFoundError: there is none that the viewer may see.
        """
        await self.get(content_id)
        await self._items.lock(content_id)
        await self.get(content_id)  # it may have become private or been deleted meanwhile
        await set_rating(self._session, content_id, user_id=self._viewer_id, rating=rating)
        return await self.seen(content_id)

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

    async def _seen(self, items: Sequence[ContentItem]) -> list[SeenItem]:
        ratings = await self._items.ratings_by(self._viewer_id, [item.id for item in items])
        return [SeenItem(item, ratings.get(item.id)) for item in items]

    def _owns(self, item: ContentItem) -> bool:
        return self._is_admin or item.user_id == self._viewer_id


def _first_id(keys: Sequence[tuple[int, ...]]) -> int | None:
    return keys[0][-1] if keys else None
