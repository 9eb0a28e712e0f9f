"""An index that finds the items of a user with the same bytes."""

from collections.abc import Sequence

from alembic import op

revision: str = "20261130_imports"
down_revision: str | None = "20261130_collections"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_content_items_owner_sha256", "content_items", ["user_id", "sha256"])


def downgrade() -> None:
    op.drop_index("ix_content_items_owner_sha256", table_name="content_items")
