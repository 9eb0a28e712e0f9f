"""The gallery: tags, ratings, search in title and tags, indexes for sorting and filtering."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261121_gallery"
down_revision: str | None = "20261121_accounts"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KEPT = sa.text("deleted_at IS NULL")
_TRASHED = sa.text("deleted_at IS NOT NULL")
_PUBLIC = sa.text("deleted_at IS NULL AND visibility = 'public'")


def upgrade() -> None:
    _create_tables()
    op.add_column(
        "content_items",
        sa.Column("rating_sum", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column(
        "content_items",
        sa.Column("rating_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column(
        "content_items",
        sa.Column(
            "rating_average",
            sa.Double(),
            sa.Computed(
                "CASE WHEN rating_count > 0 THEN rating_sum::double precision / rating_count"
                " ELSE 0 END",
                persisted=True,
            ),
            nullable=False,
        ),
    )
    op.add_column(
        "content_items", sa.Column("tag_text", sa.Text(), server_default="", nullable=False)
    )
    op.add_column(
        "content_items",
        sa.Column(
            "search_text",
            sa.Text(),
            sa.Computed("title::text || chr(10) || prompt || chr(10) || tag_text", persisted=True),
            nullable=False,
        ),
    )
    op.drop_index("ix_content_items_prompt_trgm", table_name="content_items")
    op.drop_index("ix_content_items_owner_newest", table_name="content_items")
    op.drop_index("ix_content_items_public_newest", table_name="content_items")
    _create_indexes()


def _create_tables() -> None:
    op.create_table(
        "content_tags",
        sa.Column("content_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_id"],
            ["content_items.id"],
            name=op.f("fk_content_tags_content_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("content_id", "tag", name=op.f("pk_content_tags")),
    )
    op.create_index("ix_content_tags_tag", "content_tags", ["tag", "content_id"])
    op.create_table(
        "tag_usage",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.String(length=50), nullable=False),
        sa.Column("private_count", sa.BigInteger(), nullable=False),
        sa.Column("public_count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tag_usage_user_id")),
        sa.PrimaryKeyConstraint("user_id", "tag", name=op.f("pk_tag_usage")),
    )
    op.create_index(
        "ix_tag_usage_public", "tag_usage", ["tag"], postgresql_where=sa.text("public_count > 0")
    )
    op.create_table(
        "content_ratings",
        sa.Column("content_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=False),
        sa.Column(
            "rated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_content_ratings_rating")),
        sa.ForeignKeyConstraint(
            ["content_id"],
            ["content_items.id"],
            name=op.f("fk_content_ratings_content_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_content_ratings_user_id")),
        sa.PrimaryKeyConstraint("content_id", "user_id", name=op.f("pk_content_ratings")),
    )


def _create_indexes() -> None:
    op.create_index(
        "ix_content_items_owner_newest",
        "content_items",
        ["user_id", "created_at", "id"],
        postgresql_where=_KEPT,
        postgresql_include=["size_bytes", "visibility"],
    )
    op.create_index(
        "ix_content_items_public_newest",
        "content_items",
        ["created_at", "id"],
        postgresql_where=_PUBLIC,
        postgresql_include=["user_id"],
    )
    op.create_index(
        "ix_content_items_owner_rated",
        "content_items",
        ["user_id", "rating_average", "rating_count", "id"],
        postgresql_where=_KEPT,
    )
    op.create_index(
        "ix_content_items_public_rated",
        "content_items",
        ["rating_average", "rating_count", "id"],
        postgresql_where=_PUBLIC,
        postgresql_include=["user_id"],
    )
    op.create_index(
        "ix_content_items_owner_checkpoint",
        "content_items",
        ["user_id", "checkpoint_model", "created_at", "id"],
        postgresql_where=_KEPT,
    )
    op.create_index(
        "ix_content_items_public_checkpoint",
        "content_items",
        ["checkpoint_model", "created_at", "id"],
        postgresql_where=_PUBLIC,
    )
    op.create_index(
        "ix_content_items_owner_trash",
        "content_items",
        ["user_id", "created_at", "id"],
        postgresql_where=_TRASHED,
        postgresql_include=["size_bytes"],
    )
    op.create_index(
        "ix_content_items_search_trgm",
        "content_items",
        ["search_text"],
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index(
        op.f("ix_content_thumbnails_storage_key"), "content_thumbnails", ["storage_key"]
    )
    op.create_index(
        "ix_generation_jobs_content",
        "generation_jobs",
        ["content_id"],
        postgresql_where=sa.text("content_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_generation_jobs_content", table_name="generation_jobs")
    op.drop_index(op.f("ix_content_thumbnails_storage_key"), table_name="content_thumbnails")
    for name in (
        "search_trgm",
        "owner_trash",
        "public_checkpoint",
        "owner_checkpoint",
        "public_rated",
        "owner_rated",
        "public_newest",
        "owner_newest",
    ):
        op.drop_index(f"ix_content_items_{name}", table_name="content_items")
    for column in ("search_text", "tag_text", "rating_average", "rating_count", "rating_sum"):
        op.drop_column("content_items", column)
    op.create_index(
        "ix_content_items_owner_newest",
        "content_items",
        ["user_id", "id"],
        postgresql_where=_KEPT,
    )
    op.create_index(
        "ix_content_items_public_newest", "content_items", ["id"], postgresql_where=_PUBLIC
    )
    op.create_index(
        "ix_content_items_prompt_trgm",
        "content_items",
        ["prompt"],
        postgresql_using="gin",
        postgresql_ops={"prompt": "gin_trgm_ops"},
    )
    op.drop_table("content_ratings")
    op.drop_table("tag_usage")
    op.drop_table("content_tags")
