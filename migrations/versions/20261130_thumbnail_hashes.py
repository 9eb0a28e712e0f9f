"""The hash of each thumbnail, and from when on missing thumbnails are made again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_thumbnail_hashes"
down_revision: str | None = "20261129_queue_positions"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Nullable columns without a default: changes of the catalog alone. The verification adds the
    # hashes of thumbnails that exist.
    op.add_column("content_thumbnails", sa.Column("sha256", sa.String(64)))
    op.add_column("content_items", sa.Column("thumbnails_due_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_content_items_thumbnails_due",
        "content_items",
        ["thumbnails_due_at"],
        postgresql_where=sa.text("thumbnails_due_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_column("content_items", "thumbnails_due_at")
    op.drop_column("content_thumbnails", "sha256")
