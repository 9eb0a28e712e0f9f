"""The span of a job's submission, which its attempts continue."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_traceparent"
down_revision: str | None = "20261130_upload_ids"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("generation_jobs", sa.Column("traceparent", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("generation_jobs", "traceparent")
