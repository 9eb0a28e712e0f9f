"""The users of one installation."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.db.base import Base, text_enum


class Role(StrEnum):
    """What a user may do."""

    USER = "user"
    ADMIN = "admin"


class User(Base):
    """A person, or the local user of a single-user installation."""

    __tablename__ = "users"
    __table_args__ = (
        # by_username: names are unique whatever their case
        Index("uq_users_username_lower", func.lower(text("username")), unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(63))
    role: Mapped[Role] = mapped_column(text_enum(Role, name="role"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    preferences: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
