"""Identify the user of a cookie or an API key, and re-check an identity."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from genonaut.accounts.access import SAFE_METHODS
from genonaut.accounts.audit import AuditLog
from genonaut.accounts.identity import Identity, KeyScope
from genonaut.accounts.repository import UserRepository
from genonaut.accounts.tables import ApiKey, Role, User, UserSession
from genonaut.accounts.tokens import csrf_token_of, equal_in_constant_time, hash_of, read_key
from genonaut.config.settings import AuthSettings
from genonaut.core.clock import utcnow
from genonaut.core.errors import ForbiddenError
from genonaut.db import UnitOfWork

SESSION_COOKIE = "genonaut_session"
CSRF_COOKIE = "csrf"
CSRF_HEADER = "x-csrf-token"
_USE_RECORDED_EVERY = timedelta(minutes=1)
"""Precision of last-used times; avoids a write for every read."""
_KNOWN_SCOPES = {str(scope): scope for scope in KeyScope}


class CsrfError(ForbiddenError):
    """A request with a session cookie lacks the CSRF token."""

    code = "csrf"


class Credentials(msgspec.Struct, frozen=True):
    """The credentials of a request; None where absent."""

    session_token: str | None = None
    key: str | None = None
    csrf_token: str | None = None


def read_credentials(headers: Mapping[str, str], cookies: Mapping[str, str]) -> Credentials:
    """Return the credentials of a request; ``Authorization`` wins over the cookie."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    # Basic credentials are for a proxy that asks for its own password.
    if kind and kind.lower() != "basic":
        return Credentials(key=value.strip() if kind.lower() == "bearer" else "")
    return Credentials(
        session_token=cookies.get(SESSION_COOKIE) or None, csrf_token=headers.get(CSRF_HEADER)
    )


def require_csrf(credentials: Credentials, method: str) -> None:
    """Require the CSRF token for requests that change something and use a session cookie.

    The web app reads it from the cookie ``csrf``; it must belong to the same session.

    Raises:
        CsrfError: the header is missing or belongs to another session.
    """
    if method in SAFE_METHODS or credentials.session_token is None:
        return
    if not equal_in_constant_time(
        credentials.csrf_token or "", csrf_token_of(credentials.session_token)
    ):
        raise CsrfError("the X-CSRF-Token header must contain the value of the csrf cookie")


class Authenticator:
    """Identifies users within the caller's unit of work."""

    def __init__(self, uow: UnitOfWork, settings: AuthSettings) -> None:
        self._session = uow.session
        self._settings = settings
        self._idle = timedelta(hours=settings.session_idle_hours)

    async def identify(self, credentials: Credentials) -> Identity | None:
        """Return the identity; None when the credentials are absent, wrong, expired or ended."""
        if credentials.key is not None:
            return await self._by_key(credentials.key)
        if credentials.session_token is not None:
            return await self._by_session(credentials.session_token)
        return None

    async def is_still_valid(self, identity: Identity) -> bool:
        """Return whether an identity that was established earlier is still valid."""
        if identity.session_id is not None:
            found = self._of_session(await self._find_session(id=identity.session_id))
        elif identity.key_id is not None:
            found = self._of_key(await self._find_key(identity.key_id))
        else:
            return True
        return found is not None and found.role is identity.role

    async def local(self) -> Identity:
        """Return the administrator of single-user mode; created on first use."""
        username = self._settings.local_username
        users = UserRepository(self._session)
        user = await users.local(username)
        if user is None:
            await self._session.execute(
                insert(User)
                .values(id=uuid4(), username=username, role=Role.ADMIN, is_local=True)
                # Two processes may start at once; the first row wins.
                .on_conflict_do_nothing()
            )
            # An account with a password may have the name: then the local user is that one.
            user = await users.local(username) or await users.by_username(username)
        if user is None:  # pragma: no cover  # the insert above conflicts with nothing else
            raise ForbiddenError(f"there is no user {username}")
        if not user.is_local:
            user.is_local = True
        return Identity(user.id, user.username, Role.ADMIN)

    async def _by_session(self, token: str) -> Identity | None:
        row = await self._find_session(token_hash=hash_of(token))
        identity = self._of_session(row)
        if row is not None and identity is not None and _is_stale(row.last_used_at):
            await self._session.execute(
                update(UserSession)
                .where(
                    UserSession.id == row.id,
                    UserSession.last_used_at < func.now() - _USE_RECORDED_EVERY,
                )
                .values(last_used_at=func.now())
            )
        return identity

    async def _by_key(self, text: str) -> Identity | None:
        parts = read_key(text)
        row = await self._find_key(parts[0]) if parts is not None else None
        if (
            row is None
            or parts is None
            or not equal_in_constant_time(row.secret_hash, hash_of(parts[1]))
        ):
            return None
        identity = self._of_key(row)
        if identity is not None and _is_stale(row.last_used_at):
            await self._record_use(row)
        return identity

    async def _record_use(self, key: ApiKey) -> None:
        before = key.last_used_at
        changed = await self._session.scalar(
            update(ApiKey)
            .where(ApiKey.id == key.id, ApiKey.last_used_at.is_not_distinct_from(before))
            .values(last_used_at=func.now())
            .returning(ApiKey.id)
        )
        if changed is not None and before is None:
            await AuditLog(self._session).record("key.used_first", f"key:{key.id}", by=key.user_id)

    async def _find_session(self, **by: UUID | bytes) -> UserSession | None:
        query = select(UserSession).options(joinedload(UserSession.user, innerjoin=True))
        return await self._session.scalar(query.filter_by(**by))

    async def _find_key(self, key_id: int) -> ApiKey | None:
        query = select(ApiKey).options(joinedload(ApiKey.user, innerjoin=True))
        return await self._session.scalar(query.where(ApiKey.id == key_id))

    def _of_session(self, row: UserSession | None) -> Identity | None:
        now = utcnow()
        if row is None or row.expires_at <= now or row.last_used_at <= now - self._idle:
            return None
        if not row.user.is_enabled:
            return None
        return Identity(
            row.user.id,
            row.user.username,
            row.user.role,
            via="session",
            session_id=row.id,
            expires_at=row.expires_at,
            proxy_user=row.proxy_user,
        )

    def _of_key(self, row: ApiKey | None) -> Identity | None:
        if row is None or row.revoked_at is not None or not row.user.is_enabled:
            return None
        if row.expires_at is not None and row.expires_at <= utcnow():
            return None
        scopes = frozenset(_KNOWN_SCOPES[name] for name in row.scopes if name in _KNOWN_SCOPES)
        return Identity(
            row.user.id,
            row.user.username,
            row.user.role,
            via="key",
            scopes=scopes,
            key_id=row.id,
            expires_at=row.expires_at,
        )


def _is_stale(last_used_at: datetime | None) -> bool:
    return last_used_at is None or last_used_at < utcnow() - _USE_RECORDED_EVERY
