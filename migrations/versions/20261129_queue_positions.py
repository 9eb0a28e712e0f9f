"""Drop the index of queue positions without turns of users."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261129_queue_positions"
down_revision: str | None = "20261129_failing_loops"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.drop_index("ix_generation_jobs_line", table_name="generation_jobs")


def downgrade() -> None:
    op.create_index(
        "ix_generation_jobs_line",
        "generation_jobs",
        [sa.text("priority DESC"), "id"],
        postgresql_where=sa.text("status IN ('pending', 'queued')"),
    )
