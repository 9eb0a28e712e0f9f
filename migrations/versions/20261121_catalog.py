"""The model catalogue: models, files, backends that have them; the models of a job."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261121_catalog"
down_revision: str | None = "20261121_notifications"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = (
    "checkpoint", "diffusion_model", "lora", "vae", "text_encoder", "clip_vision", "controlnet",
    "ip_adapter", "style_model", "upscaler", "embedding", "hypernetwork", "gligen", "unknown",
)  # fmt: skip
_SOURCES = ("filesystem", "comfyui", "manual")
_TO_HASH = sa.text("sha256 IS NULL AND missing_since IS NULL AND is_readable AND size_bytes > 0")


def _moment(name: str, *, default: str | None = None) -> sa.Column[object]:
    server_default = None if default is None else sa.text(default)
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        server_default=server_default,
        nullable=default is None,
    )


def upgrade() -> None:
    _create_models()
    _index_models()
    _create_backends()
    _create_files()
    op.add_column("generation_jobs", sa.Column("models", postgresql.JSONB(), nullable=True))


def _create_models() -> None:
    op.create_table(
        "available_models",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("detected", postgresql.JSONB(), nullable=False),
        sa.Column("overrides", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_manual", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*_KINDS, name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("architecture", sa.String(length=64), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("fit_key", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("tensors_sha256", sa.String(length=64), nullable=True),
        sa.Column("health", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column(
            "source",
            sa.Enum(*_SOURCES, name="source", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        _moment("first_seen_at", default="now()"),
        _moment("updated_at", default="now()"),
        _moment("unavailable_since"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_available_models")),
        sa.UniqueConstraint("folder", "name", name=op.f("uq_available_models_folder_name")),
    )


def _index_models() -> None:
    op.create_index("ix_available_models_fit", "available_models", ["kind", "fit_key"])
    op.create_index("ix_available_models_kind_name", "available_models", ["kind", "name", "id"])
    op.create_index("ix_available_models_name", "available_models", ["name", "id"])
    op.create_index(
        "ix_available_models_search_trgm",
        "available_models",
        ["search_text"],
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_available_models_sha256",
        "available_models",
        ["sha256"],
        postgresql_where=sa.text("sha256 IS NOT NULL"),
    )
    op.create_index(
        "ix_available_models_tensors",
        "available_models",
        ["tensors_sha256"],
        postgresql_where=sa.text("tensors_sha256 IS NOT NULL"),
    )


def _create_backends() -> None:
    op.create_table(
        "catalog_backends",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("version", sa.String(length=63), nullable=True),
        _moment("seen_at", default="now()"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_catalog_backends")),
    )
    op.create_table(
        "model_refreshes",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        _moment("requested_at"),
        _moment("started_at"),
        _moment("finished_at"),
        sa.Column("rules_version", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("report", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_refreshes")),
    )
    op.create_table(
        "model_backends",
        sa.Column("model_id", sa.BigInteger(), nullable=False),
        sa.Column("backend", sa.String(length=63), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("path_index", sa.SmallInteger(), nullable=True),
        _moment("words_read_at"),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["available_models.id"],
            name=op.f("fk_model_backends_model_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("model_id", "backend", name=op.f("pk_model_backends")),
    )
    op.create_index("ix_model_backends_backend", "model_backends", ["backend"])


def _create_files() -> None:
    op.create_table(
        "model_files",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("model_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("root_folder", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("neighbours_ns", sa.BigInteger(), nullable=False),
        sa.Column("inode", sa.Text(), nullable=False),
        sa.Column("preview", sa.LargeBinary(), nullable=True),
        sa.Column("is_readable", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("tensors_sha256", sa.String(length=64), nullable=True),
        _moment("missing_since"),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["available_models.id"],
            name=op.f("fk_model_files_model_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_files")),
        sa.UniqueConstraint("root_folder", "path", name=op.f("uq_model_files_root_folder_path")),
    )
    op.create_index("ix_model_files_inode", "model_files", ["inode"])
    op.create_index("ix_model_files_model", "model_files", ["model_id"])
    op.create_index(
        "ix_model_files_to_hash", "model_files", ["size_bytes"], postgresql_where=_TO_HASH
    )


def downgrade() -> None:
    op.drop_column("generation_jobs", "models")
    op.drop_index("ix_model_files_to_hash", table_name="model_files")
    op.drop_index("ix_model_files_model", table_name="model_files")
    op.drop_index("ix_model_files_inode", table_name="model_files")
    op.drop_table("model_files")
    op.drop_index("ix_model_backends_backend", table_name="model_backends")
    op.drop_table("model_backends")
    op.drop_table("model_refreshes")
    op.drop_table("catalog_backends")
    op.drop_index("ix_available_models_tensors", table_name="available_models")
    op.drop_index("ix_available_models_sha256", table_name="available_models")
    op.drop_index("ix_available_models_search_trgm", table_name="available_models")
    op.drop_index("ix_available_models_name", table_name="available_models")
    op.drop_index("ix_available_models_kind_name", table_name="available_models")
    op.drop_index("ix_available_models_fit", table_name="available_models")
    op.drop_table("available_models")
