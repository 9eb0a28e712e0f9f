"""Images as inputs of jobs, and the items that an item was made from."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261130_job_inputs"
down_revision: str | None = "20261130_job_lookups"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # A nullable column and one with a constant default: changes of the catalog alone.
    op.add_column("generation_jobs", sa.Column("inputs", postgresql.JSONB(), nullable=True))
    op.add_column(
        "content_items",
        sa.Column(
            "source_content_ids",
            sa.ARRAY(sa.BigInteger()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )
    op.create_index(
        "ix_content_items_sources",
        "content_items",
        ["source_content_ids"],
        postgresql_using="gin",
        postgresql_where=sa.text("source_content_ids <> '{}'"),
    )


def downgrade() -> None:
    op.drop_column("content_items", "source_content_ids")
    op.drop_column("generation_jobs", "inputs")
