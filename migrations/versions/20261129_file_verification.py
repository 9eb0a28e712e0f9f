"""When the file of an item was last compared with its hash, and since when it is damaged."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261129_file_verification"
down_revision: str | None = "20261129_storage_error"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Items that exist are verified first; the default makes this a change of the catalog alone.
    op.add_column(
        "content_items",
        sa.Column(
            "verified_at", sa.DateTime(timezone=True), server_default="epoch", nullable=False
        ),
    )
    op.alter_column("content_items", "verified_at", server_default=sa.text("now()"))
    op.add_column("content_items", sa.Column("damaged_at", sa.DateTime(timezone=True)))
    op.create_index("ix_content_items_verified", "content_items", ["verified_at"])
    op.create_index(
        "ix_content_items_damaged",
        "content_items",
        ["verified_at"],
        postgresql_where=sa.text("damaged_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_column("content_items", "damaged_at")
    op.drop_column("content_items", "verified_at")
