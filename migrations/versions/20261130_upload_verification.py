"""When the file of each upload was last compared with its hash, and whether it is damaged."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_upload_verification"
down_revision: str | None = "20261130_imports"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Uploads that exist are verified first; the default makes this a change of the catalog alone.
    op.add_column(
        "uploads",
        sa.Column(
            "verified_at", sa.DateTime(timezone=True), server_default="epoch", nullable=False
        ),
    )
    op.alter_column("uploads", "verified_at", server_default=sa.text("now()"))
    op.add_column("uploads", sa.Column("damaged_at", sa.DateTime(timezone=True)))
    op.create_index("ix_uploads_verified", "uploads", ["verified_at"])
    op.create_index(
        "ix_uploads_damaged",
        "uploads",
        ["verified_at"],
        postgresql_where=sa.text("damaged_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_column("uploads", "damaged_at")
    op.drop_column("uploads", "verified_at")
