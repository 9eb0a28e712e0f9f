"""Old rows of accounts."""

from datetime import timedelta

from sqlalchemy import func, or_

from genonaut.accounts.tables import ApiKey, AuditEntry, OidcLogin, UserSession
from genonaut.config.settings import AuthSettings, OidcSettings
from genonaut.db.retention import ExpiredRows, older_than, table_of


def expired_accounts(settings: AuthSettings, oidc: OidcSettings) -> list[ExpiredRows]:
    """Return the rules for the audit log, ended sessions and logins, and revoked keys."""
    session = UserSession
    audit_age = timedelta(days=settings.audit_days)
    idle = func.now() - timedelta(hours=settings.session_idle_hours)
    return [
        *older_than(
            audit_age, table_of(AuditEntry).c.at, name="audit log", setting="auth.audit_days"
        ),
        ExpiredRows(
            name="ended sessions",
            setting="auth.session_hours",
            table=table_of(session),
            condition=or_(session.expires_at < func.now(), session.last_used_at < idle),
            at=table_of(session).c.expires_at,
        ),
        *older_than(
            timedelta(minutes=oidc.login_minutes),
            table_of(OidcLogin).c.created_at,
            name="logins that did not end",
            setting="oidc.login_minutes",
        ),
        *older_than(
            audit_age,
            table_of(ApiKey).c.revoked_at,
            name="revoked API keys",
            setting="auth.audit_days",
        ),
    ]
