"""Limit what each user may store; nothing is read while no quota is set."""

import time
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.storage_tables import StoragePolicy, StorageUsage
from genonaut.content.usage import estimated_bytes, exact_bytes
from genonaut.core.errors import GenonautError
from genonaut.core.sizes import format_bytes
from genonaut.runtime import Runtime

WARN_SHARE = 0.8
_KNOWN_SECONDS = 60.0
"""How long quotas of single users are remembered; a change takes effect within this time."""


class StorageQuotaExceededError(GenonautError):
    """The user stores as much as is allowed, or more."""

    code = "storage_quota_exceeded"

    def __init__(self, used_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"you store {format_bytes(used_bytes)} of images, with the trash; {format_bytes(limit_bytes)} "
            "are allowed: delete images and empty the trash, or ask an administrator for more"
        )
        self.used_bytes = used_bytes
        self.limit_bytes = limit_bytes


class StorageQuota:
    """Checks quotas in one process."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._of_users: dict[UUID, int] = {}
        self._read_at = float("-inf")

    async def require(self, user_id: UUID) -> None:
        """Check that a user may store another image.

        Raises:
            StorageQuotaExceededError: the quota is used up.
        """
        limit = await self._limit_of(user_id)
        if not limit:
            return
        async with self._runtime.begin() as uow:
            if await estimated_bytes(uow.session, user_id) < limit:
                return
            # The estimate does not know what was purged since the last measurement.
            used = await exact_bytes(uow.session, user_id)
        if used >= limit:
            raise StorageQuotaExceededError(used, limit)

    def forget(self) -> None:
        """Read the quotas of single users again at the next check."""
        self._read_at = float("-inf")

    async def _limit_of(self, user_id: UUID) -> int:
        if time.monotonic() - self._read_at > _KNOWN_SECONDS:
            query = select(StoragePolicy.user_id, StoragePolicy.quota_bytes)
            async with self._runtime.begin() as uow:
                rows = await uow.session.execute(
                    query.where(StoragePolicy.quota_bytes.is_not(None))
                )
                self._of_users = {row.user_id: row.quota_bytes or 0 for row in rows}
            self._read_at = time.monotonic()
        return self._of_users.get(user_id, self._runtime.settings.storage.quota_bytes)


async def users_to_warn(session: AsyncSession, quota_bytes: int) -> list[tuple[UUID, int, int]]:
    """Mark the users who crossed 80 % of their quota since the last call; return them.

    Each crossing is returned once, as (user, used bytes, limit in bytes).

    Args:
        session: the transaction.
        quota_bytes: the quota of users without one of their own; 0: no limit.
    """
    usage = StorageUsage
    own = (
        select(StoragePolicy.quota_bytes)
        .where(StoragePolicy.user_id == usage.user_id)
        .scalar_subquery()
    )
    limit = func.coalesce(own, quota_bytes)
    used = usage.image_bytes + usage.trash_bytes
    is_near = (limit > 0) & (used >= limit * WARN_SHARE)
    await session.execute(
        update(usage).where(usage.warned_at.is_not(None), ~is_near).values(warned_at=None)
    )
    warned = await session.execute(
        update(usage)
        .where(usage.warned_at.is_(None), is_near)
        .values(warned_at=func.now())
        .returning(usage.user_id, used, limit)
    )
    return [(user_id, int(bytes_used), int(most)) for user_id, bytes_used, most in warned]
