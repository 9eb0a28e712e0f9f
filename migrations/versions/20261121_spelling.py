"""The name of a model on a backend, if it differs from ours."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261121_spelling"
down_revision: str | None = "20261121_queue_pauses"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("model_backends", sa.Column("spelling", sa.Text()))


def downgrade() -> None:
    op.drop_column("model_backends", "spelling")
