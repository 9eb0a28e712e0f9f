"""Saved searches."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.db.base import Base

NAME_LENGTH = 120
"""Most characters of the name of a saved search."""


class SavedSearch(Base):
    """A filter of the gallery with a name; with an alert, its owner is notified of new items."""

    __tablename__ = "saved_searches"
    __table_args__ = (
        # saved searches of one user by name
        Index("ix_saved_searches_user_name", "user_id", text("lower(name)"), "id"),
        # the alerts
        Index("ix_saved_searches_alerts", "id", postgresql_where=text("has_alert")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    saved_filter: Mapped[dict[str, Any]] = mapped_column("filter")
    """As a ``SavedFilter``."""
    sort: Mapped[str] = mapped_column(String(16), server_default="newest")
    has_alert: Mapped[bool] = mapped_column(server_default=text("false"))
    alerted_at: Mapped[datetime | None]
    """When its owner was last notified."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
