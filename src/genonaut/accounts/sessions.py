"""Create, list and end sessions; the token of the cookie is stored as a hash only."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.accounts.audit import AuditLog
from genonaut.accounts.identity import Client
from genonaut.accounts.messages import AccessChanged
from genonaut.accounts.tables import UserSession
from genonaut.accounts.tokens import hash_of, new_token
from genonaut.config.settings import AuthSettings
from genonaut.core.clock import utcnow
from genonaut.core.errors import NotFoundError
from genonaut.db import UnitOfWork


class SessionService:
    """Manages sessions."""

    def __init__(self, uow: UnitOfWork, settings: AuthSettings) -> None:
        self._uow = uow
        self._session: AsyncSession = uow.session
        self._lifetime = timedelta(hours=settings.session_hours)
        self._idle = timedelta(hours=settings.session_idle_hours)

    async def open(
        self,
        user_id: UUID,
        client: Client,
        *,
        replaces: str | None = None,
        proxy_user: str | None = None,
    ) -> str:
        """Create a session and return its token; the previous session of the browser ends.

        This prevents session fixation: a token planted in the browser is invalid after the login.

        Args:
            user_id: who has logged in.
            client: recorded with the session.
            replaces: the token of the previous session.
            proxy_user: the session is valid only while a trusted proxy names this user.
        """
        if replaces is not None:
            replaced = await self._session.scalar(
                delete(UserSession)
                .where(UserSession.token_hash == hash_of(replaces))
                .returning(UserSession.user_id)
            )
            if replaced is not None:
                self._uow.publish(AccessChanged(user_id=replaced))
        token = new_token()
        self._session.add(
            UserSession(
                id=uuid4(),
                user_id=user_id,
                token_hash=hash_of(token),
                address=client.address[:64],
                user_agent=client.user_agent[:255],
                expires_at=utcnow() + self._lifetime,
                proxy_user=proxy_user,
            )
        )
        await self._session.flush()
        return token

    async def of_user(self, user_id: UUID) -> Sequence[UserSession]:
        """Return the valid sessions, most recently used first."""
        now = utcnow()
        query = (
            select(UserSession)
            .where(
                UserSession.user_id == user_id,
                UserSession.expires_at > now,
                UserSession.last_used_at > now - self._idle,
            )
            .order_by(UserSession.last_used_at.desc(), UserSession.id)
        )
        return (await self._session.scalars(query)).all()

    async def end(self, session_id: UUID, *, user_id: UUID) -> None:
        """End one session of this user.

        Raises:
            NotFoundError: the user has no session with this id.
        """
        ended = await self._session.scalar(
            delete(UserSession)
            .where(UserSession.id == session_id, UserSession.user_id == user_id)
            .returning(UserSession.id)
        )
        if ended is None:
            raise NotFoundError(f"no session {session_id}")
        self._uow.publish(AccessChanged(user_id=user_id))
        await AuditLog(self._session).record("session.ended", f"session:{session_id}")

    async def end_all(self, user_id: UUID, *, besides: UUID | None = None) -> int:
        """End every session of a user except ``besides``; returns their number."""
        query = delete(UserSession).where(UserSession.user_id == user_id)
        if besides is not None:
            query = query.where(UserSession.id != besides)
        ended = (await self._session.scalars(query.returning(UserSession.id))).all()
        self._uow.publish(AccessChanged(user_id=user_id))
        return len(ended)
