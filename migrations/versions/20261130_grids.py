"""Grids: submissions whose jobs differ in the values of up to three parameters."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261130_grids"
down_revision: str | None = "20261130_upload_verification"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "grids",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("request", postgresql.JSONB(), nullable=False),
        sa.Column("axes", postgresql.JSONB(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_grids_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_grids"),
        sa.UniqueConstraint("batch_id", name="uq_grids_batch_id"),
    )
    op.create_index("ix_grids_owner_newest", "grids", ["user_id", "id"])
    op.create_table(
        "grid_cells",
        sa.Column("grid_id", sa.BigInteger(), nullable=False),
        sa.Column("z", sa.SmallInteger(), nullable=False),
        sa.Column("y", sa.SmallInteger(), nullable=False),
        sa.Column("x", sa.SmallInteger(), nullable=False),
        sa.Column("job_id", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["grid_id"], ["grids.id"], name="fk_grid_cells_grid_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["generation_jobs.id"],
            name="fk_grid_cells_job_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("grid_id", "z", "y", "x", name="pk_grid_cells"),
    )
    op.create_index("ix_grid_cells_job", "grid_cells", ["job_id"])


def downgrade() -> None:
    op.drop_table("grid_cells")
    op.drop_table("grids")
