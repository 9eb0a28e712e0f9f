"""Share a collection with other users."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from genonaut.accounts.audit import AuditLog
from genonaut.accounts.tables import User
from genonaut.collections.repository import CollectionRole, CollectionRow
from genonaut.collections.service import CollectionService
from genonaut.content.collection_tables import (
    Collection,
    CollectionItem,
    CollectionMember,
    MemberRole,
)
from genonaut.content.tables import ContentItem
from genonaut.core.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError


class Member(msgspec.Struct, frozen=True):
    """A user with whom a collection is shared."""

    user_id: UUID
    username: str
    role: MemberRole
    added_at: datetime


class MemberService:
    """Acts for one user on the members of collections."""

    def __init__(self, collections: CollectionService) -> None:
        self._collections = collections
        self._session = collections.uow.session
        self._viewer_id = collections.viewer.user_id
        self._audit = AuditLog(self._session)

    async def members(self, collection_id: int) -> Sequence[Member]:
        """Return the members of a collection by name, without those of collections around it.

        Raises:
            NotFoundError: there is no such collection that the viewer may see.
        """
        await self._collections.visible(collection_id)
        one = CollectionMember
        query = (
            select(one.user_id, User.username, one.role, one.added_at)
            .join(User, User.id == one.user_id)
            .where(one.collection_id == collection_id, User.deleted_at.is_(None))
            .order_by(func.lower(User.username))
        )
        return [Member(*row) for row in await self._session.execute(query)]

    async def set(self, collection_id: int, username: str, role: MemberRole) -> Sequence[Member]:
        """Share an own collection with a user, or change the role of a member.

        Raises:
            NotFoundError: there is no such collection that the viewer may see.
            ForbiddenError: it belongs to another user.
            InvalidInputError: there is no such user, or it is the owner.
            ConflictError: it has as many members as are allowed.
        """
        collection = await self._collections.owned(collection_id)
        user_id = await self._user(username)
        if user_id == collection.owner_id:
            raise InvalidInputError.of("username", "is the owner of the collection")
        one = CollectionMember
        counted = select(func.count()).where(
            one.collection_id == collection_id, one.user_id != user_id
        )
        limit = self._collections.settings.max_members
        if (await self._session.scalar(counted) or 0) >= limit:
            raise ConflictError(f"a collection has at most {limit} members; remove one first")
        statement = insert(one).values(collection_id=collection_id, user_id=user_id, role=role)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["collection_id", "user_id"], set_={"role": role}
            )
        )
        await self._audit.record(
            "collection.shared", f"collection:{collection_id}", user_id=str(user_id), role=role
        )
        return await self.members(collection_id)

    async def remove(self, collection_id: int, user_id: UUID) -> None:
        """Remove a member; members may remove themselves.

        The private items that the member added are removed from the collection, and from those inside
        it unless the user remains a member there.

        Raises:
            NotFoundError: there is no such collection that the viewer may see, or no such member.
            ForbiddenError: the viewer is neither the owner nor that member.
        """
        found = await self._collections.visible(collection_id, lock=True)
        if found.role is not CollectionRole.OWNER and user_id != self._viewer_id:
            raise ForbiddenError("only the owner of a collection may remove other members")
        one = CollectionMember
        statement = delete(one).where(one.collection_id == collection_id, one.user_id == user_id)
        if await self._session.scalar(statement.returning(one.user_id)) is None:
            raise NotFoundError(_missing(found, user_id, self._viewer_id))
        await self._withdraw(collection_id, user_id)
        await self._audit.record(
            "collection.unshared", f"collection:{collection_id}", user_id=str(user_id)
        )

    async def _withdraw(self, collection_id: int, user_id: UUID) -> None:
        """Remove the items of a user from the collections that the user no longer sees."""
        member, entry, item = CollectionMember, CollectionItem, ContentItem
        remains = select(member.user_id).where(
            member.user_id == user_id, member.collection_id == Collection.path.any_()
        )
        lost = select(Collection.id).where(
            Collection.path.contains([collection_id]), ~remains.correlate(Collection).exists()
        )
        own = select(item.id).where(item.id == entry.content_id, item.user_id == user_id)
        await self._session.execute(
            delete(entry)
            .where(
                entry.added_by == user_id,
                entry.collection_id.in_(lost),
                own.correlate(entry).exists(),
            )
            .execution_options(synchronize_session=False)
        )

    async def _user(self, username: str) -> UUID:
        query = select(User.id).where(
            func.lower(User.username) == username.lower(), User.deleted_at.is_(None)
        )
        found = await self._session.scalar(query)
        if found is None:
            raise InvalidInputError.of("username", f"there is no user {username!r}")
        return found


def _missing(found: CollectionRow, user_id: UUID, viewer_id: UUID) -> str:
    """Return why a user cannot be removed who is not a member of the collection itself."""
    if user_id != viewer_id:
        return f"collection {found.collection.id} has no member {user_id}"
    if found.role is CollectionRole.OWNER:
        return "the owner cannot leave a collection; delete it instead"
    return "it is shared with you by a collection around it; leave that one"
