"""Files that users upload as inputs of jobs, and their part of the measured storage."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261130_uploads"
down_revision: str | None = "20261130_job_inputs"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _create_uploads()
    op.create_table(
        "upload_thumbnails",
        sa.Column(
            "upload_id",
            sa.BigInteger(),
            sa.ForeignKey("uploads.id", name="fk_upload_thumbnails_upload_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("size", sa.String(32), nullable=False),
        sa.Column("storage_key", sa.String(512), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "size IN ('small', 'medium', 'large')", name=op.f("ck_upload_thumbnails_size")
        ),
        sa.PrimaryKeyConstraint("upload_id", "size", name="pk_upload_thumbnails"),
    )
    op.create_index("ix_upload_thumbnails_storage_key", "upload_thumbnails", ["storage_key"])
    # A constant default: a change of the catalog alone.
    for name in ("upload_count", "upload_bytes"):
        op.add_column(
            "storage_usage", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        )


def _create_uploads() -> None:
    now = sa.text("now()")
    op.create_table(
        "uploads",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("source_sha256", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("mime", sa.String(64), nullable=False),
        sa.Column("width", sa.BigInteger()),
        sa.Column("height", sa.BigInteger()),
        sa.Column("has_alpha", sa.Boolean(), nullable=False),
        sa.Column("duration_seconds", sa.Double()),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("storage_key", sa.String(512), nullable=False),
        sa.Column("placeholder", sa.String(128), nullable=False),
        sa.Column("metadata", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=now),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False, server_default=now),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("kind IN ('image', 'video', 'audio')", name=op.f("ck_uploads_kind")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_uploads_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
        sa.UniqueConstraint("storage_key", name="uq_uploads_storage_key"),
        sa.UniqueConstraint("user_id", "sha256", name="uq_uploads_user_id_sha256"),
    )
    op.create_index("ix_uploads_user_id_source_sha256", "uploads", ["user_id", "source_sha256"])
    op.create_index(
        "ix_uploads_owner_newest",
        "uploads",
        ["user_id", "created_at", "id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_uploads_usage", "uploads", ["user_id"], postgresql_include=["size_bytes"])
    op.create_index("ix_uploads_last_used_at", "uploads", ["last_used_at"])


def downgrade() -> None:
    op.drop_column("storage_usage", "upload_bytes")
    op.drop_column("storage_usage", "upload_count")
    op.drop_table("upload_thumbnails")
    op.drop_table("uploads")
