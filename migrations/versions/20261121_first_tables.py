"""The first tables: users, jobs, attempts, events, content, backends, workers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261121_first_tables"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # For ILIKE searches in prompts. The extension is trusted: no superuser is needed to create it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "comfyui_backends",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("slots", sa.SmallInteger(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column(
            "status", sa.String(length=16), server_default=sa.text("'unknown'"), nullable=False
        ),
        sa.Column("version", sa.String(length=63), nullable=True),
        sa.Column("queue_length", sa.BigInteger(), nullable=True),
        sa.Column("offers", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_comfyui_backends")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(length=63), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "user", "admin", name="role", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "preferences",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_index(
        "uq_users_username_lower", "users", [sa.literal_column("lower(username)")], unique=True
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hostname", sa.String(length=255), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.String(length=63), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_table(
        "content_items",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "content_type",
            sa.Enum(
                "image", name="content_type", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("negative_prompt", sa.Text(), nullable=False),
        sa.Column("checkpoint_model", sa.String(length=512), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum(
                "private",
                "public",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="private",
            nullable=False,
        ),
        sa.Column("storage_key", sa.String(length=512), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("mime", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("placeholder", sa.String(length=128), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_content_items_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_items")),
        sa.UniqueConstraint("job_id", name=op.f("uq_content_items_job_id")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_content_items_storage_key")),
    )
    op.create_index(
        "ix_content_items_owner_newest",
        "content_items",
        ["user_id", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_content_items_prompt_trgm",
        "content_items",
        ["prompt"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"prompt": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_content_items_public_newest",
        "content_items",
        ["id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND visibility = 'public'"),
    )
    op.create_index(
        "ix_content_items_trash",
        "content_items",
        ["deleted_at"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_table(
        "generation_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=True),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("size", sa.SmallInteger(), nullable=False),
        sa.Column("open_count", sa.SmallInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_generation_batches_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generation_batches")),
        sa.UniqueConstraint(
            "user_id", "idempotency_key", name=op.f("uq_generation_batches_user_id_idempotency_key")
        ),
    )
    op.create_table(
        "content_thumbnails",
        sa.Column("content_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "size",
            sa.Enum(
                "small",
                "medium",
                "large",
                name="size",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("storage_key", sa.String(length=512), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("mime", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_id"],
            ["content_items.id"],
            name=op.f("fk_content_thumbnails_content_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("content_id", "size", name=op.f("pk_content_thumbnails")),
    )
    op.create_table(
        "generation_jobs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("batch_index", sa.SmallInteger(), nullable=False),
        sa.Column(
            "job_type",
            sa.Enum("image", name="job_type", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "queued",
                "running",
                "completed",
                "failed",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("priority", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("negative_prompt", sa.Text(), nullable=False),
        sa.Column("checkpoint_model", sa.String(length=512), nullable=False),
        sa.Column("lora_models", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("batch_size", sa.SmallInteger(), nullable=False),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("needs", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("content_id", sa.BigInteger(), nullable=True),
        sa.Column("arq_job_id", sa.String(length=128), nullable=True),
        sa.Column("comfyui_prompt_id", sa.String(length=64), nullable=True),
        sa.Column("backend", sa.String(length=63), nullable=True),
        sa.Column("attempt", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("failures", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "out_of_memory_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("seq", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resume_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("avoid_backend", sa.String(length=63), nullable=True),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_reason", sa.String(length=500), nullable=True),
        sa.Column(
            "error_code",
            sa.Enum(
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
                name="error_code",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status <> 'completed' OR attempt > 0",
            name=op.f("ck_generation_jobs_completed_was_tried"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["generation_batches.id"], name=op.f("fk_generation_jobs_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["content_id"],
            ["content_items.id"],
            name=op.f("fk_generation_jobs_content_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_generation_jobs_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generation_jobs")),
    )
    op.create_index(
        "ix_generation_jobs_batch", "generation_jobs", ["batch_id", "batch_index"], unique=False
    )
    op.create_index(
        "ix_generation_jobs_line",
        "generation_jobs",
        [sa.literal_column("priority DESC"), "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('pending', 'queued')"),
    )
    op.create_index(
        "ix_generation_jobs_owner_newest", "generation_jobs", ["user_id", "id"], unique=False
    )
    op.create_index(
        "ix_generation_jobs_prompt_trgm",
        "generation_jobs",
        ["prompt"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"prompt": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_generation_jobs_status", "generation_jobs", ["status", "user_id"], unique=False
    )
    op.create_index(
        "ix_generation_jobs_waiting",
        "generation_jobs",
        ["user_id", sa.literal_column("priority DESC"), "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('pending', 'queued')"),
    )
    op.create_table(
        "generation_attempts",
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("backend", sa.String(length=63), nullable=False),
        sa.Column("comfyui_prompt_id", sa.String(length=64), nullable=False),
        sa.Column("is_resumed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_abandoned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("executing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "verdict",
            sa.Enum(
                "completed",
                "failed",
                "retried",
                "cancelled",
                "handed_back",
                "orphaned",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("comfyui_version", sa.String(length=63), nullable=True),
        sa.Column("graph", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["generation_jobs.id"],
            name=op.f("fk_generation_attempts_job_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("job_id", "attempt", name=op.f("pk_generation_attempts")),
    )
    op.create_index(
        "ix_generation_attempts_abandoned",
        "generation_attempts",
        ["backend"],
        unique=False,
        postgresql_where=sa.text("is_abandoned"),
    )
    op.create_index(
        "ix_generation_attempts_open",
        "generation_attempts",
        ["backend", "lease_until"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_generation_attempts_one_open",
        "generation_attempts",
        ["job_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "generation_job_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["generation_jobs.id"],
            name=op.f("fk_generation_job_events_job_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generation_job_events")),
    )
    op.create_index(
        "ix_generation_job_events_job", "generation_job_events", ["job_id", "id"], unique=False
    )
    # Jobs and content items refer to each other: add the second foreign key once both tables exist.
    op.create_foreign_key(
        "fk_content_items_job_id",
        "content_items",
        "generation_jobs",
        ["job_id"],
        ["id"],
        ondelete="SET NULL",
    )


def downgrade() -> None:
    op.drop_constraint("fk_content_items_job_id", "content_items", type_="foreignkey")
    op.drop_index("ix_generation_job_events_job", table_name="generation_job_events")
    op.drop_table("generation_job_events")
    op.drop_index(
        "uq_generation_attempts_one_open",
        table_name="generation_attempts",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(
        "ix_generation_attempts_open",
        table_name="generation_attempts",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(
        "ix_generation_attempts_abandoned",
        table_name="generation_attempts",
        postgresql_where=sa.text("is_abandoned"),
    )
    op.drop_table("generation_attempts")
    op.drop_index(
        "ix_generation_jobs_waiting",
        table_name="generation_jobs",
        postgresql_where=sa.text("status IN ('pending', 'queued')"),
    )
    op.drop_index("ix_generation_jobs_status", table_name="generation_jobs")
    op.drop_index(
        "ix_generation_jobs_prompt_trgm",
        table_name="generation_jobs",
        postgresql_using="gin",
        postgresql_ops={"prompt": "gin_trgm_ops"},
    )
    op.drop_index("ix_generation_jobs_owner_newest", table_name="generation_jobs")
    op.drop_index(
        "ix_generation_jobs_line",
        table_name="generation_jobs",
        postgresql_where=sa.text("status IN ('pending', 'queued')"),
    )
    op.drop_index("ix_generation_jobs_batch", table_name="generation_jobs")
    op.drop_table("generation_jobs")
    op.drop_table("content_thumbnails")
    op.drop_table("generation_batches")
    op.drop_index(
        "ix_content_items_trash",
        table_name="content_items",
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_content_items_public_newest",
        table_name="content_items",
        postgresql_where=sa.text("deleted_at IS NULL AND visibility = 'public'"),
    )
    op.drop_index(
        "ix_content_items_prompt_trgm",
        table_name="content_items",
        postgresql_using="gin",
        postgresql_ops={"prompt": "gin_trgm_ops"},
    )
    op.drop_index(
        "ix_content_items_owner_newest",
        table_name="content_items",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("content_items")
    op.drop_table("workers")
    op.drop_index("uq_users_username_lower", table_name="users")
    op.drop_table("users")
    op.drop_table("comfyui_backends")
