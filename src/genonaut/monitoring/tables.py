"""Alerts, and the statistics of jobs by hour."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Double, Identity, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.db.base import Base


class Alert(Base):
    """A condition that an administrator should know of, from its beginning to its end."""

    __tablename__ = "alerts"
    __table_args__ = (
        # enforces at most one active alert per condition, whichever process finds it
        Index(
            "uq_alerts_active",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        # AlertRepository.page; retention
        Index("ix_alerts_began", "began_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(100))
    """What is affected, such as the name of a backend; empty: the installation."""
    title: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """When a check last found the condition."""
    ended_at: Mapped[datetime | None]


class JobStatistics(Base):
    """The ended jobs of one hour (UTC) with the same outcome, backend and model."""

    __tablename__ = "job_statistics_hourly"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(String(16), primary_key=True)
    error_code: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Empty unless the jobs failed."""
    backend: Mapped[str] = mapped_column(String(63), primary_key=True)
    """Empty for jobs that were never claimed."""
    model: Mapped[str] = mapped_column(String(512), primary_key=True)
    architecture: Mapped[str] = mapped_column(String(32), primary_key=True)
    operation: Mapped[str] = mapped_column(String(32), primary_key=True)
    job_count: Mapped[int]
    wait_count: Mapped[int]
    """Jobs that were claimed; the waiting times are of these."""
    wait_seconds: Mapped[float] = mapped_column(Double)
    wait_seconds_max: Mapped[float] = mapped_column(Double)
    render_count: Mapped[int]
    """Jobs whose last attempt was executed."""
    render_seconds: Mapped[float] = mapped_column(Double)
    render_seconds_max: Mapped[float] = mapped_column(Double)
