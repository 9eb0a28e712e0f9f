"""Collections, their members and their items, and favourites.

The tables are here and not in `genonaut.collections`, because they decide who may read an item and
which items a list has.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Double,
    ForeignKey,
    Identity,
    Index,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.db.base import Base, text_enum

NAME_LENGTH = 120
"""Most characters of a collection's name."""
DESCRIPTION_LENGTH = 10_000
"""Most characters of a collection's description."""


class MemberRole(StrEnum):
    """What a member may do in a collection, and in the collections inside it."""

    VIEWER = "viewer"
    EDITOR = "editor"


class Collection(Base):
    """A named list of items, or a saved filter."""

    __tablename__ = "collections"
    __table_args__ = (
        # collections of one owner by name
        Index("ix_collections_owner_name", "owner_id", text("lower(name)"), "id"),
        # collections inside one, and those of a member
        Index("ix_collections_path", "path", postgresql_using="gin"),
        # purge of an item that is a cover
        Index(
            "ix_collections_cover",
            "cover_content_id",
            postgresql_where=text("cover_content_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("collections.id"), index=True)
    path: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """Ids from the outermost collection to this one; the collections around it have the same owner."""
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    description: Mapped[str] = mapped_column(Text, server_default="")
    saved_filter: Mapped[dict[str, Any] | None] = mapped_column("filter")
    """Of a smart collection, as a ``SavedFilter``; null: the items are in ``collection_items``."""
    cover_content_id: Mapped[int | None] = mapped_column(
        ForeignKey("content_items.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    archived_at: Mapped[datetime | None]

    @property
    def is_smart(self) -> bool:
        """Return whether its items are those that match a filter."""
        return self.saved_filter is not None


class CollectionMember(Base):
    """A user with whom a collection is shared."""

    __tablename__ = "collection_members"

    collection_id: Mapped[int] = mapped_column(
        ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True
    )
    # collections of one member
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    role: Mapped[MemberRole] = mapped_column(text_enum(MemberRole, name="role"))
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CollectionItem(Base):
    """An item of a collection. Members see it if it is public, or if its owner added it."""

    __tablename__ = "collection_items"
    __table_args__ = (
        # items of one collection in their order
        Index("ix_collection_items_order", "collection_id", "position", "content_id"),
        # collections of one item: who may read it, and whether it is kept
        Index("ix_collection_items_content", "content_id", postgresql_include=["added_by"]),
    )

    collection_id: Mapped[int] = mapped_column(
        ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True
    )
    content_id: Mapped[int] = mapped_column(
        ForeignKey("content_items.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[float] = mapped_column(Double)
    """More than 0; orders the items. Numbers between two others make room without touching them."""
    added_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ContentFavourite(Base):
    """An item that a user marked as a favourite."""

    __tablename__ = "content_favourites"

    # first the user: the list of a user's favourites
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    content_id: Mapped[int] = mapped_column(
        ForeignKey("content_items.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())
