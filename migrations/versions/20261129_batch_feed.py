"""When batches ended, and the order in which they are listed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261129_batch_feed"
down_revision: str | None = "20261129_file_verification"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("generation_batches", sa.Column("ended_at", sa.DateTime(timezone=True)))
    op.execute(
        """
        UPDATE generation_batches b
        SET ended_at = COALESCE(
            (SELECT max(j.completed_at) FROM generation_jobs j WHERE j.batch_id = b.id),
            b.created_at)
        WHERE b.open_count = 0
        """
    )
    op.create_index(
        "ix_generation_batches_feed",
        "generation_batches",
        ["user_id", "ended_at", "created_at", "id"],
    )


def downgrade() -> None:
    op.drop_index("ix_generation_batches_feed", table_name="generation_batches")
    op.drop_column("generation_batches", "ended_at")
