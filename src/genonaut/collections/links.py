"""The link of a collection: made, changed and revoked by its owner."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import delete, select

from genonaut.accounts.audit import AuditLog
from genonaut.accounts.tokens import hash_of, new_token
from genonaut.collections.service import CollectionService
from genonaut.collections.tables import CollectionLink
from genonaut.core.clock import utcnow
from genonaut.core.errors import InvalidInputError, NotFoundError


class LinkChange(msgspec.Struct, frozen=True, kw_only=True):
    """Changes to a link; omitted fields stay unchanged."""

    password_hash: str | UnsetType | None = UNSET
    expires_at: datetime | UnsetType | None = UNSET
    shows_prompts: bool | UnsetType = UNSET
    is_enabled: bool | UnsetType = UNSET


class LinkService:
    """Acts for one user on the links of own collections."""

    def __init__(self, collections: CollectionService) -> None:
        self._collections = collections
        self._session = collections.uow.session
        self._audit = AuditLog(self._session)

    async def get(self, collection_id: int) -> CollectionLink:
        """Return the link of an own collection.

        Raises:
            NotFoundError: there is no such collection that the viewer may see, or it has no link.
            ForbiddenError: it belongs to another user.
        """
        await self._collections.owned(collection_id)
        query = select(CollectionLink).where(CollectionLink.collection_id == collection_id)
        found = await self._session.scalar(query.with_for_update())
        if found is None:
            raise NotFoundError(f"collection {collection_id} has no link")
        return found

    async def make(self, collection_id: int, change: LinkChange) -> tuple[CollectionLink, str]:
        """Make a link with a new token; the previous link no longer works.

        Returns:
            The link and its token, which is not stored.

        Raises:
            NotFoundError: there is no such collection that the viewer may see.
            ForbiddenError: it belongs to another user.
            InvalidInputError: the time of expiry is in the past.
        """
        await self._collections.owned(collection_id)
        await self._remove(collection_id)
        token = new_token()
        link = CollectionLink(
            collection_id=collection_id,
            token_hash=hash_of(token),
            shows_prompts=False,
            is_enabled=True,
        )
        _apply(link, change)
        self._session.add(link)
        await self._session.flush()
        await self._session.refresh(link)
        await self._audit.record("collection.link_made", f"collection:{collection_id}")
        return link, token

    async def change(self, collection_id: int, change: LinkChange) -> CollectionLink:
        """Change the link of an own collection.

        Raises:
            NotFoundError: there is no such collection that the viewer may see, or it has no link.
            ForbiddenError: it belongs to another user.
            InvalidInputError: the time of expiry is in the past.
        """
        link = await self.get(collection_id)
        _apply(link, change)
        await self._session.flush()
        await self._audit.record("collection.link_changed", f"collection:{collection_id}")
        return link

    async def revoke(self, collection_id: int) -> None:
        """Delete the link of an own collection; it stops to work at once.

        Raises:
            NotFoundError: there is no such collection that the viewer may see, or it has no link.
            ForbiddenError: it belongs to another user.
        """
        await self.get(collection_id)
        await self._remove(collection_id)
        await self._audit.record("collection.link_revoked", f"collection:{collection_id}")

    async def _remove(self, collection_id: int) -> None:
        statement = delete(CollectionLink).where(CollectionLink.collection_id == collection_id)
        await self._session.execute(statement)


def _apply(link: CollectionLink, change: LinkChange) -> None:
    if isinstance(change.expires_at, datetime) and change.expires_at <= utcnow():
        raise InvalidInputError.of("expires_at", "is in the past")
    for name, value in msgspec.structs.asdict(change).items():
        if value is not UNSET:
            setattr(link, name, value)
