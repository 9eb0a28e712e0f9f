"""Delete old rows of accounts."""

from datetime import timedelta

from genonaut.accounts.audit import AuditLog
from genonaut.accounts.keys import ApiKeyService
from genonaut.accounts.sessions import SessionService
from genonaut.config.settings import AuthSettings
from genonaut.db import UnitOfWork
from genonaut.db.advisory_locks import AdvisoryLock, try_lock_transaction


async def prune_accounts(uow: UnitOfWork, settings: AuthSettings) -> int:
    """Delete old audit entries, ended sessions and old revoked keys; returns the number of rows.

    Returns 0 when another worker is doing it.
    """
    if not await try_lock_transaction(uow.session, AdvisoryLock.ACCOUNT_RETENTION):
        return 0
    age = timedelta(days=settings.audit_days)
    deleted = await AuditLog(uow.session).prune(older_than=age)
    deleted += await SessionService(uow, settings).prune()
    return deleted + await ApiKeyService(uow).prune(older_than=age)
