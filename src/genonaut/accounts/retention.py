"""What accounts forget in time."""

from datetime import timedelta

from genonaut.accounts.audit import AuditLog
from genonaut.accounts.keys import ApiKeyService
from genonaut.accounts.sessions import SessionService
from genonaut.config.settings import AuthSettings
from genonaut.db import UnitOfWork
from genonaut.db.advisory_locks import AdvisoryLock, try_lock_transaction


async def prune_accounts(uow: UnitOfWork, settings: AuthSettings) -> int:
    """Delete old audit entries, ended sessions and keys revoked long ago; returns how many rows.

    Of several workers one does it, the others return at once.
    """
    if not await try_lock_transaction(uow.session, AdvisoryLock.ACCOUNT_RETENTION):
        return 0
    age = timedelta(days=settings.audit_days)
    gone = await AuditLog(uow.session).prune(older_than=age)
    gone += await SessionService(uow, settings).prune()
    return gone + await ApiKeyService(uow).prune(older_than=age)
