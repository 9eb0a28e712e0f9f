"""Favourite models of users, and presets that can be restored."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_library_marks"
down_revision: str | None = "20261130_search_alert_kind"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NOW = sa.text("now()")
_NAME = ["user_id", "kind", "name"]


def upgrade() -> None:
    op.create_table(
        "model_favourites",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_model_favourites_user_id"),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["available_models.id"],
            name="fk_model_favourites_model_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "model_id", name="pk_model_favourites"),
    )
    op.create_index("ix_model_favourites_model", "model_favourites", ["model_id"])
    op.add_column("presets", sa.Column("deleted_at", sa.DateTime(timezone=True)))
    op.drop_index("uq_presets_owner_name", "presets")
    op.create_index(
        "uq_presets_owner_name",
        "presets",
        _NAME,
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_presets_deleted",
        "presets",
        ["user_id", "deleted_at"],
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute("DELETE FROM presets WHERE deleted_at IS NOT NULL")
    op.drop_index("ix_presets_deleted", "presets")
    op.drop_index("uq_presets_owner_name", "presets")
    op.drop_column("presets", "deleted_at")
    op.create_index("uq_presets_owner_name", "presets", _NAME, unique=True)
    op.drop_table("model_favourites")
