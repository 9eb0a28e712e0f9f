"""Store the search text of items in lower case, so that a search need not convert each row."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_search_lowercase"
down_revision: str | None = "20261130_workflow_jobs"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TEXT = "title::text || chr(10) || prompt || chr(10) || tag_text"


def upgrade() -> None:
    _replace(f"lower({_TEXT})")
    # The estimate decides between the index of words and the order of the list: with 100 values of the
    # column, PostgreSQL cannot tell a word of 1 % of the items from one of 0.1 %.
    op.execute("ALTER TABLE content_items ALTER COLUMN search_text SET STATISTICS 500")
    op.execute("ANALYZE content_items (search_text)")


def downgrade() -> None:
    _replace(_TEXT)
    op.execute("ANALYZE content_items (search_text)")


def _replace(expression: str) -> None:
    """Rewrite the table with another expression; versions up to 16 cannot change it in place."""
    op.drop_column("content_items", "search_text")
    op.add_column(
        "content_items",
        sa.Column(
            "search_text", sa.Text(), sa.Computed(expression, persisted=True), nullable=False
        ),
    )
    # Building a large index in memory takes a fraction of the time. Only for this transaction.
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
    op.create_index(
        "ix_content_items_search_trgm",
        "content_items",
        ["search_text"],
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
