"""Webhooks, their deliveries and the tries of these."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.db.base import Base, text_enum
from genonaut.notifications.webhooks.destinations import MAX_URL_LENGTH


class DeliveryStatus(StrEnum):
    """The status of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Webhook(Base):
    """A URL of a user and the events that are sent to it."""

    __tablename__ = "webhooks"
    __table_args__ = (
        # of_user; the outbox
        Index("ix_webhooks_user", "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    url: Mapped[str] = mapped_column(String(MAX_URL_LENGTH))
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))
    description: Mapped[str] = mapped_column(String(200))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """In plain text: a hash cannot create a symmetric signature."""
    previous_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_secret_until: Mapped[datetime | None]
    """Until then both secrets sign, so that the receiver can switch."""
    is_enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    disabled_reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WebhookDelivery(Base):
    """One event for one webhook; pending rows are the outbox."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "dedupe_key"),
        # page of one webhook, newest first
        Index("ix_webhook_deliveries_webhook", "webhook_id", "id"),
        # sweep
        Index(
            "ix_webhook_deliveries_due",
            "resend_at",
            postgresql_where=text("status = 'pending'"),
        ),
        # prune
        Index(
            "ix_webhook_deliveries_ended",
            "ended_at",
            postgresql_where=text("ended_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    message_id: Mapped[str] = mapped_column(String(64), unique=True)
    """The webhook-id: the same for every try; a receiver detects repetitions with it."""
    dedupe_key: Mapped[str] = mapped_column(String(100))
    """Identifies the cause, so that repetitions create no second row."""
    event: Mapped[str] = mapped_column(String(64))
    payload: Mapped[str] = mapped_column(Text)
    """The body exactly as it is signed."""
    status: Mapped[DeliveryStatus] = mapped_column(
        text_enum(DeliveryStatus, name="status"), server_default="pending"
    )
    tries: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    """Incremented when a try starts, so that a try that kills its worker counts."""
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    resend_at: Mapped[datetime]
    """When the sweep sends another task, unless the delivery changes before."""
    claimed_until: Mapped[datetime | None]
    """A process has claimed the delivery until then."""
    status_code: Mapped[int | None] = mapped_column(SmallInteger)
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]


class WebhookTry(Base):
    """One call and its result."""

    __tablename__ = "webhook_tries"
    __table_args__ = (
        # of_delivery
        Index("ix_webhook_tries_delivery", "delivery_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("webhook_deliveries.id", ondelete="CASCADE")
    )
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    duration_ms: Mapped[int]
    status_code: Mapped[int | None] = mapped_column(SmallInteger)
    error: Mapped[str | None] = mapped_column(String(300))
    excerpt: Mapped[str | None] = mapped_column(String(1024))
    """The beginning of the response body, at most 1 KB."""
