"""Lists of wildcards."""

from datetime import datetime

from sqlalchemy import ARRAY, Index, String, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.accounts.owned_rows import OwnedRow

NAME_LENGTH = 80
"""Most characters of the name of a wildcard."""


class Wildcard(OwnedRow):
    """A named list of texts from which dynamic prompts draw."""

    __tablename__ = "wildcards"
    __table_args__ = (
        # one of a name per user; the list of one user by name
        Index("uq_wildcards_owner_name", "user_id", "name", unique=True),
        # shared ones by name
        Index("ix_wildcards_shared", "name", "id", postgresql_where=text("is_shared")),
    )

    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    description: Mapped[str] = mapped_column(Text, server_default="")
    entries: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
