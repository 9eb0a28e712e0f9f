"""Why a worker cannot write the storage."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261129_storage_error"
down_revision: str | None = "20261121_spelling"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("workers", sa.Column("storage_error", sa.Text()))


def downgrade() -> None:
    op.drop_column("workers", "storage_error")
