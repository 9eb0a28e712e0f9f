"""Create, change, nest, archive and delete collections."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType

from genonaut.accounts.identity import Identity
from genonaut.collections.covers import covers_of, first_images_of, may_be_cover
from genonaut.collections.repository import (
    CollectionFilter,
    CollectionRepository,
    CollectionRole,
    CollectionRow,
)
from genonaut.config.settings import CollectionSettings
from genonaut.content.collection_tables import Collection
from genonaut.content.image_views import ImageView
from genonaut.content.saved_filter import SavedFilter
from genonaut.core.clock import utcnow
from genonaut.core.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
)
from genonaut.core.ids import Id, is_valid_id
from genonaut.core.pagination import (
    CursorText,
    Position,
    Slice,
    bounded_total,
    decode_cursor,
    encode_cursor,
)
from genonaut.db import UnitOfWork
from genonaut.db.advisory_locks import AdvisoryLock, lock_transaction

MAX_DEPTH = 8
"""Collections inside one another."""
SHOWN_IMAGES = 4
"""Images that show a collection in a list, besides its cover."""


class _Position(Position, frozen=True, tag="collections"):
    """Content of a cursor: the last collection of a page."""

    name: CursorText
    collection_id: Id


class NewCollection(msgspec.Struct, frozen=True, kw_only=True):
    """A collection to create; with a filter it is a smart one."""

    name: str
    description: str = ""
    parent_id: int | None = None
    saved_filter: SavedFilter | None = None


class CollectionChange(msgspec.Struct, frozen=True, kw_only=True):
    """Changes to a collection; omitted fields stay unchanged."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    parent_id: int | UnsetType | None = UNSET
    saved_filter: SavedFilter | UnsetType = UNSET
    cover_content_id: int | UnsetType | None = UNSET
    is_archived: bool | UnsetType = UNSET


class CollectionDetails(msgspec.Struct, frozen=True):
    """A collection, the image that shows it, and its first images."""

    row: CollectionRow
    cover: ImageView | None
    images: Sequence[ImageView] = ()


