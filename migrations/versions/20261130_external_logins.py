"""Users who are logged in by another system, and logins that have begun."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_external_logins"
down_revision: str | None = "20261130_legacy_ids"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "external_identities",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
    )
    op.create_index(
        "uq_external_identities_subject",
        "external_identities",
        ["issuer", "subject"],
        unique=True,
    )
    op.create_index("ix_external_identities_user", "external_identities", ["user_id"])
    op.create_table(
        "oidc_logins",
        sa.Column("state_hash", sa.LargeBinary(), primary_key=True),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("code_verifier", sa.String(64), nullable=False),
        sa.Column("next_path", sa.Text(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
    )
    op.create_index("ix_oidc_logins_created", "oidc_logins", ["created_at"])
    op.add_column("user_sessions", sa.Column("proxy_user", sa.String(255)))


def downgrade() -> None:
    op.drop_column("user_sessions", "proxy_user")
    op.drop_table("oidc_logins")
    op.drop_table("external_identities")
