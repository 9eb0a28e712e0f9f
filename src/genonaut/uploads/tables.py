"""Uploaded files and their thumbnails."""

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
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from genonaut.db.base import Base, text_enum
from genonaut.storage.thumbnails import ThumbnailSize


class UploadKind(StrEnum):
    """The kind of an uploaded file."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


class Upload(Base):
    """One uploaded file of a user."""

    __tablename__ = "uploads"
    __table_args__ = (
        # the same bytes are stored once per user
        UniqueConstraint("user_id", "sha256"),
        # the row of a file that was sent before, found before the file is decoded
        Index("ix_uploads_user_id_source_sha256", "user_id", "source_sha256"),
        # uploads of one owner, newest first
        Index(
            "ix_uploads_owner_newest",
            "user_id",
            "created_at",
            "id",
            postgresql_where=text("deleted_at IS NULL"),
        ),
        # quota and usage: number and bytes per user without reading the rows
        Index("ix_uploads_usage", "user_id", postgresql_include=["size_bytes"]),
        # clean-up of unused uploads
        Index("ix_uploads_last_used_at", "last_used_at"),
        # verification of files: longest ago first, and the damaged ones
        Index("ix_uploads_verified", "verified_at"),
        Index(
            "ix_uploads_damaged",
            "verified_at",
            postgresql_where=text("damaged_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the stored file."""
    source_sha256: Mapped[str] = mapped_column(String(64))
    """Of the file as it was sent: metadata and EXIF orientation are not in the stored file."""
    kind: Mapped[UploadKind] = mapped_column(text_enum(UploadKind, name="kind"))
    name: Mapped[str] = mapped_column(String(255))
    """The file name that the client sent; empty if it sent none."""
    mime: Mapped[str] = mapped_column(String(64))
    width: Mapped[int | None]
    height: Mapped[int | None]
    """In pixels, as displayed; null for audio."""
    has_alpha: Mapped[bool]
    """Whether a pixel of the image is transparent."""
    duration_seconds: Mapped[float | None] = mapped_column(Double)
    """Null for images."""
    size_bytes: Mapped[int]
    storage_key: Mapped[str] = mapped_column(String(512), unique=True)
    placeholder: Mapped[str] = mapped_column(String(128))
    """ThumbHash, base64; empty for audio."""
    details: Mapped[dict[str, Any]] = mapped_column("metadata")
    """Texts that were embedded in the sent file, up to a limit."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_used_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When it was last sent, or named by a submission."""
    named_at: Mapped[datetime | None]
    """When a submission last named it; its jobs may not be stored yet."""
    deleted_at: Mapped[datetime | None]
    """When the owner deleted it; row and file remain until no job needs them."""
    verified_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When the file was last compared with its hash."""
    damaged_at: Mapped[datetime | None]
    """When the file was found to differ from its hash."""

    thumbnails: Mapped[list["UploadThumbnail"]] = relationship(
        lazy="raise_on_sql", passive_deletes=True, order_by="UploadThumbnail.width"
    )


class UploadThumbnail(Base):
    """One thumbnail of an uploaded image or of the first frame of a video."""

    __tablename__ = "upload_thumbnails"

    upload_id: Mapped[int] = mapped_column(
        ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True
    )
    size: Mapped[ThumbnailSize] = mapped_column(
        text_enum(ThumbnailSize, name="size"), primary_key=True
    )
    # the clean-up looks up which files a row references
    storage_key: Mapped[str] = mapped_column(String(512), index=True)
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
