"""Index the short search texts of each owner, so that a search need not read the rows."""

from collections.abc import Sequence

from alembic import op

revision: str = "20261130_search_index"
down_revision: str | None = "20261130_prompt_words"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_IS_SHORT = "(text IS NULL AND octet_length(search_text) <= 500)"


def upgrade() -> None:
    # Building a large index in memory takes a fraction of the time. Only for this transaction.
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
    op.execute(
        "CREATE INDEX ix_content_items_owner_search ON content_items (user_id, created_at, id)"
        f" INCLUDE (search_text) WHERE deleted_at IS NULL AND {_IS_SHORT}"
    )
    op.execute(
        "CREATE INDEX ix_content_items_owner_long_search ON content_items (user_id, created_at, id)"
        f" WHERE deleted_at IS NULL AND NOT {_IS_SHORT}"
    )
    # Without it PostgreSQL expects that a third of the items are short.
    op.execute(
        "CREATE STATISTICS st_content_items_text_length ON (octet_length(search_text))"
        " FROM content_items"
    )
    op.execute("ANALYZE content_items (search_text)")
    # An index is read without the rows only where VACUUM has marked pages as visible. By default it
    # comes after a fifth of the table was inserted: the newest items, which are searched first.
    op.execute("ALTER TABLE content_items SET (autovacuum_vacuum_insert_scale_factor = 0.02)")


def downgrade() -> None:
    op.execute("ALTER TABLE content_items RESET (autovacuum_vacuum_insert_scale_factor)")
    op.execute("DROP STATISTICS st_content_items_text_length")
    op.drop_index("ix_content_items_owner_long_search", "content_items")
    op.drop_index("ix_content_items_owner_search", "content_items")
