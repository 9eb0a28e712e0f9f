"""Wildcards: lists of texts from which dynamic prompts draw."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261130_wildcards"
down_revision: str | None = "20261130_grids"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "wildcards",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False, server_default=""),
        sa.Column("entries", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_wildcards_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_wildcards"),
    )
    op.create_index("uq_wildcards_owner_name", "wildcards", ["user_id", "name"], unique=True)
    op.create_index(
        "ix_wildcards_shared",
        "wildcards",
        ["name", "id"],
        postgresql_where=sa.text("is_shared"),
    )


def downgrade() -> None:
    op.drop_table("wildcards")
