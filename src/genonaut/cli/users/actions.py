"""The commands of ``genonaut users``, each in its own transaction."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

import structlog
from redis.exceptions import RedisError

from genonaut.accounts.administration import UserChange, UserService
from genonaut.accounts.audit import Actor, acting_as
from genonaut.accounts.field_types import Email, Password, Username, checked
from genonaut.accounts.passwords import Passwords, open_passwords
from genonaut.accounts.registration import NewUser, RegistrationService
from genonaut.accounts.repository import UserFilter, UserRepository
from genonaut.accounts.tables import Role, User
from genonaut.cli.embedded_servers import available_database
from genonaut.config import Settings
from genonaut.config.settings import DatabaseSettings
from genonaut.core.errors import NotFoundError, collect_errors
from genonaut.core.messages import Event
from genonaut.db import UnitOfWork
from genonaut.db.engine import SessionFactory, make_engine, make_session_factory
from genonaut.db.revision import require_current_schema
from genonaut.realtime import Bus, connect_redis

log = structlog.get_logger()
T = TypeVar("T")
_MAX_USERS = 10_000
_PUBLISH_SECONDS = 2.0


class Accounts:
    """The users of one database."""

    def __init__(
        self,
        sessions: SessionFactory,
        settings: Settings,
        passwords: Passwords,
    ) -> None:
        self._sessions = sessions
        self._settings = settings
        self._passwords = passwords

    async def create(
        self, username: str, *, password: str | None, email: str | None, is_admin: bool
    ) -> User:
        """Create a user; the first administrator takes over the local user and its data.

        Raises:
            InvalidInputError: the name, password or e-mail address is not valid.
            ConflictError: the name is taken.
        """
        with collect_errors() as collecting:
            with collecting():
                checked(username, Username, field="username")
            with collecting():
                if password is not None:
                    checked(password, Password, field="password")
            with collecting():
                if email is not None:
                    checked(email, Email, field="email")
        hashed = None if password is None else await self._passwords.hash(password)
        new_user = NewUser(
            username=username,
            password_hash=hashed,
            email=email,
            role=Role.ADMIN if is_admin else Role.USER,
        )
        async with self._begin() as uow:
            registration = RegistrationService(uow, self._settings.auth)
            await UserRepository(uow.session).lock_administration()
            if is_admin and hashed is not None and not await registration.is_set_up():
                return await registration.take_over(new_user)
            return await registration.add(new_user)

    async def rows(self) -> list[tuple[str, ...]]:
        """Return the users by name, as rows of a table."""
        async with self._begin() as uow:
            users = UserRepository(uow.session)
            return [
                _row(user) for user in await users.page(UserFilter(), after=None, limit=_MAX_USERS)
            ]

    async def set_password(self, username: str, password: str, *, keep_api_keys: bool) -> None:
        """Set a password; ends all sessions of the user and revokes the API keys unless kept.

        Raises:
            NotFoundError: there is no such user.
            InvalidInputError: the password is not valid.
        """
        hashed = await self._passwords.hash(checked(password, Password, field="password"))
        await self._change(
            username, UserChange(password_hash=hashed, revoke_api_keys=not keep_api_keys)
        )

    async def deactivate(self, username: str) -> None:
        """Deactivate a user.

        Raises:
            NotFoundError: there is no such user.
            ConflictError: the user is the only administrator.
        """
        await self._change(username, UserChange(is_active=False))

    async def promote(self, username: str) -> None:
        """Make a user an administrator.

        Raises:
            NotFoundError: there is no such user.
        """
        await self._change(username, UserChange(role=Role.ADMIN))

    async def _change(self, username: str, change: UserChange) -> None:
        async with self._begin() as uow:
            user = await UserRepository(uow.session).by_username(username)
            if user is None or user.deleted_at is not None:
                raise NotFoundError(f"there is no user {username}")
            await UserService(uow, self._settings.auth).change(user.id, change)

    @contextlib.asynccontextmanager
    async def _begin(self) -> AsyncIterator[UnitOfWork]:
        unit = UnitOfWork(self._sessions())
        with acting_as(Actor(None, "cli", None)):
            async with unit:
                yield unit
        await self._publish(unit.events)

    async def _publish(self, events: Sequence[Event]) -> None:
        """Publish the events to running processes; a process that misses them notices within seconds."""
        url = self._settings.redis.url
        if not events or not url:
            return
        redis = connect_redis(url, retries=0)
        try:
            async with asyncio.timeout(_PUBLISH_SECONDS):
                await Bus(redis, self._settings.redis.namespace).publish(events)
        except (RedisError, OSError, TimeoutError) as error:
            log.debug("users.unpublished", error=type(error).__name__)
        finally:
            await redis.aclose()


def _row(user: User) -> tuple[str, ...]:
    last = user.last_login_at
    return (
        user.username,
        str(user.role),
        "yes" if user.is_active else "no",
        "yes" if user.password_hash is not None else "no",
        "" if last is None else f"{last:%Y-%m-%d %H:%M}",
        str(user.id),
    )


def run_with_accounts(settings: Settings, act: Callable[[Accounts], Awaitable[T]]) -> T:
    """Run ``act`` with the environment's users and return its result.

    Raises:
        UnavailableError: the database does not answer or needs migrating.
    """

    async def run() -> T:
        async with open_accounts(settings) as accounts:
            return await act(accounts)

    return asyncio.run(run())


@contextlib.asynccontextmanager
async def open_accounts(settings: Settings) -> AsyncIterator[Accounts]:
    """Yield the users of the environment's database; starts the embedded one if none runs.

    Raises:
        UnavailableError: the database does not answer or needs migrating.
    """
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(available_database(settings))
        database = DatabaseSettings(url=url, pool_size=1, max_overflow=0)
        engine = make_engine(database, application="genonaut-users")
        stack.push_async_callback(engine.dispose)
        await require_current_schema(engine)
        passwords = await stack.enter_async_context(open_passwords(settings.auth))
        yield Accounts(make_session_factory(engine), settings, passwords)
