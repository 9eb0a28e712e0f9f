"""The backends of each worker; which backends have a preview image of a model."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261121_servers_of_workers"
down_revision: str | None = "20261121_unavailable_since"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "workers",
        sa.Column("backends", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
    )
    op.add_column(
        "model_backends",
        sa.Column("has_picture", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column("model_backends", sa.Column("picture_asked_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("model_backends", "picture_asked_at")
    op.drop_column("model_backends", "has_picture")
    op.drop_column("workers", "backends")
