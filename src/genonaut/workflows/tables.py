"""Workflows, their versions, and the node classes that the ComfyUI servers reported."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.db.base import Base, text_enum

TITLE_LENGTH = 200
SLUG_LENGTH = 80
NOTE_LENGTH = 500


class WorkflowVisibility(StrEnum):
    """Whether other users may see and run a workflow."""

    PRIVATE = "private"
    SHARED = "shared"


class Workflow(Base):
    """A ComfyUI graph that users run through a form; what it does stands in its versions."""

    __tablename__ = "workflows"
    __table_args__ = (
        UniqueConstraint("owner_id", "slug"),
        # WorkflowRepository.page: own workflows, and those of all users
        Index("ix_workflows_owner_newest", "owner_id", "updated_at", "id"),
        Index("ix_workflows_newest", "updated_at", "id"),
        # WorkflowRepository.page, search=
        Index(
            "ix_workflows_title_trgm",
            "title",
            postgresql_using="gin",
            postgresql_ops={"title": "gin_trgm_ops"},
        ),
        # purging an item sets cover_content_id to null
        Index(
            "ix_workflows_cover",
            "cover_content_id",
            postgresql_where=text("cover_content_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH))
    """The title as a name for commands; unique among the workflows of its owner."""
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    description: Mapped[str] = mapped_column(Text)
    visibility: Mapped[WorkflowVisibility] = mapped_column(
        text_enum(WorkflowVisibility, name="visibility")
    )
    cover_content_id: Mapped[int | None] = mapped_column(
        ForeignKey("content_items.id", ondelete="SET NULL")
    )
    latest_version: Mapped[int] = mapped_column(server_default=text("1"))
    """Number of the newest version."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    archived_at: Mapped[datetime | None]
    """Since when it is hidden and not run; its jobs and versions stay."""


class WorkflowVersion(Base):
    """One version of a workflow; rows are inserted and never updated."""

    __tablename__ = "workflow_versions"
    __table_args__ = (UniqueConstraint("workflow_id", "number"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    workflow_id: Mapped[int] = mapped_column(ForeignKey("workflows.id"))
    number: Mapped[int]
    """1, 2, 3 …"""
    graph: Mapped[dict[str, Any]]
    """In API format."""
    ui: Mapped[dict[str, Any] | None]
    """The file as ComfyUI's editor saved it."""
    form: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    outputs: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    requirements: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    """Of graph, UI file, form and outputs."""
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH))
    """What changed, in the author's words."""
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ObjectInfoDocument(Base):
    """One answer of ``/object_info``, shared by the servers that gave the same one."""

    __tablename__ = "object_infos"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """JSON, compressed by gzip."""
    class_count: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class BackendObjectInfo(Base):
    """Which answer of ``/object_info`` a ComfyUI server gave last."""

    __tablename__ = "backend_object_infos"
    __table_args__ = (
        # documents that no server names
        Index("ix_backend_object_infos_sha256", "sha256"),
    )

    backend: Mapped[str] = mapped_column(String(63), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("object_infos.sha256"))
    comfyui_version: Mapped[str | None] = mapped_column(String(63))
    read_at: Mapped[datetime] = mapped_column(server_default=func.now())
