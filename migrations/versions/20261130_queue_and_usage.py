"""Render times of jobs, priorities of batches, and indexes for the lists of administrators."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_queue_and_usage"
down_revision: str | None = "20261130_monitoring"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_RENDER_SECONDS = """
UPDATE generation_jobs j SET render_seconds = rendered.seconds
FROM (
    SELECT job_id, sum(extract(epoch FROM ended_at - executing_at)) AS seconds
    FROM generation_attempts
    WHERE executing_at IS NOT NULL AND ended_at IS NOT NULL
      AND verdict NOT IN ('handed_back', 'orphaned')
    GROUP BY job_id
) AS rendered
WHERE j.id = rendered.job_id
"""


def upgrade() -> None:
    op.add_column(
        "generation_jobs",
        sa.Column("render_seconds", sa.Double(), server_default=sa.text("0"), nullable=False),
    )
    op.execute(_RENDER_SECONDS)
    op.add_column(
        "generation_batches",
        sa.Column("priority", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.create_index(
        "ix_generation_batches_newest", "generation_batches", ["ended_at", "created_at", "id"]
    )
    op.create_index(
        "ix_generation_batches_queue",
        "generation_batches",
        [sa.text("priority DESC"), "created_at", "id"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_generation_jobs_usage",
        "generation_jobs",
        ["user_id"],
        postgresql_include=["status", "render_seconds", "created_at"],
    )
    op.create_index(
        "ix_content_items_usage",
        "content_items",
        ["user_id"],
        postgresql_include=["size_bytes"],
    )


def downgrade() -> None:
    op.drop_index("ix_content_items_usage", table_name="content_items")
    op.drop_index("ix_generation_jobs_usage", table_name="generation_jobs")
    op.drop_index("ix_generation_batches_queue", table_name="generation_batches")
    op.drop_index("ix_generation_batches_newest", table_name="generation_batches")
    op.drop_column("generation_batches", "priority")
    op.drop_column("generation_jobs", "render_seconds")
