"""How much each user stores, and how much and how long each user may."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Double, ForeignKey, func, text
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.db.base import Base


class StorageUsage(Base):
    """What one user stored when it was last measured; measured every few minutes."""

    __tablename__ = "storage_usage"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    image_count: Mapped[int]
    """Items outside the trash."""
    image_bytes: Mapped[int]
    trash_count: Mapped[int]
    trash_bytes: Mapped[int]
    thumbnail_bytes: Mapped[int]
    """Thumbnails of all items; they do not count towards the quota."""
    upload_count: Mapped[int] = mapped_column(server_default=text("0"))
    upload_bytes: Mapped[int] = mapped_column(server_default=text("0"))
    """Uploaded files; they have a quota of their own."""
    measured_at: Mapped[datetime] = mapped_column(server_default=func.now())
    warned_at: Mapped[datetime | None]
    """When the user was warned of the quota; null again once the usage is below the limit of it."""


class StoragePolicy(Base):
    """The quota and the retention of one user; null: the setting of the installation."""

    __tablename__ = "storage_policies"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    quota_bytes: Mapped[int | None]
    """0: no limit."""
    image_days: Mapped[float | None] = mapped_column(Double)
    image_bytes: Mapped[int | None]
    keep_rated: Mapped[bool | None]
    keep_tagged: Mapped[bool | None]
    keep_public: Mapped[bool | None]
    keep_collected: Mapped[bool | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"), onupdate=func.now())
