"""The quota and the retention of single users, and what users store."""

from uuid import UUID

import msgspec
from sqlalchemy.dialects.postgresql import insert

from genonaut.accounts.audit import AuditLog
from genonaut.accounts.tables import User
from genonaut.config.settings import Settings
from genonaut.content.storage_tables import StoragePolicy, StorageUsage
from genonaut.content.usage import exact_bytes
from genonaut.core.errors import NotFoundError
from genonaut.db import UnitOfWork


class OwnPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator set for one user; None: the setting of the installation."""

    quota_bytes: int | None = None
    image_days: float | None = None
    image_bytes: int | None = None
    keep_rated: bool | None = None
    keep_tagged: bool | None = None
    keep_public: bool | None = None
    keep_collected: bool | None = None


class UserStorage(msgspec.Struct, frozen=True, kw_only=True):
    """What one user stores and may store."""

    user_id: UUID
    used_bytes: int
    """Full-size images, with the trash."""
    thumbnail_bytes: int
    """As last measured; the next one too."""
    upload_bytes: int
    quota_bytes: int
    """0: no limit."""
    own: OwnPolicy


class StoragePolicyService:
    """Reads and sets what single users may store."""

    def __init__(self, uow: UnitOfWork, settings: Settings) -> None:
        self._session = uow.session
        self._settings = settings

    async def of_user(self, user_id: UUID) -> UserStorage:
        """Return what one user stores and may store.

        Raises:
            NotFoundError: no such user.
        """
        if await self._session.get(User, user_id) is None:
            raise NotFoundError(f"no user {user_id}")
        row = await self._session.get(StoragePolicy, user_id)
        own = OwnPolicy()
        if row is not None:
            own = OwnPolicy(**{name: getattr(row, name) for name in OwnPolicy.__struct_fields__})
        measured = await self._session.get(StorageUsage, user_id)
        quota = self._settings.storage.quota_bytes if own.quota_bytes is None else own.quota_bytes
        return UserStorage(
            user_id=user_id,
            used_bytes=await exact_bytes(self._session, user_id),
            thumbnail_bytes=0 if measured is None else measured.thumbnail_bytes,
            upload_bytes=0 if measured is None else measured.upload_bytes,
            quota_bytes=quota,
            own=own,
        )

    async def set(self, user_id: UUID, policy: OwnPolicy) -> UserStorage:
        """Replace what was set for one user.

        Raises:
            NotFoundError: no such user.
        """
        if await self._session.get(User, user_id) is None:
            raise NotFoundError(f"no user {user_id}")
        values = msgspec.structs.asdict(policy)
        await self._session.execute(
            insert(StoragePolicy)
            .values(user_id=user_id, **values)
            .on_conflict_do_update(index_elements=["user_id"], set_=values)
        )
        await AuditLog(self._session).record("storage.policy_set", f"user:{user_id}", **values)
        return await self.of_user(user_id)
