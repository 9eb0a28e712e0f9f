"""What ``genonaut users`` does, each command in a transaction of its own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

import structlog
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from genonaut.accounts.administration import UserChange, UserService
from genonaut.accounts.audit import Actor, acting_as
from genonaut.accounts.field_types import Email, Password, Username, checked
from genonaut.accounts.passwords import Passwords, open_passwords
from genonaut.accounts.registration import NewUser, RegistrationService
from genonaut.accounts.repository import UserFilter, UserRepository
from genonaut.accounts.tables import Role, User
from genonaut.cli.embedded_services import some_database
from genonaut.config import Settings
from genonaut.config.settings import DatabaseSettings
from genonaut.core.errors import NotFoundError, errors_together
from genonaut.core.messages import Event
from genonaut.db import UnitOfWork
from genonaut.db.engine import make_engine
from genonaut.db.revision import require_current_schema
from genonaut.realtime import Bus, connect_redis

log = structlog.get_logger()
T = TypeVar("T")
_AT_ONCE = 10_000
_PUBLISH_SECONDS = 2.0


class Accounts:
    """The accounts of one database."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        settings: Settings,
        passwords: Passwords,
    ) -> None:
        self._sessions = sessions
        self._settings = settings
        self._passwords = passwords

    async def create(
        self, username: str, *, password: str | None, email: str | None, is_admin: bool
    ) -> User:
        """Make an account; the first administrator takes over the local user's.

        Raises:
            InvalidInputError: the name, password or address breaks a rule.
            ConflictError: the name is taken.
        """
        with errors_together() as noting:
            with noting():
                checked(username, Username, field="username")
            with noting():
                if password is not None:
                    checked(password, Password, field="password")
            with noting():
                if email is not None:
                    checked(email, Email, field="email")
        hashed = None if password is None else await self._passwords.hash(password)
        wanted = NewUser(
            username=username,
            password_hash=hashed,
            email=email,
            role=Role.ADMIN if is_admin else Role.USER,
        )
        async with self._begin() as uow:
            registration = RegistrationService(uow, self._settings.auth)
            await UserRepository(uow.session).lock_administration()
            if is_admin and hashed is not None and not await registration.is_set_up():
                return await registration.take_over(wanted)
            return await registration.add(wanted)

    async def rows(self) -> list[tuple[str, ...]]:
        """Return the accounts by name, as cells of a table."""
        async with self._begin() as uow:
            users = UserRepository(uow.session)
            return [_row(one) for one in await users.page(UserFilter(), after=None, limit=_AT_ONCE)]

    async def set_password(self, username: str, password: str) -> None:
        """Set a password; every login ends.

        Raises:
            NotFoundError: nobody is called that.
            InvalidInputError: the password breaks a rule.
        """
        hashed = await self._passwords.hash(checked(password, Password, field="password"))
        await self._change(username, UserChange(password_hash=hashed))

    async def deactivate(self, username: str) -> None:
        """Shut somebody out.

        Raises:
            NotFoundError: nobody is called that.
            ConflictError: nobody could administer any more.
        """
        await self._change(username, UserChange(is_active=False))

    async def promote(self, username: str) -> None:
        """Make somebody an administrator.

        Raises:
            NotFoundError: nobody is called that.
        """
        await self._change(username, UserChange(role=Role.ADMIN))

    async def _change(self, username: str, change: UserChange) -> None:
        async with self._begin() as uow:
            user = await UserRepository(uow.session).by_username(username)
            if user is None or user.deleted_at is not None:
                raise NotFoundError(f"nobody is called {username}")
            await UserService(uow, self._settings.auth).change(user.id, change)

    @contextlib.asynccontextmanager
    async def _begin(self) -> AsyncIterator[UnitOfWork]:
        unit = UnitOfWork(self._sessions())
        with acting_as(Actor(None, "cli", None)):
            async with unit:
                yield unit
        await self._publish(unit.events)

    async def _publish(self, events: Sequence[Event]) -> None:
        """Tell running processes; what they do not hear they notice within seconds."""
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


def on_accounts(settings: Settings, act: Callable[[Accounts], Awaitable[T]]) -> T:
    """Return what ``act`` returns of the environment's accounts.

    Raises:
        UnavailableError: the database does not answer or needs migrating.
    """

    async def run() -> T:
        async with open_accounts(settings) as accounts:
            return await act(accounts)

    return asyncio.run(run())


@contextlib.asynccontextmanager
async def open_accounts(settings: Settings) -> AsyncIterator[Accounts]:
    """Yield the accounts of the environment's database, started for the purpose if need be.

    Raises:
        UnavailableError: the database does not answer or needs migrating.
    """
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(some_database(settings))
        database = DatabaseSettings(url=url, pool_size=1, max_overflow=0)
        engine = make_engine(database, application="genonaut-users")
        stack.push_async_callback(engine.dispose)
        await require_current_schema(engine)
        passwords = await stack.enter_async_context(open_passwords(settings.auth))
        yield Accounts(async_sessionmaker(engine, expire_on_commit=False), settings, passwords)
