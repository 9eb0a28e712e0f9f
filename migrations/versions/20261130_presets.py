"""Presets, styles and favourite prompts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261130_presets"
down_revision: str | None = "20261130_wildcards"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "presets",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False, server_default=""),
        sa.Column("prompt", sa.Text(), nullable=False, server_default=""),
        sa.Column("negative_prompt", sa.Text(), nullable=False, server_default=""),
        sa.Column("settings", postgresql.JSONB(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("cover_content_id", sa.BigInteger()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.CheckConstraint("kind IN ('preset', 'style')", name=op.f("ck_presets_kind")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_presets_user_id"),
        sa.ForeignKeyConstraint(
            ["cover_content_id"],
            ["content_items.id"],
            name="fk_presets_cover_content_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_presets"),
    )
    op.create_index("uq_presets_owner_name", "presets", ["user_id", "kind", "name"], unique=True)
    op.create_index(
        "ix_presets_shared", "presets", ["name", "id"], postgresql_where=sa.text("is_shared")
    )
    op.create_index(
        "ix_presets_cover",
        "presets",
        ["cover_content_id"],
        postgresql_where=sa.text("cover_content_id IS NOT NULL"),
    )
    op.create_table(
        "favourite_prompts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("negative_prompt", sa.Text(), nullable=False, server_default=""),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_favourite_prompts_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_favourite_prompts"),
    )
    op.create_index("ix_favourite_prompts_owner", "favourite_prompts", ["user_id", "id"])


def downgrade() -> None:
    op.drop_table("favourite_prompts")
    op.drop_table("presets")
