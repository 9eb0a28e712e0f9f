"""Subscriptions of browsers, and the key that signs requests to their push services."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    LargeBinary,
    SmallInteger,
    String,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.db.base import Base
from genonaut.notifications.webhooks.destinations import MAX_URL_LENGTH


class PushKey(Base):
    """The key pair that identifies this installation to push services (VAPID); one row."""

    __tablename__ = "push_keys"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, server_default=text("1"))
    private_key: Mapped[bytes] = mapped_column(LargeBinary)
    """PKCS #8, PEM. In plain text: it has to sign."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PushSubscription(Base):
    """A browser in which a user asked for notifications."""

    __tablename__ = "push_subscriptions"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    # subscriptions of one user
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    endpoint: Mapped[str] = mapped_column(String(MAX_URL_LENGTH), unique=True)
    """URL of the push service."""
    browser_key: Mapped[bytes] = mapped_column(LargeBinary)
    """P-256 point of the browser, uncompressed, 65 bytes (``p256dh``)."""
    auth_secret: Mapped[bytes] = mapped_column(LargeBinary)
    """16 bytes (``auth``)."""
    origin: Mapped[str] = mapped_column(String(300))
    """Address of the web app in that browser: contact of the requests."""
    user_agent: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]
    """When a push service last accepted a message."""
