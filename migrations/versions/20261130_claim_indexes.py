"""Indexes of the claim: running jobs, and jobs whose prompts may still be at a backend.

Without them a claim reads every waiting job twice, and every job of a user.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_claim_indexes"
down_revision: str | None = "20261130_search_index"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_generation_jobs_resumable",
        "generation_jobs",
        ["backend"],
        postgresql_where=sa.text("status IN ('pending', 'queued') AND resume_until IS NOT NULL"),
    )
    op.create_index(
        "ix_generation_jobs_running",
        "generation_jobs",
        ["user_id"],
        postgresql_where=sa.text("status = 'running'"),
    )


def downgrade() -> None:
    op.drop_index("ix_generation_jobs_running", "generation_jobs")
    op.drop_index("ix_generation_jobs_resumable", "generation_jobs")
