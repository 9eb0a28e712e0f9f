"""Content items, their thumbnails, tags and ratings."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Computed,
    Double,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from genonaut.accounts.tables import User
from genonaut.db.base import Base, text_enum
from genonaut.storage.thumbnails import ThumbnailSize


class ContentType(StrEnum):
    """The type of an item."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"
    MODEL3D = "model3d"
    FILE = "file"


class Visibility(StrEnum):
    """Whether other users may see an item."""

    PRIVATE = "private"
    PUBLIC = "public"


TAG_LENGTH = 50
"""Most characters of a tag."""

PROMPT_WORDS = "to_tsvector('simple'::regconfig, \"left\"(prompt, 4000))"
"""The words of a prompt as SQL, with the configuration that changes none; bounded, as a tsvector is."""
SHORT_TEXT_BYTES = 500
"""Most bytes of a ``search_text`` that an index contains: PostgreSQL compresses more than 510.

The statistics ``st_content_items_text_length`` tell PostgreSQL how many items have it.
Source: PostgreSQL src/include/access/heaptoast.h, TOAST_INDEX_TARGET.
"""
_HAS_SHORT_TEXT = f"(text IS NULL AND octet_length(search_text) <= {SHORT_TEXT_BYTES})"
_KEPT = text("deleted_at IS NULL")
_TRASHED = text("deleted_at IS NOT NULL")
_PUBLIC = text("deleted_at IS NULL AND visibility = 'public'")


class ContentItem(Base):
    """One finished image, with the data that is needed to generate it again."""

    __tablename__ = "content_items"
    __table_args__ = (
        # a worker that was killed cannot store a result twice
        UniqueConstraint("job_id", "output_index"),
        # gallery of one owner by age, also between two dates; counts and bytes of the statistics
        Index(
            "ix_content_items_owner_newest",
            "user_id",
            "created_at",
            "id",
            postgresql_where=_KEPT,
            postgresql_include=["size_bytes", "visibility"],
        ),
        # words in short texts of one owner, by age, without reading the rows; and the other items
        Index(
            "ix_content_items_owner_search",
            "user_id",
            "created_at",
            "id",
            postgresql_where=text(f"deleted_at IS NULL AND {_HAS_SHORT_TEXT}"),
            postgresql_include=["search_text"],
        ),
        Index(
            "ix_content_items_owner_long_search",
            "user_id",
            "created_at",
            "id",
            postgresql_where=text(f"deleted_at IS NULL AND NOT {_HAS_SHORT_TEXT}"),
        ),
        # public gallery by age; user_id separates own items from those of other users
        Index(
            "ix_content_items_public_newest",
            "created_at",
            "id",
            postgresql_where=_PUBLIC,
            postgresql_include=["user_id"],
        ),
        # the same galleries, best rated first
        Index(
            "ix_content_items_owner_rated",
            "user_id",
            "rating_average",
            "rating_count",
            "id",
            postgresql_where=_KEPT,
        ),
        Index(
            "ix_content_items_public_rated",
            "rating_average",
            "rating_count",
            "id",
            postgresql_where=_PUBLIC,
            postgresql_include=["user_id"],
        ),
        # the same galleries for one checkpoint; top checkpoints of the statistics
        Index(
            "ix_content_items_owner_checkpoint",
            "user_id",
            "checkpoint_model",
            "created_at",
            "id",
            postgresql_where=_KEPT,
        ),
        Index(
            "ix_content_items_public_checkpoint",
            "checkpoint_model",
            "created_at",
            "id",
            postgresql_where=_PUBLIC,
        ),
        # words in title, prompt and tags
        Index(
            "ix_content_items_search_trgm",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
        # words of prompts: items that are like another one
        Index(
            "ix_content_items_prompt_words",
            text(PROMPT_WORDS),
            postgresql_using="gin",
            postgresql_where=_KEPT,
        ),
        # images of a rare size
        Index(
            "ix_content_items_owner_pixels",
            "user_id",
            text("(width * height)"),
            postgresql_where=_KEPT,
        ),
        Index("ix_content_items_public_pixels", text("(width * height)"), postgresql_where=_PUBLIC),
        # words in texts
        Index(
            "ix_content_items_text_trgm",
            "text",
            postgresql_using="gin",
            postgresql_ops={"text": "gin_trgm_ops"},
            postgresql_where=text("text IS NOT NULL"),
        ),
        # gallery of one workflow
        Index(
            "ix_content_items_workflow",
            "workflow_id",
            "created_at",
            "id",
            postgresql_where=text("workflow_id IS NOT NULL"),
        ),
        # trash of one owner
        Index(
            "ix_content_items_owner_trash",
            "user_id",
            "created_at",
            "id",
            postgresql_where=_TRASHED,
            postgresql_include=["size_bytes"],
        ),
        # verification of files: longest ago first, and the damaged ones
        Index("ix_content_items_verified", "verified_at"),
        # UsageRepository: number and bytes per user without reading the rows
        Index("ix_content_items_usage", "user_id", postgresql_include=["size_bytes"]),
        Index(
            "ix_content_items_damaged",
            "verified_at",
            postgresql_where=text("damaged_at IS NOT NULL"),
        ),
        # items whose thumbnails could not be made
        Index(
            "ix_content_items_thumbnails_due",
            "thumbnails_due_at",
            postgresql_where=text("thumbnails_due_at IS NOT NULL"),
        ),
        # lineage: items that were made from an item
        Index(
            "ix_content_items_sources",
            "source_content_ids",
            postgresql_using="gin",
            postgresql_where=text("source_content_ids <> '{}'"),
        ),
        # import: whether the user has the same bytes already
        Index("ix_content_items_owner_sha256", "user_id", "sha256"),
        # purge of expired trash
        Index("ix_content_items_trash", "deleted_at", postgresql_where=_TRASHED),
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
    )
    output_index: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    """Place among the results of its job, from 0."""
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
    """ThumbHash, base64."""
    duration_seconds: Mapped[float | None] = mapped_column(Double)
    """Of video and audio."""
    frame_rate: Mapped[float | None] = mapped_column(Double)
    """Frames per second of a video."""
    text_content: Mapped[str | None] = mapped_column("text", Text)
    """Content of a text, as far as it is searched."""
    workflow_id: Mapped[int | None] = mapped_column(
        ForeignKey("workflows.id", name="fk_content_items_workflow_id", use_alter=True)
    )
    """The workflow that made it; null for built-in operations."""
    details: Mapped[dict[str, Any]] = mapped_column("metadata")
    """Model, LoRAs, sampler settings, seed, size and duration, as shown to users."""
    source_content_ids: Mapped[list[int]] = mapped_column(
        ARRAY(BigInteger), server_default=text("'{}'")
    )
    """Ids of the items that it was made from; some may be gone."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    deleted_at: Mapped[datetime | None]
    verified_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When the file was last compared with ``sha256``; it was written with it."""
    damaged_at: Mapped[datetime | None]
    """When the file was found to differ from ``sha256``; null again once it was restored."""
    thumbnails_due_at: Mapped[datetime | None]
    """From when on thumbnails are made again; null: they are complete, as far as is known."""
    rating_sum: Mapped[int] = mapped_column(server_default=text("0"))
    rating_count: Mapped[int] = mapped_column(server_default=text("0"))
    rating_average: Mapped[float] = mapped_column(
        Double,
        Computed(
            "CASE WHEN rating_count > 0 THEN rating_sum::double precision / rating_count"
            " ELSE 0 END",
            persisted=True,
        ),
    )
    """1..5, or 0 without ratings: an index cannot compare NULL in a row comparison."""
    tag_text: Mapped[str] = mapped_column(Text, server_default="")
    """The tags, one per line: the source of ``search_text``."""
    search_text: Mapped[str] = mapped_column(
        Text,
        Computed("lower(title::text || chr(10) || prompt || chr(10) || tag_text)", persisted=True),
        deferred=True,
        deferred_raiseload=True,
    )

    tags: Mapped[list["ContentTag"]] = relationship(
        lazy="raise_on_sql", viewonly=True, order_by="ContentTag.tag"
    )
    thumbnails: Mapped[list["ContentThumbnail"]] = relationship(
        lazy="raise_on_sql", passive_deletes=True, order_by="ContentThumbnail.width"
    )
    creator: Mapped[User] = relationship(lazy="raise_on_sql", viewonly=True)

    @property
    def tag_names(self) -> list[str]:
        """Return the tags; they must be loaded."""
        return [tag.tag for tag in self.tags]

    @property
    def creator_name(self) -> str:
        """Return the username of the owner, who must be loaded."""
        return self.creator.username


class ContentPublication(Base):
    """An item that became visible to all users; read by the alerts of saved searches.

    The row stays, so that an item that is hidden and shown again is reported once.
    """

    __tablename__ = "content_publications"
    __table_args__ = (
        # the alerts: items that they have not compared yet
        Index(
            "ix_content_publications_due",
            "published_at",
            "content_id",
            postgresql_where=text("compared_at IS NULL"),
        ),
    )

    content_id: Mapped[int] = mapped_column(
        ForeignKey("content_items.id", ondelete="CASCADE"), primary_key=True
    )
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())
    compared_at: Mapped[datetime | None]
    """When saved searches were compared with it."""


