"""The type of notifications of saved searches."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_search_alert_kind"
down_revision: str | None = "20261130_model_notes"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE, _COLUMN = "user_notifications", "notification_type"
_NAME = "ck_user_notifications_notification_type"
_TYPES = ("job_completed", "job_failed", "job_cancelled", "system", "recommendation")


def upgrade() -> None:
    # Rows of earlier alerts stay recommendations: processes of the version before read them.
    _allow((*_TYPES, "search_alert"))


def downgrade() -> None:
    op.execute(
        sa.text(
            "UPDATE user_notifications SET notification_type = 'recommendation'"
            " WHERE notification_type = 'search_alert'"
        )
    )
    _allow(_TYPES)


def _allow(types: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{one}'" for one in types)
    op.drop_constraint(op.f(_NAME), _TABLE)
    op.create_check_constraint(op.f(_NAME), _TABLE, f"{_COLUMN} IN ({listed})")
