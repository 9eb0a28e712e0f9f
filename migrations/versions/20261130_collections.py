"""Collections with members, items and links; favourites; retention of collected images."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261130_collections"
down_revision: str | None = "20261130_search_lowercase"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NOW = sa.text("now()")


def upgrade() -> None:
    _create_collections()
    _create_members()
    _create_items()
    _create_links()
    op.add_column("storage_policies", sa.Column("keep_collected", sa.Boolean()))


def _create_collections() -> None:
    op.create_table(
        "collections",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.BigInteger()),
        sa.Column("path", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False, server_default=""),
        sa.Column("filter", postgresql.JSONB()),
        sa.Column("cover_content_id", sa.BigInteger()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_collections_owner_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["collections.id"], name="fk_collections_parent_id"),
        sa.ForeignKeyConstraint(
            ["cover_content_id"],
            ["content_items.id"],
            name="fk_collections_cover_content_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_collections"),
    )
    op.create_index("ix_collections_parent_id", "collections", ["parent_id"])
    op.create_index(
        "ix_collections_owner_name", "collections", ["owner_id", sa.text("lower(name)"), "id"]
    )
    op.create_index("ix_collections_path", "collections", ["path"], postgresql_using="gin")
    op.create_index(
        "ix_collections_cover",
        "collections",
        ["cover_content_id"],
        postgresql_where=sa.text("cover_content_id IS NOT NULL"),
    )


def _create_members() -> None:
    op.create_table(
        "collection_members",
        sa.Column("collection_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.CheckConstraint("role IN ('viewer', 'editor')", name=op.f("ck_collection_members_role")),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name="fk_collection_members_collection_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_collection_members_user_id"),
        sa.PrimaryKeyConstraint("collection_id", "user_id", name="pk_collection_members"),
    )
    op.create_index("ix_collection_members_user_id", "collection_members", ["user_id"])


def _create_items() -> None:
    op.create_table(
        "collection_items",
        sa.Column("collection_id", sa.BigInteger(), nullable=False),
        sa.Column("content_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Double(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name="fk_collection_items_collection_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["content_id"],
            ["content_items.id"],
            name="fk_collection_items_content_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name="fk_collection_items_added_by"),
        sa.PrimaryKeyConstraint("collection_id", "content_id", name="pk_collection_items"),
    )
    op.create_index(
        "ix_collection_items_order", "collection_items", ["collection_id", "position", "content_id"]
    )
    op.create_index(
        "ix_collection_items_content",
        "collection_items",
        ["content_id"],
        postgresql_include=["added_by"],
    )
    op.create_table(
        "content_favourites",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("content_id", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_content_favourites_user_id"),
        sa.ForeignKeyConstraint(
            ["content_id"],
            ["content_items.id"],
            name="fk_content_favourites_content_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "content_id", name="pk_content_favourites"),
    )
    op.create_index("ix_content_favourites_content_id", "content_favourites", ["content_id"])


def _create_links() -> None:
    op.create_table(
        "collection_links",
        sa.Column("collection_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("password_hash", sa.String(256)),
        sa.Column("shows_prompts", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("is_enabled", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name="fk_collection_links_collection_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("collection_id", name="pk_collection_links"),
        sa.UniqueConstraint("token_hash", name="uq_collection_links_token_hash"),
    )


def downgrade() -> None:
    op.drop_column("storage_policies", "keep_collected")
    op.drop_table("collection_links")
    op.drop_table("content_favourites")
    op.drop_table("collection_items")
    op.drop_table("collection_members")
    op.drop_table("collections")
