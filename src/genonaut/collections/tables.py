"""Links to collections; the collections themselves are in `content.collection_tables`."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.db.base import Base


class CollectionLink(Base):
    """The link under which visitors without an account see a collection; one per collection."""

    __tablename__ = "collection_links"

    collection_id: Mapped[int] = mapped_column(
        ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True
    )
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """SHA-256 of the token, which is not stored."""
    password_hash: Mapped[str | None] = mapped_column(String(256))
    """Argon2id; null: no password."""
    shows_prompts: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether titles, prompts and the metadata in the files are shown."""
    is_enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
