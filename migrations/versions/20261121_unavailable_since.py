"""Time since which no enabled backend offers what a waiting job needs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261121_unavailable_since"
down_revision: str | None = "20261121_catalog"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("generation_jobs", sa.Column("unavailable_since", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("generation_jobs", "unavailable_since")
