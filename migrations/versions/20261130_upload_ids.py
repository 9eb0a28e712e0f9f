"""Find the jobs that name an upload, and record when a submission named it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_upload_ids"
down_revision: str | None = "20261130_workflows"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("uploads", sa.Column("named_at", sa.DateTime(timezone=True)))
    # No job has inputs yet, so this reads the table once and writes nothing.
    op.create_index(
        "ix_generation_jobs_upload_ids",
        "generation_jobs",
        [sa.text("jsonb_path_query_array(inputs, '$.**.upload_id')")],
        postgresql_using="gin",
        postgresql_where=sa.text("inputs IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_generation_jobs_upload_ids", "generation_jobs")
    op.drop_column("uploads", "named_at")
