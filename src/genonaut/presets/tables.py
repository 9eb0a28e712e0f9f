"""Presets, styles and favourite prompts."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Computed, ForeignKey, Identity, Index, String, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.accounts.owned_rows import OwnedRow
from genonaut.db.base import Base, text_enum
from genonaut.db.word_search import words_sql

NAME_LENGTH = 120
"""Most characters of the name of a preset."""


class PresetKind(StrEnum):
    """What is applied: settings, or a template of prompts."""

    PRESET = "preset"
    STYLE = "style"


class Preset(OwnedRow):
    """A named set of settings, or a style."""

    __tablename__ = "presets"
    __table_args__ = (
        # one of a name per user and kind; the list of one user by name
        Index(
            "uq_presets_owner_name",
            "user_id",
            "kind",
            "name",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
        # deleted ones of one user; retention
        Index(
            "ix_presets_deleted",
            "user_id",
            "deleted_at",
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
        # shared ones by name
        Index("ix_presets_shared", "name", "id", postgresql_where=text("is_shared")),
        # purge of an item that is a cover
        Index(
            "ix_presets_cover",
            "cover_content_id",
            postgresql_where=text("cover_content_id IS NOT NULL"),
        ),
    )

    kind: Mapped[PresetKind] = mapped_column(text_enum(PresetKind, name="kind"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    description: Mapped[str] = mapped_column(Text, server_default="")
    prompt: Mapped[str] = mapped_column(Text, server_default="")
    """``{prompt}`` stands for the prompt; without it, the text is added at the end."""
    negative_prompt: Mapped[str] = mapped_column(Text, server_default="")
    settings: Mapped[dict[str, Any]]
    """Fields of a submission; empty for a style."""
    cover_content_id: Mapped[int | None] = mapped_column(
        ForeignKey("content_items.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    deleted_at: Mapped[datetime | None]
    """Since when it is deleted; it can be restored until the retention removes it."""


class FavouritePrompt(Base):
    """A prompt that a user keeps."""

    __tablename__ = "favourite_prompts"
    __table_args__ = (
        # the list of one user, the newest first
        Index("ix_favourite_prompts_owner", "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    prompt: Mapped[str] = mapped_column(Text)
    negative_prompt: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    words: Mapped[str] = mapped_column(
        Text,
        Computed(words_sql("prompt"), persisted=True),
        deferred=True,
        deferred_raiseload=True,
    )
    """The words of the prompt; a user has few enough favourites to read them all."""
