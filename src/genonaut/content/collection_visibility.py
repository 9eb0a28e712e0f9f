"""Conditions for collections that a user may see."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from genonaut.accounts.tables import User
from genonaut.content.collection_tables import Collection, CollectionMember, MemberRole


def is_member(viewer_id: UUID, *, is_editor: bool = False) -> ColumnElement[bool]:
    """Return the condition for collections that are shared with a user, directly or around them.

    Those of deleted owners are not.
    """
    member, owner = CollectionMember, User
    found = select(member.user_id).where(
        member.user_id == viewer_id,
        member.collection_id == Collection.path.any_(),
    )
    if is_editor:
        found = found.where(member.role == MemberRole.EDITOR)
    is_there = select(owner.id).where(owner.id == Collection.owner_id, owner.deleted_at.is_(None))
    return and_(found.correlate(Collection).exists(), is_there.correlate(Collection).exists())


def is_visible(viewer_id: UUID) -> ColumnElement[bool]:
    """Return the condition for collections that a user owns or is a member of."""
    return or_(Collection.owner_id == viewer_id, is_member(viewer_id))
