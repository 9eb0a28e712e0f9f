"""Pauses of the queue and of backends; the slots of a worker."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261121_queue_pauses"
down_revision: str | None = "20261121_servers_of_workers"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "queue_pauses",
        sa.Column("backend", sa.String(length=63), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column(
            "paused_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("paused_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["paused_by"], ["users.id"], name=op.f("fk_queue_pauses_paused_by")
        ),
        sa.PrimaryKeyConstraint("backend", name=op.f("pk_queue_pauses")),
    )
    op.add_column(
        "workers",
        sa.Column("slots", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("workers", "slots")
    op.drop_table("queue_pauses")
