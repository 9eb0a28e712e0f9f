"""Create, list and revoke API keys; the secret is shown once and stored as a hash."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, func, select, update

from genonaut.accounts.audit import AuditLog
from genonaut.accounts.identity import KeyScope
from genonaut.accounts.messages import AccessChanged
from genonaut.accounts.repository import UserRepository
from genonaut.accounts.tables import ApiKey
from genonaut.accounts.tokens import hash_of, new_key_secret, write_key
from genonaut.core.clock import utcnow
from genonaut.core.errors import (
    ConflictError,
    InvalidInputError,
    NotAuthenticatedError,
    NotFoundError,
)
from genonaut.core.ids import is_valid_id
from genonaut.db import UnitOfWork


class ApiKeyService:
    """Manages API keys."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session

    async def create(
        self,
        user_id: UUID,
        *,
        name: str,
        scopes: Sequence[KeyScope],
        expires_at: datetime | None,
        most: int,
    ) -> tuple[ApiKey, str]:
        """Create a key; returns its row and its full text, which cannot be recovered later.

        Raises:
            InvalidInputError: ``expires_at`` is in the past.
            NotAuthenticatedError: the user was deactivated or deleted meanwhile.
            ConflictError: the user already has ``most`` keys.
        """
        if expires_at is not None and expires_at <= utcnow():
            raise InvalidInputError.of("expires_at", "must be in the future")
        # The lock keeps concurrent requests within the limit, and a key from being created after
        # the deactivation of the user has revoked all keys.
        user = await UserRepository(self._session).find(user_id, lock=True)
        if user is None or not user.is_active:
            raise NotAuthenticatedError("your account is no longer active")
        if len(await self.of_user(user_id)) >= most:
            raise ConflictError(f"you already have {most} API keys; revoke one first")
        secret = new_key_secret()
        key = ApiKey(
            user_id=user_id,
            name=name,
            secret_hash=hash_of(secret),
            scopes=sorted(set(scopes)),
            expires_at=expires_at,
        )
        self._session.add(key)
        await self._session.flush()
        await self._session.refresh(key)
        await AuditLog(self._session).record(
            "key.made", f"key:{key.id}", scopes=key.scopes, name=key.name
        )
        return key, write_key(key.id, secret)

    async def of_user(self, user_id: UUID) -> Sequence[ApiKey]:
        """Return the keys that were not revoked, including expired ones, newest first."""
        query = (
            select(ApiKey)
            .where(ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))
            .order_by(ApiKey.id.desc())
        )
        return (await self._session.scalars(query)).all()

    async def revoke(self, key_id: int, *, user_id: UUID) -> None:
        """Revoke a key of this user; effective immediately.

        Raises:
            NotFoundError: the user has no active key with this id.
        """
        revoked = None
        if is_valid_id(key_id):
            revoked = await self._session.scalar(
                update(ApiKey)
                .where(ApiKey.id == key_id, ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))
                .values(revoked_at=func.now())
                .returning(ApiKey.name)
            )
        if revoked is None:
            raise NotFoundError(f"no API key {key_id}")
        self._uow.publish(AccessChanged(user_id=user_id))
        await AuditLog(self._session).record("key.revoked", f"key:{key_id}", name=revoked)

    async def revoke_all(self, user_id: UUID) -> int:
        """Revoke all keys of a user, effective immediately; returns how many."""
        revoked = await self._session.execute(
            update(ApiKey)
            .where(ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))
            .values(revoked_at=func.now())
        )
        self._uow.publish(AccessChanged(user_id=user_id))
        return cast(CursorResult[Any], revoked).rowcount
