"""New accounts: by an administrator, by registering, and the very first one."""

from uuid import uuid4

import msgspec
import structlog
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from genonaut.accounts.audit import AuditLog
from genonaut.accounts.repository import UserRepository
from genonaut.accounts.tables import Role, SetupToken, User
from genonaut.accounts.tokens import hash_of, new_token
from genonaut.config.settings import AuthSettings
from genonaut.core.errors import ConflictError, ForbiddenError
from genonaut.db import UnitOfWork
from genonaut.runtime import Runtime

log = structlog.get_logger()


class NewUser(msgspec.Struct, frozen=True, kw_only=True):
    """An account to be made; without a hash it cannot log in yet."""

    username: str
    password_hash: str | None
    email: str | None = None
    role: Role = Role.USER


class RegistrationService:
    """Adds users; at most one of those who try to be the first succeeds."""

    def __init__(self, uow: UnitOfWork, settings: AuthSettings) -> None:
        self._session = uow.session
        self._settings = settings
        self._users = UserRepository(uow.session)
        self._audit = AuditLog(uow.session)

    async def register(self, wanted: NewUser, *, is_trusted: bool, token: str | None) -> User:
        """Add a user who asks for it; the first one becomes the administrator.

        Args:
            wanted: the account; its role is not the caller's to choose.
            is_trusted: the request comes from this machine itself.
            token: one that ``issue_setup_token`` wrote to the log.

        Raises:
            ConflictError: there is one user only here, or the name is taken.
            ForbiddenError: registration is closed, or this is not who may be the first.
        """
        if self._settings.mode == "single-user":
            raise ConflictError("this installation has one user, who need not log in")
        if not await self.is_set_up():
            await self._users.lock_administration()
        if not await self.is_set_up():
            if not is_trusted and not await self._is_setup_token(token):
                raise ForbiddenError(
                    "the first account is made on the machine itself, or with the setup token "
                    "that stands in the log"
                )
            return await self.take_over(wanted)
        if self._settings.registration == "closed":
            raise ForbiddenError("registration is closed; ask an administrator for an account")
        return await self.add(msgspec.structs.replace(wanted, role=Role.USER))

    async def add(self, wanted: NewUser) -> User:
        """Add a user.

        Raises:
            ConflictError: the name is taken, in whatever case, perhaps by a deleted user.
        """
        made: User | None = await self._session.scalar(
            insert(User)
            .values(
                id=uuid4(),
                username=wanted.username,
                email=wanted.email,
                role=wanted.role,
                password_hash=wanted.password_hash,
            )
            .on_conflict_do_nothing()
            .returning(User)
        )
        if made is None:
            raise ConflictError(f"the name {wanted.username} is taken")
        await self._audit.record("user.made", f"user:{made.id}", role=str(made.role))
        return made

    async def take_over(self, wanted: NewUser) -> User:
        """Give the local user's row, and with it all that it owns, to the first administrator.

        The caller holds ``lock_administration`` and has seen that nobody can administer yet.

        Raises:
            ConflictError: the name is taken by another user.
        """
        await self._session.execute(delete(SetupToken))
        local = await self._users.local(self._settings.local_username)
        if local is None:
            made = await self.add(msgspec.structs.replace(wanted, role=Role.ADMIN))
            made.is_local = True
            return made
        named = await self._users.by_username(wanted.username)
        if named is not None and named.id != local.id:
            raise ConflictError(f"the name {wanted.username} is taken")
        local.username, local.email = wanted.username, wanted.email
        local.password_hash = wanted.password_hash
        local.role, local.is_active, local.is_local = Role.ADMIN, True, True
        try:
            await self._session.flush()
        except IntegrityError as error:  # somebody was given that name a moment ago
            raise ConflictError(f"the name {wanted.username} is taken") from error
        await self._audit.record("user.took_over", f"user:{local.id}", by=local.id)
        return local

    async def is_set_up(self) -> bool:
        """Tell whether an administrator can log in."""
        return await self._users.has_able_admin()

    async def issue_setup_token(self) -> str | None:
        """Return a token for the first registration; None when there is nothing to set up."""
        if self._settings.mode == "single-user" or await self.is_set_up():
            return None
        token = new_token()
        await self._session.execute(insert(SetupToken).values(token_hash=hash_of(token)))
        return token

    async def _is_setup_token(self, token: str | None) -> bool:
        if token is None:
            return False
        query = select(SetupToken.token_hash).where(SetupToken.token_hash == hash_of(token))
        return await self._session.scalar(query) is not None


async def announce_setup(runtime: Runtime) -> None:
    """Write a token for the first registration to the log while nobody can administer.

    It is the one secret that is ever logged: worth nothing once the first account is made.
    """
    settings = runtime.settings
    async with runtime.begin() as uow:
        token = await RegistrationService(uow, settings.auth).issue_setup_token()
    if token is not None:
        log.warning(
            "setup.needed",
            hint="register the first account on this machine, or from afar with this setup token",
            setup_token=token,
        )