class ContentThumbnail(Base):
    """One thumbnail of an item."""

    __tablename__ = "content_thumbnails"

    content_id: Mapped[int] = mapped_column(
        ForeignKey("content_items.id", ondelete="CASCADE"), primary_key=True
    )
    size: Mapped[ThumbnailSize] = mapped_column(
        text_enum(ThumbnailSize, name="size"), primary_key=True
    )
    # the clean-up looks up which files a row references
    storage_key: Mapped[str] = mapped_column(String(512), index=True)
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    mime: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the file; null for one that was stored before hashes were, until it is verified."""


class ContentTag(Base):
    """One tag of an item, normalised."""

    __tablename__ = "content_tags"
    __table_args__ = (
        # items with a tag
        Index("ix_content_tags_tag", "tag", "content_id"),
    )

    content_id: Mapped[int] = mapped_column(
        ForeignKey("content_items.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(String(TAG_LENGTH), primary_key=True)


class TagUsage(Base):
    """Number of items outside the trash on which one owner uses a tag.

    Updated in the transaction that changes the items, so that completion need not count rows.
    """

    __tablename__ = "tag_usage"
    __table_args__ = (
        # tags of public items
        Index("ix_tag_usage_public", "tag", postgresql_where=text("public_count > 0")),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(TAG_LENGTH), primary_key=True)
    private_count: Mapped[int]
    public_count: Mapped[int]


class ContentRating(Base):
    """The rating of an item by one user; sum and number are stored on the item."""

    __tablename__ = "content_ratings"
    __table_args__ = (CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),)

    content_id: Mapped[int] = mapped_column(
        ForeignKey("content_items.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    rating: Mapped[int] = mapped_column(SmallInteger)
    rated_at: Mapped[datetime] = mapped_column(server_default=func.now())
