"""The error code of jobs whose input files cannot be used."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_input_errors"
down_revision: str | None = "20261130_traceparent"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NAME = "ck_generation_jobs_error_code"
_CODES = (
    "workflow_rejected",
    "execution_failed",
    "out_of_memory",
    "interrupted",
    "no_output",
    "bad_image",
    "timeout",
    "storage_failed",
    "model_unavailable",
    "backend_failed",
    "internal_error",
)


def upgrade() -> None:
    _allow((*_CODES, "input_unusable"))


def downgrade() -> None:
    op.execute(
        sa.text(
            "UPDATE generation_jobs SET error_code = 'bad_image' WHERE error_code = 'input_unusable'"
        )
    )
    _allow(_CODES)


def _allow(codes: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{code}'" for code in codes)
    op.drop_constraint(op.f(_NAME), "generation_jobs")
    # Validated at once: a constraint that is not valid would differ from that of the tables.
    op.create_check_constraint(op.f(_NAME), "generation_jobs", f"error_code IN ({listed})")
