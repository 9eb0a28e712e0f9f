"""Workflows, their versions, and the node classes of the ComfyUI servers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "20261130_workflows"
down_revision: str | None = "20261130_uploads"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_workflows()
    _create_versions()
    _create_object_infos()


def downgrade() -> None:
    for table in ("backend_object_infos", "object_infos", "workflow_versions", "workflows"):
        op.drop_table(table)


def _create_workflows() -> None:
    op.create_table(
        "workflows",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("visibility", sa.String(32), nullable=False),
        sa.Column("cover_content_id", sa.BigInteger()),
        sa.Column("latest_version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", _TIME, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", _TIME, server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_workflows"),
        sa.UniqueConstraint("owner_id", "slug", name="uq_workflows_owner_id_slug"),
        sa.CheckConstraint("visibility IN ('private', 'shared')", name="ck_workflows_visibility"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_workflows_owner_id"),
        sa.ForeignKeyConstraint(
            ["cover_content_id"],
            ["content_items.id"],
            name="fk_workflows_cover_content_id",
            ondelete="SET NULL",
        ),
    )
    op.create_index("ix_workflows_owner_newest", "workflows", ["owner_id", "updated_at", "id"])
    op.create_index("ix_workflows_newest", "workflows", ["updated_at", "id"])
    op.create_index(
        "ix_workflows_title_trgm",
        "workflows",
        ["title"],
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_workflows_cover",
        "workflows",
        ["cover_content_id"],
        postgresql_where=sa.text("cover_content_id IS NOT NULL"),
    )


def _create_versions() -> None:
    op.create_table(
        "workflow_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("workflow_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("graph", JSONB(), nullable=False),
        sa.Column("ui", JSONB()),
        sa.Column("form", JSONB(), nullable=False),
        sa.Column("outputs", JSONB(), nullable=False),
        sa.Column("requirements", JSONB(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", _TIME, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workflow_versions"),
        sa.UniqueConstraint(
            "workflow_id", "number", name="uq_workflow_versions_workflow_id_number"
        ),
        sa.ForeignKeyConstraint(
            ["workflow_id"], ["workflows.id"], name="fk_workflow_versions_workflow_id"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name="fk_workflow_versions_created_by"
        ),
    )


def _create_object_infos() -> None:
    op.create_table(
        "object_infos",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("class_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at", _TIME, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_object_infos"),
    )
    op.create_table(
        "backend_object_infos",
        sa.Column("backend", sa.String(63), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("comfyui_version", sa.String(63)),
        sa.Column("read_at", _TIME, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("backend", name="pk_backend_object_infos"),
        sa.ForeignKeyConstraint(
            ["sha256"], ["object_infos.sha256"], name="fk_backend_object_infos_sha256"
        ),
    )
    op.create_index("ix_backend_object_infos_sha256", "backend_object_infos", ["sha256"])
