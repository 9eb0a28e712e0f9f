"""What visitors without an account see of a collection that has a link."""

import hashlib
import hmac
import time
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.accounts.tables import User
from genonaut.accounts.tokens import equal_in_constant_time, hash_of
from genonaut.collections.errors import LinkExpiredError, LinkPasswordRequiredError
from genonaut.collections.items import ids_in_order, shown
from genonaut.collections.service import filter_of
from genonaut.collections.tables import CollectionLink
from genonaut.content.collection_tables import Collection
from genonaut.content.filters import ContentFilter
from genonaut.content.service import ContentService, ItemDetails
from genonaut.content.tables import ContentItem
from genonaut.core.clock import utcnow
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.core.pagination import Slice
from genonaut.db import UnitOfWork

ACCESS_SECONDS = 12 * 3600
"""How long a visitor who gave the password has access."""
_NO_ONE = UUID(int=0)


class SharedCollection(msgspec.Struct, frozen=True):
    """A collection and the link under which it was found."""

    collection: Collection
    link: CollectionLink


class Preview:
    """Reads one collection by the token of its link; there is no viewer."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session: AsyncSession = uow.session
        self._content = ContentService(uow, viewer_id=_NO_ONE, is_admin=False)

    async def find(self, token: str) -> SharedCollection:
        """Return the collection of a link that works; the password is not checked.

        Raises:
            NotFoundError: no link has this token, it is turned off, or its owner has no account any more.
            LinkExpiredError: it has expired.
        """
        link = CollectionLink
        query = (
            select(Collection, link)
            .join(link, link.collection_id == Collection.id)
            .join(User, User.id == Collection.owner_id)
            .where(
                link.token_hash == hash_of(token),
                link.is_enabled,
                User.is_active,
                User.deleted_at.is_(None),
            )
        )
        row = (await self._session.execute(query)).one_or_none()
        if row is None:
            raise NotFoundError("there is nothing at this link; ask for another one")
        found = SharedCollection(*row)
        if found.link.expires_at is not None and found.link.expires_at <= utcnow():
            raise LinkExpiredError("this link has expired; ask for another one")
        return found

    async def open(self, token: str, access: str | None) -> SharedCollection:
        """Return the collection of a link for a visitor.

        Args:
            token: the token of the link.
            access: the code that ``access_code`` made after the password was given.

        Raises:
            NotFoundError: as for ``find``.
            LinkExpiredError: as for ``find``.
            LinkPasswordRequiredError: it has a password, and there is no valid code.
        """
        found = await self.find(token)
        if found.link.password_hash is not None and not is_valid_access(found.link, access):
            raise LinkPasswordRequiredError("this link needs a password")
        return found

    async def page(
        self, found: SharedCollection, *, cursor: str | None, limit: int
    ) -> Slice[ItemDetails]:
        """Return one page of the items that the link shows, with the total on the first.

        They are in the order of the collection, those of a smart one newest first.

        Raises:
            InvalidInputError: the cursor is invalid.
        """
        collection = found.collection
        if collection.is_smart:
            wanted = shown_by_link(collection)
            return await self._content.page(wanted, sort="newest", cursor=cursor, limit=limit)
        query = shown(collection).where(ContentItem.user_id == collection.owner_id)
        page = await ids_in_order(self._session, query, cursor=cursor, limit=limit)
        return Slice(await self._content.of_ids(page.rows), page.next_cursor, page.total)

    async def cover(self, found: SharedCollection) -> ItemDetails | None:
        """Return the chosen cover if the link shows it, else the first item; None if it shows none."""
        chosen = found.collection.cover_content_id
        if chosen is not None and await self._shows(found, chosen):
            return (await self._content.of_ids([chosen]))[0]
        first = await self.page(found, cursor=None, limit=1)
        return first.rows[0] if first.rows else None

    async def require_item(self, found: SharedCollection, content_id: int) -> None:
        """Check that the link shows an item.

        Raises:
            NotFoundError: it does not.
        """
        if not is_valid_id(content_id) or not await self._shows(found, content_id):
            raise NotFoundError("there is no such item at this link")

    async def _shows(self, found: SharedCollection, content_id: int) -> bool:
        (conditions,) = shown_by_link(found.collection).branches()
        query = select(ContentItem.id).where(ContentItem.id == content_id, *conditions)
        return bool(await self._session.scalar(select(query.exists())))


def shown_by_link(collection: Collection) -> ContentFilter:
    """Return the filter of the items that a link shows: those that belong to the collection's owner.

    Public items of other users are public to the users of the installation only.
    """
    owner_id = collection.owner_id
    saved = filter_of(collection)
    if saved is None:
        return ContentFilter(viewer_id=owner_id, collection_id=collection.id)
    return msgspec.structs.replace(saved.of(owner_id), scope="mine")


def access_code(link: CollectionLink) -> tuple[str, int]:
    """Return the code for a visitor who gave the password, and the Unix time at which it ends.

    Another password or another token makes it invalid.
    """
    ends = int(time.time()) + ACCESS_SECONDS
    return f"{ends}.{_signature(link, ends)}", ends


def is_valid_access(link: CollectionLink, access: str | None) -> bool:
    """Return whether a code is one of this link and has not ended."""
    ends, _, signature = (access or "").partition(".")
    if not (ends.isascii() and ends.isdecimal() and len(ends) < len(str(2**63))):
        return False
    expected = _signature(link, int(ends))
    return equal_in_constant_time(signature, expected) and int(ends) > time.time()


def _signature(link: CollectionLink, ends: int) -> str:
    message = f"{ends}:{link.password_hash}".encode()
    return hmac.new(link.token_hash, message, hashlib.sha256).hexdigest()
