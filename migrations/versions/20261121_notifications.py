"""Notifications, and webhooks with their outbox and log."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261121_notifications"
down_revision: str | None = "20261121_gallery"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TYPES = ("job_completed", "job_failed", "job_cancelled", "system", "recommendation")


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _moment(name: str, *, default: str | None = None, nullable: bool = False) -> sa.Column[object]:
    server_default = None if default is None else sa.text(default)
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=server_default, nullable=nullable
    )


def upgrade() -> None:
    _create_notifications()
    _create_webhooks()
    _create_deliveries()
    _create_tries()


def _create_notifications() -> None:
    op.create_table(
        "user_notifications",
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column(
            "notification_type",
            sa.Enum(
                *_TYPES,
                name="notification_type",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("read_status", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("related_job_id", sa.BigInteger(), nullable=True),
        sa.Column("related_content_id", sa.BigInteger(), nullable=True),
        sa.Column("dedupe_key", sa.String(length=100), nullable=True),
        _moment("created_at", default="now()"),
        _moment("read_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["related_content_id"],
            ["content_items.id"],
            name=op.f("fk_user_notifications_related_content_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["related_job_id"],
            ["generation_jobs.id"],
            name=op.f("fk_user_notifications_related_job_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_notifications_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_notifications")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_user_notifications_dedupe_key")),
    )
    op.create_index("ix_user_notifications_newest", "user_notifications", ["user_id", "id"])
    for name, columns, condition in (
        ("unread", ["user_id", "id"], "NOT read_status"),
        ("read_at", ["read_at"], "read_status"),
        ("job", ["related_job_id"], "related_job_id IS NOT NULL"),
        ("content", ["related_content_id"], "related_content_id IS NOT NULL"),
    ):
        op.create_index(
            f"ix_user_notifications_{name}",
            "user_notifications",
            columns,
            postgresql_where=sa.text(condition),
        )


def _create_webhooks() -> None:
    op.create_table(
        "webhooks",
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("previous_secret", sa.LargeBinary(), nullable=True),
        _moment("previous_secret_until", nullable=True),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("disabled_reason", sa.String(length=200), nullable=True),
        _moment("created_at", default="now()"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_webhooks_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index("ix_webhooks_user", "webhooks", ["user_id", "id"])


def _create_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        _id(),
        sa.Column("webhook_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("dedupe_key", sa.String(length=100), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "delivered",
                "failed",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="pending",
            nullable=False,
        ),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        _moment("due_at", default="now()"),
        _moment("resend_at"),
        _moment("claimed_until", nullable=True),
        sa.Column("status_code", sa.SmallInteger(), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        _moment("created_at", default="now()"),
        _moment("ended_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhooks.id"],
            name=op.f("fk_webhook_deliveries_webhook_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint("message_id", name=op.f("uq_webhook_deliveries_message_id")),
        sa.UniqueConstraint(
            "webhook_id", "dedupe_key", name=op.f("uq_webhook_deliveries_webhook_id_dedupe_key")
        ),
    )
    op.create_index("ix_webhook_deliveries_webhook", "webhook_deliveries", ["webhook_id", "id"])
    op.create_index(
        "ix_webhook_deliveries_due",
        "webhook_deliveries",
        ["resend_at"],
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "ix_webhook_deliveries_ended",
        "webhook_deliveries",
        ["ended_at"],
        postgresql_where=sa.text("ended_at IS NOT NULL"),
    )


def _create_tries() -> None:
    op.create_table(
        "webhook_tries",
        _id(),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        _moment("at", default="clock_timestamp()"),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("status_code", sa.SmallInteger(), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.Column("excerpt", sa.String(length=1024), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["webhook_deliveries.id"],
            name=op.f("fk_webhook_tries_delivery_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_tries")),
    )
    op.create_index("ix_webhook_tries_delivery", "webhook_tries", ["delivery_id", "id"])


def downgrade() -> None:
    for table in ("webhook_tries", "webhook_deliveries", "webhooks", "user_notifications"):
        op.drop_table(table)