class CollectionService:
    """Acts for one user: own collections and those that are shared with the user.

    Administrators see no more than other users.
    """

    def __init__(self, uow: UnitOfWork, settings: CollectionSettings, viewer: Identity) -> None:
        self.uow = uow
        self.settings = settings
        self.viewer = viewer
        self._rows = CollectionRepository(uow.session)

    async def page(
        self, wanted: CollectionFilter, *, cursor: str | None, limit: int
    ) -> Slice[CollectionDetails]:
        """Return one page in the order of names; the first page has the total.

        Raises:
            InvalidInputError: the cursor is invalid.
        """
        after = None
        if cursor is not None:
            position = decode_cursor(cursor, _Position)
            after = position.name, position.collection_id
        rows = await self._rows.page(wanted, after=after, limit=limit + 1)
        shown = rows[:limit]
        following = total = None
        if len(rows) > limit:
            key = await self._rows.sort_key(shown[-1].collection.id)
            following = encode_cursor(_Position(*key))
        if after is None:
            total = bounded_total(await self._rows.count(wanted))
        return Slice(await self._details(shown), following, total)

    async def get(self, collection_id: int) -> CollectionDetails:
        """Return one collection.

        Raises:
            NotFoundError: there is no such collection that the viewer may see.
        """
        return (await self._details([await self.visible(collection_id)]))[0]

    async def create(self, new: NewCollection) -> CollectionDetails:
        """Create a collection of the viewer.

        Raises:
            InvalidInputError: the parent is not an own plain collection, or too deep.
            ConflictError: the viewer has as many collections as are allowed.
        """
        owner_id = self.viewer.user_id
        await lock_transaction(self.uow.session, AdvisoryLock.COLLECTIONS, subject=owner_id)
        if await self._rows.count_of_owner(owner_id) >= self.settings.max_per_user:
            raise ConflictError(
                f"you already have {self.settings.max_per_user} collections;"
                " archived ones count too"
            )
        above = await self._path_of_parent(new.parent_id)
        row = Collection(
            owner_id=owner_id,
            parent_id=new.parent_id,
            path=above,
            name=new.name,
            description=new.description,
            saved_filter=None if new.saved_filter is None else _stored(new.saved_filter),
        )
        self.uow.session.add(row)
        await self.uow.session.flush()
        row.path = [*above, row.id]
        await self.uow.session.flush()
        return await self.get(row.id)

    async def change(self, collection_id: int, change: CollectionChange) -> CollectionDetails:
        """Change an own collection.

        Raises:
            NotFoundError: there is no such collection that the viewer may see.
            ForbiddenError: it belongs to another user.
            InvalidInputError: the parent or the cover is not possible, or it has no filter.
        """
        await lock_transaction(
            self.uow.session, AdvisoryLock.COLLECTIONS, subject=self.viewer.user_id
        )
        row = await self.owned(collection_id)
        if change.cover_content_id is not UNSET:
            await self._require_cover(row, change.cover_content_id)
            row.cover_content_id = change.cover_content_id
        if change.saved_filter is not UNSET:
            if not row.is_smart:
                message = "this collection is not a smart one; create another with a filter"
                raise InvalidInputError.of("filter", message)
            row.saved_filter = _stored(change.saved_filter)
        if change.parent_id is not UNSET and change.parent_id != row.parent_id:
            await self._move(row, change.parent_id)
        if change.name is not UNSET:
            row.name = change.name
        if change.description is not UNSET:
            row.description = change.description
        if change.is_archived is not UNSET and change.is_archived != (row.archived_at is not None):
            row.archived_at = utcnow() if change.is_archived else None
        row.updated_at = utcnow()
        await self.uow.session.flush()
        return await self.get(row.id)

    async def delete(self, collection_id: int, *, is_recursive: bool) -> None:
        """Delete an own collection; the items remain in the gallery.

        Raises:
            NotFoundError: there is no such collection that the viewer may see.
            ForbiddenError: it belongs to another user.
            ConflictError: there are collections inside it, and it is not to be deleted with them.
        """
        await self.owned(collection_id)
        inside = await self._rows.tree(collection_id)
        if len(inside) > 1 and not is_recursive:
            raise ConflictError(
                f"there are {len(inside) - 1} collections inside it; move them, or delete them too"
                " with recursive=true"
            )
        await self._rows.remove([one.id for one in inside])

    async def visible(self, collection_id: int, *, lock: bool = False) -> CollectionRow:
        """Return an own or shared collection.

        Raises:
            NotFoundError: there is no such collection that the viewer may see.
        """
        found = None
        if is_valid_id(collection_id):
            found = await self._rows.find(collection_id, self.viewer.user_id, lock=lock)
        if found is None:
            raise NotFoundError(f"no collection {collection_id}")
        return found

    async def owned(self, collection_id: int) -> Collection:
        """Return and lock an own collection.

        Raises:
            NotFoundError: there is no such collection that the viewer may see.
            ForbiddenError: it belongs to another user.
        """
        found = await self.visible(collection_id, lock=True)
        if found.role is not CollectionRole.OWNER:
            raise ForbiddenError("only the owner of a collection may do this")
        return found.collection

    async def editable(self, collection_id: int) -> Collection:
        """Return and lock a plain collection whose items the viewer may change.

        Raises:
            NotFoundError: there is no such collection that the viewer may see.
            ForbiddenError: the viewer may only look at it.
            ConflictError: it is a smart collection.
        """
        found = await self.visible(collection_id, lock=True)
        if found.role is CollectionRole.VIEWER:
            raise ForbiddenError("only the owner and the editors of a collection may do this")
        if found.collection.is_smart:
            raise ConflictError("the items of a smart collection are those that match its filter")
        return found.collection

    async def _details(self, rows: Sequence[CollectionRow]) -> list[CollectionDetails]:
        collections = [row.collection for row in rows]
        covers = await covers_of(self.uow.session, collections)
        images = await first_images_of(self.uow.session, collections, limit=SHOWN_IMAGES)
        return [
            CollectionDetails(row, covers.get(one.id), images.get(one.id, ()))
            for row, one in zip(rows, collections, strict=True)
        ]

    async def _move(self, row: Collection, parent_id: int | None) -> None:
        above = await self._path_of_parent(parent_id)
        if row.id in above:
            raise InvalidInputError.of(
                "parent_id", "is this collection itself or inside it; choose another one"
            )
        inside = await self._rows.tree(row.id)
        depth = len(row.path)
        if len(above) + max(len(one.path) for one in inside) - depth + 1 > MAX_DEPTH:
            raise _too_deep()
        for one in inside:
            one.path = [*above, *one.path[depth - 1 :]]
        row.parent_id = parent_id

    async def _path_of_parent(self, parent_id: int | None) -> list[int]:
        if parent_id is None:
            return []
        try:
            parent = await self.owned(parent_id)
        except (NotFoundError, ForbiddenError) as error:
            message = "is not one of your collections"
            raise InvalidInputError.of("parent_id", message) from error
        if parent.is_smart:
            message = "is a smart collection, which has no collections inside it"
            raise InvalidInputError.of("parent_id", message)
        if len(parent.path) >= MAX_DEPTH:
            raise _too_deep()
        return list(parent.path)

    async def _require_cover(self, row: Collection, content_id: int | None) -> None:
        if content_id is None:
            return
        is_valid = is_valid_id(content_id)
        if not is_valid or not await may_be_cover(self.uow.session, row, content_id):
            where = "of yours" if row.is_smart else "of this collection"
            raise InvalidInputError.of("cover_content_id", f"is no item {where}")


def _too_deep() -> InvalidInputError:
    return InvalidInputError.of("parent_id", f"at most {MAX_DEPTH} collections may be nested")


def _stored(saved: SavedFilter) -> dict[str, object]:
    found: dict[str, object] = msgspec.to_builtins(saved)
    return found


def filter_of(collection: Collection) -> SavedFilter | None:
    """Return the filter of a smart collection; None for others."""
    stored = collection.saved_filter
    return None if stored is None else msgspec.convert(stored, SavedFilter)
