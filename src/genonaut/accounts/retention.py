"""Old rows of accounts."""

from datetime import timedelta

from sqlalchemy import func, or_

from genonaut.accounts.tables import ApiKey, AuditEntry, OidcLogin, UserSession
from genonaut.config.settings import AuthSettings, OidcSettings
from genonaut.db.retention import ExpiredRows, table_of


def expired_accounts(settings: AuthSettings, oidc: OidcSettings) -> list[ExpiredRows]:
    """Return the rules for the audit log, ended sessions and logins, and revoked keys."""
    audit, session, key = AuditEntry, UserSession, ApiKey
    before = func.now() - timedelta(days=settings.audit_days)
    idle = func.now() - timedelta(hours=settings.session_idle_hours)
    return [
        ExpiredRows(
            name="audit log",
            setting="auth.audit_days",
            table=table_of(audit),
            condition=audit.at < before,
            at=table_of(audit).c.at,
        ),
        ExpiredRows(
            name="ended sessions",
            setting="auth.session_hours",
            table=table_of(session),
            condition=or_(session.expires_at < func.now(), session.last_used_at < idle),
            at=table_of(session).c.expires_at,
        ),
        ExpiredRows(
            name="logins that did not end",
            setting="oidc.login_minutes",
            table=table_of(OidcLogin),
            condition=OidcLogin.created_at < func.now() - timedelta(minutes=oidc.login_minutes),
            at=table_of(OidcLogin).c.created_at,
        ),
        ExpiredRows(
            name="revoked API keys",
            setting="auth.audit_days",
            table=table_of(key),
            condition=key.revoked_at < before,
            at=table_of(key).c.revoked_at,
        ),
    ]
