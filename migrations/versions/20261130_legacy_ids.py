"""Which rows of an older installation were imported."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_legacy_ids"
down_revision: str | None = "20261130_queue_and_usage"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "legacy_ids",
        sa.Column("source", sa.String(length=63), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("legacy_id", sa.String(length=600), nullable=False),
        sa.Column("new_id", sa.String(length=64), nullable=False),
        sa.Column(
            "imported_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("source", "kind", "legacy_id", name=op.f("pk_legacy_ids")),
    )


def downgrade() -> None:
    op.drop_table("legacy_ids")
