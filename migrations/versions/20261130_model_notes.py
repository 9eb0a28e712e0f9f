"""The notes of users on models."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_model_notes"
down_revision: str | None = "20261130_web_push"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "model_notes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_model_notes_user_id"),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["available_models.id"],
            name="fk_model_notes_model_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "model_id", name="pk_model_notes"),
    )
    op.create_index("ix_model_notes_model", "model_notes", ["model_id"])


def downgrade() -> None:
    op.drop_table("model_notes")
