"""Indexes of the ids that jobs have in ARQ and in ComfyUI."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_job_lookups"
down_revision: str | None = "20261130_external_logins"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INDEXES = {
    "ix_generation_jobs_arq_job": "arq_job_id",
    "ix_generation_jobs_prompt": "comfyui_prompt_id",
}


def upgrade() -> None:
    for name, column in _INDEXES.items():
        op.create_index(
            name,
            "generation_jobs",
            [column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, "generation_jobs")
