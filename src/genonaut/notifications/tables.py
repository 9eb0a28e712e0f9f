"""Notifications of users."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.db.base import Base, text_enum

TITLE_LENGTH = 255


class NotificationType(StrEnum):
    """Types of notifications; each can be disabled in the preferences."""

    JOB_COMPLETED = "job_completed"
    JOB_FAILED = "job_failed"
    JOB_CANCELLED = "job_cancelled"
    SYSTEM = "system"
    RECOMMENDATION = "recommendation"
    SEARCH_ALERT = "search_alert"


class UserNotification(Base):
    """One notification of one user."""

    __tablename__ = "user_notifications"
    __table_args__ = (
        # NotificationRepository.page, newest
        Index("ix_user_notifications_newest", "user_id", "id"),
        # unread_count (index only), page of unread, mark_all_read
        Index(
            "ix_user_notifications_unread",
            "user_id",
            "id",
            postgresql_where=text("NOT read_status"),
        ),
        # prune
        Index("ix_user_notifications_read_at", "read_at", postgresql_where=text("read_status")),
        # deleting a job or purging an item sets these to null
        Index(
            "ix_user_notifications_job",
            "related_job_id",
            postgresql_where=text("related_job_id IS NOT NULL"),
        ),
        Index(
            "ix_user_notifications_content",
            "related_content_id",
            postgresql_where=text("related_content_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    message: Mapped[str] = mapped_column(Text)
    notification_type: Mapped[NotificationType] = mapped_column(
        text_enum(NotificationType, name="notification_type")
    )
    read_status: Mapped[bool] = mapped_column(server_default=text("false"))
    related_job_id: Mapped[int | None] = mapped_column(
        ForeignKey("generation_jobs.id", ondelete="SET NULL")
    )
    related_content_id: Mapped[int | None] = mapped_column(
        ForeignKey("content_items.id", ondelete="SET NULL")
    )
    dedupe_key: Mapped[str | None] = mapped_column(String(100), unique=True)
    """Identifies the cause, so that repetitions create no second row; null for messages."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    read_at: Mapped[datetime | None]
