"""The tables of models, their files, and the backends that have them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.catalog.vocabulary import ModelKind, ModelSource
from genonaut.db import Base
from genonaut.db.base import text_enum

_TO_HASH = text("sha256 IS NULL AND missing_since IS NULL AND is_readable AND size_bytes > 0")


class AvailableModel(Base):
    """One model under the name by which ComfyUI loads it.

    ``detected`` holds values from the file or the backend, ``overrides`` corrections by an administrator;
    kind, architecture, variant, title, search_text and fit_key are computed from both.
    """

    __tablename__ = "available_models"
    __table_args__ = (
        UniqueConstraint("folder", "name"),
        # CatalogRepository.page of one kind, and of all kinds
        Index("ix_available_models_kind_name", "kind", "name", "id"),
        Index("ix_available_models_name", "name", "id"),
        # compatible_with: LoRAs by fit key
        Index("ix_available_models_fit", "kind", "fit_key"),
        # duplicates and moved files
        Index(
            "ix_available_models_tensors",
            "tensors_sha256",
            postgresql_where=text("tensors_sha256 IS NOT NULL"),
        ),
        Index("ix_available_models_sha256", "sha256", postgresql_where=text("sha256 IS NOT NULL")),
        # search= and nearest names
        Index(
            "ix_available_models_search_trgm",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    folder: Mapped[str] = mapped_column(Text)
    """ComfyUI's name of the folder, such as ``checkpoints``."""
    name: Mapped[str] = mapped_column(Text)
    """Path below the folder, with ``/``."""
    detected: Mapped[dict[str, Any]]
    overrides: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    is_manual: Mapped[bool] = mapped_column(server_default=text("false"))
    """Added by an administrator, whether or not it was found later."""

    kind: Mapped[ModelKind] = mapped_column(text_enum(ModelKind, name="kind"))
    architecture: Mapped[str] = mapped_column(String(64))
    variant: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    search_text: Mapped[str] = mapped_column(Text)
    """The text that ``search=`` searches: name, title, architecture, variant, trigger words, tags."""
    fit_key: Mapped[str] = mapped_column(Text)
    """FitTraits as JSON; models with equal keys fit equally."""

    size_bytes: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    tensors_sha256: Mapped[str | None] = mapped_column(String(64))
    health: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    """Problems of the file; problems that depend on other rows are added when it is read."""
    source: Mapped[ModelSource] = mapped_column(text_enum(ModelSource, name="source"))
    first_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    unavailable_since: Mapped[datetime | None]
    """Set while neither a file nor a backend has the model."""


class ModelFile(Base):
    """One file on disk, with what a later scan needs to skip reading and hashing it again."""

    __tablename__ = "model_files"
    __table_args__ = (
        UniqueConstraint("root_folder", "path"),
        # files of a model
        Index("ix_model_files_model", "model_id"),
        # the same bytes under another name
        Index("ix_model_files_inode", "inode"),
        # hashing_task.backlog
        Index("ix_model_files_to_hash", "size_bytes", postgresql_where=_TO_HASH),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("available_models.id", ondelete="CASCADE"))
    path: Mapped[bytes] = mapped_column(LargeBinary)
    """The bytes of the path; they may not be valid UTF-8."""
    root_folder: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int]
    mtime_ns: Mapped[int]
    neighbours_ns: Mapped[int]
    inode: Mapped[str] = mapped_column(Text)
    """``device:inode``."""
    preview: Mapped[bytes | None] = mapped_column(LargeBinary)
    """File name of a preview image in the same folder."""
    is_readable: Mapped[bool]
    """False if a problem of the file makes hashing useless."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    tensors_sha256: Mapped[str | None] = mapped_column(String(64))
    missing_since: Mapped[datetime | None]


class ModelBackend(Base):
    """A backend that has a model."""

    __tablename__ = "model_backends"
    __table_args__ = (
        # models of one backend
        Index("ix_model_backends_backend", "backend"),
    )

    model_id: Mapped[int] = mapped_column(
        ForeignKey("available_models.id", ondelete="CASCADE"), primary_key=True
    )
    backend: Mapped[str] = mapped_column(String(63), primary_key=True)
    spelling: Mapped[str | None] = mapped_column(Text)
    """The model's name at that backend, if it differs: Windows separates folders by backslashes."""
    size_bytes: Mapped[int | None]
    path_index: Mapped[int | None] = mapped_column(SmallInteger)
    """Index of the model's directory among those of its folder, as ComfyUI numbers them."""
    words_read_at: Mapped[datetime | None]
    """When its metadata was requested from the backend."""
    has_picture: Mapped[bool] = mapped_column(server_default=text("false"))
    picture_asked_at: Mapped[datetime | None]
    """When its preview was requested from the backend."""


class ModelNote(Base):
    """What one user notes about a model, for themselves."""

    __tablename__ = "model_notes"
    __table_args__ = (
        # deleting a model; the primary key serves the notes of one user
        Index("ix_model_notes_model", "model_id"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    model_id: Mapped[int] = mapped_column(
        ForeignKey("available_models.id", ondelete="CASCADE"), primary_key=True
    )
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ModelFavourite(Base):
    """A model that a user marked as a favourite."""

    __tablename__ = "model_favourites"
    __table_args__ = (
        # deleting a model; the primary key serves the favourites of one user
        Index("ix_model_favourites_model", "model_id"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    model_id: Mapped[int] = mapped_column(
        ForeignKey("available_models.id", ondelete="CASCADE"), primary_key=True
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CatalogBackend(Base):
    """A backend that has reported its models."""

    __tablename__ = "catalog_backends"

    name: Mapped[str] = mapped_column(String(63), primary_key=True)
    version: Mapped[str | None] = mapped_column(String(63))
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ModelRefresh(Base):
    """The single row with the times of the last refresh request, start and end."""

    __tablename__ = "model_refreshes"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    requested_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    rules_version: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    """The rules with which the files were identified; other rules read every file again."""
    report: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
