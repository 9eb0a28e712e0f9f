"""Which row of an older installation became which row here."""

from datetime import datetime

from sqlalchemy import String, func
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.db.base import Base


class LegacyId(Base):
    """One imported row; written in the transaction that imports it."""

    __tablename__ = "legacy_ids"

    source: Mapped[str] = mapped_column(String(63), primary_key=True)
    """Name of the older installation."""
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    legacy_id: Mapped[str] = mapped_column(String(600), primary_key=True)
    new_id: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime] = mapped_column(server_default=func.now())
