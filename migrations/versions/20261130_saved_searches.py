"""Saved searches with alerts, words of prompts for similar items, sizes of images."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261130_saved_searches"
down_revision: str | None = "20261130_presets"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NOW = sa.text("now()")
_KEPT = sa.text("deleted_at IS NULL")
_PUBLIC = sa.text("deleted_at IS NULL AND visibility = 'public'")
_PIXELS = sa.text("(width * height)")


def upgrade() -> None:
    _create_searches()
    op.create_table(
        "content_publications",
        sa.Column("content_id", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.Column("compared_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["content_id"],
            ["content_items.id"],
            name="fk_content_publications_content_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("content_id", name="pk_content_publications"),
    )
    op.create_index(
        "ix_content_publications_due",
        "content_publications",
        ["published_at", "content_id"],
        postgresql_where=sa.text("compared_at IS NULL"),
    )
    _index_items()


def _create_searches() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("filter", postgresql.JSONB(), nullable=False),
        sa.Column("sort", sa.String(16), nullable=False, server_default="newest"),
        sa.Column("has_alert", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("alerted_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_saved_searches_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_searches"),
    )
    op.create_index(
        "ix_saved_searches_user_name", "saved_searches", ["user_id", sa.text("lower(name)"), "id"]
    )
    op.create_index(
        "ix_saved_searches_alerts",
        "saved_searches",
        ["id"],
        postgresql_where=sa.text("has_alert"),
    )


def _index_items() -> None:
    # Building a large index in memory takes a fraction of the time. Only for this transaction.
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
    op.create_index(
        "ix_content_items_prompt_words",
        "content_items",
        [sa.text("to_tsvector('simple'::regconfig, \"left\"(prompt, 4000))")],
        postgresql_using="gin",
        postgresql_where=_KEPT,
    )
    op.create_index(
        "ix_content_items_owner_pixels",
        "content_items",
        ["user_id", _PIXELS],
        postgresql_where=_KEPT,
    )
    op.create_index(
        "ix_content_items_public_pixels", "content_items", [_PIXELS], postgresql_where=_PUBLIC
    )
    # Similar items are found by rare words; which are rare is known from the statistics.
    op.execute("ANALYZE content_items")


def downgrade() -> None:
    op.drop_index("ix_content_items_public_pixels", "content_items")
    op.drop_index("ix_content_items_owner_pixels", "content_items")
    op.drop_index("ix_content_items_prompt_words", "content_items")
    op.drop_table("content_publications")
    op.drop_table("saved_searches")
