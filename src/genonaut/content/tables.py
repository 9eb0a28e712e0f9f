"""Content items and their thumbnails."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from genonaut.accounts.tables import User
from genonaut.db.base import Base, text_enum
from genonaut.storage.thumbnails import ThumbnailSize


class ContentType(StrEnum):
    """What kind of thing an item is."""

    IMAGE = "image"


class Visibility(StrEnum):
    """Who besides the owner may see an item."""

    PRIVATE = "private"
    PUBLIC = "public"


_KEPT = text("deleted_at IS NULL")


class ContentItem(Base):
    """One finished image and everything needed to make it again."""

    __tablename__ = "content_items"
    __table_args__ = (
        # one owner's gallery, newest first
        Index("ix_content_items_owner_newest", "user_id", "id", postgresql_where=_KEPT),
        # everybody's public gallery, newest first
        Index(
            "ix_content_items_public_newest",
            "id",
            postgresql_where=text("deleted_at IS NULL AND visibility = 'public'"),
        ),
        # search in prompts
        Index(
            "ix_content_items_prompt_trgm",
            "prompt",
            postgresql_using="gin",
            postgresql_ops={"prompt": "gin_trgm_ops"},
        ),
        # purge of the trash
        Index(
            "ix_content_items_trash", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    job_id: Mapped[int | None] = mapped_column(
        ForeignKey(
            "generation_jobs.id",
            name="fk_content_items_job_id",
            ondelete="SET NULL",
            use_alter=True,
        ),
        unique=True,
    )
    content_type: Mapped[ContentType] = mapped_column(text_enum(ContentType, name="content_type"))
    title: Mapped[str] = mapped_column(String(255))
    prompt: Mapped[str] = mapped_column(Text)
    negative_prompt: Mapped[str] = mapped_column(Text)
    checkpoint_model: Mapped[str] = mapped_column(String(512))
    visibility: Mapped[Visibility] = mapped_column(
        text_enum(Visibility, name="visibility"), server_default=Visibility.PRIVATE
    )
    storage_key: Mapped[str] = mapped_column(String(512), unique=True)
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    mime: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    placeholder: Mapped[str] = mapped_column(String(128))
    """Thumbhash, base64."""
    details: Mapped[dict[str, Any]] = mapped_column("metadata")
    """Model, LoRAs, sampler settings, seed, size and duration, as shown to people."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    deleted_at: Mapped[datetime | None]

    thumbnails: Mapped[list["ContentThumbnail"]] = relationship(
        lazy="raise_on_sql", passive_deletes=True, order_by="ContentThumbnail.width"
    )
    creator: Mapped[User] = relationship(lazy="raise_on_sql", viewonly=True)


class ContentThumbnail(Base):
    """One reduced copy of an item's image."""

    __tablename__ = "content_thumbnails"

    content_id: Mapped[int] = mapped_column(
        ForeignKey("content_items.id", ondelete="CASCADE"), primary_key=True
    )
    size: Mapped[ThumbnailSize] = mapped_column(
        text_enum(ThumbnailSize, name="size"), primary_key=True
    )
    storage_key: Mapped[str] = mapped_column(String(512))
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    mime: Mapped[str] = mapped_column(String(64))
