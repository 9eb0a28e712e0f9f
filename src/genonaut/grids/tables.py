"""Grids and their cells."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, SmallInteger, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.db.base import Base

TITLE_LENGTH = 200
"""Most characters of the title of a grid."""


class Grid(Base):
    """A submission with axes; its cells are in ``grid_cells``."""

    __tablename__ = "grids"
    __table_args__ = (
        # GridRepository.page
        Index("ix_grids_owner_newest", "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    batch_id: Mapped[UUID] = mapped_column(unique=True)
    """The batch of its first jobs, which retention may delete before the grid."""
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    request: Mapped[dict[str, Any]]
    """What the cells share, as a submission."""
    axes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """One to three ``Axis``: x, y, z."""
    seeds: Mapped[str] = mapped_column(String(16), server_default=text("'same'"))
    """How the cells get their seeds: ``Seeds``."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class GridCell(Base):
    """One cell: where it is, and the job that makes its image."""

    __tablename__ = "grid_cells"
    __table_args__ = (
        # deleting a job sets job_id to null; the grid of a job
        Index("ix_grid_cells_job", "job_id"),
    )

    grid_id: Mapped[int] = mapped_column(
        ForeignKey("grids.id", ondelete="CASCADE"), primary_key=True
    )
    z: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    y: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    x: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    job_id: Mapped[int | None] = mapped_column(
        ForeignKey("generation_jobs.id", ondelete="SET NULL")
    )
    """The newest job of the cell; null if it was deleted."""
