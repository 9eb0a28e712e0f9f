"""Jobs of workflows, and results of several types."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_workflow_jobs"
down_revision: str | None = "20261130_input_errors"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_CHECKS = {
    "generation_jobs": ("ck_generation_jobs_job_type", "job_type"),
    "content_items": ("ck_content_items_content_type", "content_type"),
}


def upgrade() -> None:
    for table, (name, column) in _CHECKS.items():
        op.drop_constraint(op.f(name), table, type_="check")
        types = "'image', 'video', 'audio', 'text', 'model3d', 'file'"
        op.create_check_constraint(op.f(name), table, f"{column} IN ({types})")
    op.add_column("generation_jobs", sa.Column("workflow_version_id", sa.BigInteger()))
    op.create_foreign_key(
        "fk_generation_jobs_workflow_version_id",
        "generation_jobs",
        "workflow_versions",
        ["workflow_version_id"],
        ["id"],
    )
    op.create_index(
        "ix_generation_jobs_workflow",
        "generation_jobs",
        ["workflow_version_id", "id"],
        postgresql_where=sa.text("workflow_version_id IS NOT NULL"),
    )
    _add_to_items()


def _add_to_items() -> None:
    op.add_column(
        "content_items",
        sa.Column("output_index", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
    )
    for name, kind in (
        ("duration_seconds", sa.Double()),
        ("frame_rate", sa.Double()),
        ("text", sa.Text()),
        ("workflow_id", sa.BigInteger()),
    ):
        op.add_column("content_items", sa.Column(name, kind))
    op.create_foreign_key(
        "fk_content_items_workflow_id", "content_items", "workflows", ["workflow_id"], ["id"]
    )
    op.drop_constraint("uq_content_items_job_id", "content_items", type_="unique")
    op.create_unique_constraint(
        "uq_content_items_job_id_output_index", "content_items", ["job_id", "output_index"]
    )
    op.create_index(
        "ix_content_items_text_trgm",
        "content_items",
        ["text"],
        postgresql_using="gin",
        postgresql_ops={"text": "gin_trgm_ops"},
        postgresql_where=sa.text("text IS NOT NULL"),
    )
    op.create_index(
        "ix_content_items_workflow",
        "content_items",
        ["workflow_id", "created_at", "id"],
        postgresql_where=sa.text("workflow_id IS NOT NULL"),
    )


def downgrade() -> None:
    # What the older version cannot show: further results, and all that are no images.
    op.execute("UPDATE content_items SET job_id = NULL WHERE output_index > 0")
    op.execute("UPDATE content_items SET content_type = 'image' WHERE content_type <> 'image'")
    op.execute("UPDATE generation_jobs SET job_type = 'image' WHERE job_type <> 'image'")
    op.drop_index("ix_content_items_workflow", "content_items")
    op.drop_index("ix_content_items_text_trgm", "content_items")
    op.drop_constraint("uq_content_items_job_id_output_index", "content_items", type_="unique")
    op.create_unique_constraint("uq_content_items_job_id", "content_items", ["job_id"])
    op.drop_constraint("fk_content_items_workflow_id", "content_items", type_="foreignkey")
    for name in ("workflow_id", "text", "frame_rate", "duration_seconds", "output_index"):
        op.drop_column("content_items", name)
    op.drop_index("ix_generation_jobs_workflow", "generation_jobs")
    op.drop_constraint(
        "fk_generation_jobs_workflow_version_id", "generation_jobs", type_="foreignkey"
    )
    op.drop_column("generation_jobs", "workflow_version_id")
    for table, (name, column) in _CHECKS.items():
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, f"{column} IN ('image')")
