"""How the cells of a grid get their seeds, which making a cell again without its job needs.

Of earlier grids it is found in their jobs: without a seed axis, only ``increment`` makes them differ.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_grid_seeds"
down_revision: str | None = "20261130_claim_indexes"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("grids", sa.Column("seeds", sa.String(16), nullable=False, server_default="same"))
    op.execute(
        """
UPDATE grids SET seeds = 'increment'
WHERE NOT axes @> '[{"parameter": "seed"}]' AND (
    SELECT count(DISTINCT job.params -> 'seed') > 1
    FROM grid_cells cell JOIN generation_jobs job ON job.id = cell.job_id
    WHERE cell.grid_id = grids.id
)
"""
    )


def downgrade() -> None:
    op.drop_column("grids", "seeds")
