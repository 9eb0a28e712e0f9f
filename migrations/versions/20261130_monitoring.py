"""Alerts, hourly statistics of jobs, storage usage, storage policies."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "20261130_monitoring"
down_revision: str | None = "20261130_thumbnail_hashes"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_alerts()
    _create_statistics()
    _create_storage()
    op.add_column("comfyui_backends", sa.Column("down_since", _TIME))
    op.create_index(
        "ix_generation_jobs_ended",
        "generation_jobs",
        ["completed_at"],
        postgresql_where=sa.text("completed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_generation_job_events_at", "generation_job_events", ["at"], postgresql_using="brin"
    )
    op.create_index(
        "ix_generation_attempts_claimed",
        "generation_attempts",
        ["claimed_at"],
        postgresql_using="brin",
    )


def downgrade() -> None:
    op.drop_index("ix_generation_attempts_claimed", table_name="generation_attempts")
    op.drop_index("ix_generation_job_events_at", table_name="generation_job_events")
    op.drop_index("ix_generation_jobs_ended", table_name="generation_jobs")
    op.drop_column("comfyui_backends", "down_since")
    for table in ("storage_policies", "storage_usage", "job_statistics_hourly", "alerts"):
        op.drop_table(table)


def _create_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("details", JSONB(), nullable=False),
        sa.Column("began_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_index(
        "uq_alerts_active",
        "alerts",
        ["kind", "subject"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_alerts_began", "alerts", ["began_at", "id"])


def _create_statistics() -> None:
    keys = {"outcome": 16, "error_code": 32, "backend": 63, "model": 512}
    keys |= {"architecture": 32, "operation": 32}
    measures = ("wait_seconds", "wait_seconds_max", "render_seconds", "render_seconds_max")
    op.create_table(
        "job_statistics_hourly",
        sa.Column("hour", _TIME, nullable=False),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in keys.items()),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("job_count", "wait_count", "render_count")
        ),
        *(sa.Column(name, sa.Double(), nullable=False) for name in measures),
        sa.PrimaryKeyConstraint("hour", *keys, name="pk_job_statistics_hourly"),
    )


def _create_storage() -> None:
    counts = ("image_count", "image_bytes", "trash_count", "trash_bytes", "thumbnail_bytes")
    op.create_table(
        "storage_usage",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in counts),
        sa.Column("measured_at", _TIME, server_default=sa.text("now()"), nullable=False),
        sa.Column("warned_at", _TIME),
        sa.PrimaryKeyConstraint("user_id", name="pk_storage_usage"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_storage_usage_user_id"),
    )
    op.create_table(
        "storage_policies",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("quota_bytes", sa.BigInteger()),
        sa.Column("image_days", sa.Double()),
        sa.Column("image_bytes", sa.BigInteger()),
        *(sa.Column(f"keep_{what}", sa.Boolean()) for what in ("rated", "tagged", "public")),
        sa.Column("updated_at", _TIME, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_storage_policies"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_storage_policies_user_id"),
    )
