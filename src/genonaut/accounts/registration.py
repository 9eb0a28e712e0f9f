"""New accounts: created by an administrator, registered, and the first administrator."""

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
    """A new account; without a password hash it cannot log in yet."""

    username: str
    password_hash: str | None
    email: str | None = None
    role: Role = Role.USER


class RegistrationService:
    """Adds users; of concurrent first registrations one succeeds."""

    def __init__(self, uow: UnitOfWork, settings: AuthSettings) -> None:
        self._session = uow.session
        self._settings = settings
        self._users = UserRepository(uow.session)
        self._audit = AuditLog(uow.session)

    async def register(self, wanted: NewUser, *, is_trusted: bool, token: str | None) -> User:
        """Register a user; the first one becomes administrator.

        Args:
            wanted: the account; its role is ignored.
            is_trusted: the request comes from this machine.
            token: a setup token from the log.

        Raises:
            ConflictError: single-user mode, or the username is taken.
            ForbiddenError: registration is closed, or the first registration is not allowed from there.
        """
        if self._settings.mode == "single-user":
            raise ConflictError("this installation runs in single-user mode; there is no login")
        if not await self.is_set_up():
            await self._users.lock_administration()
        if not await self.is_set_up():
            if not is_trusted and not await self._is_setup_token(token):
                raise ForbiddenError(
                    "the first account must be registered on the server itself, or with the setup "
                    "token from the API log"
                )
            return await self.take_over(wanted)
        if self._settings.registration == "closed":
            raise ForbiddenError("registration is closed; ask an administrator for an account")
        return await self.add(msgspec.structs.replace(wanted, role=Role.USER))

    async def add(self, wanted: NewUser) -> User:
        """Add a user.

        Raises:
            ConflictError: the username is taken (regardless of case), possibly by a deleted user.
        """
        added: User | None = await self._session.scalar(
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
        if added is None:
            raise ConflictError(f"the username {wanted.username} is taken")
        await self._audit.record("user.made", f"user:{added.id}", role=str(added.role))
        return added

    async def take_over(self, wanted: NewUser) -> User:
        """Turn the local user, with everything it owns, into the first administrator.

        The caller has called ``lock_administration`` and checked that no administrator can log in.

        Raises:
            ConflictError: another user has the username.
        """
        await self._session.execute(delete(SetupToken))
        local = await self._users.local(self._settings.local_username)
        if local is None:
            made = await self.add(msgspec.structs.replace(wanted, role=Role.ADMIN))
            made.is_local = True
            return made
        named = await self._users.by_username(wanted.username)
        if named is not None and named.id != local.id:
            raise ConflictError(f"the username {wanted.username} is taken")
        local.username, local.email = wanted.username, wanted.email
        local.password_hash = wanted.password_hash
        local.role, local.is_active, local.is_local = Role.ADMIN, True, True
        try:
            await self._session.flush()
        except IntegrityError as error:  # another transaction took the name meanwhile
            raise ConflictError(f"the username {wanted.username} is taken") from error
        await self._audit.record("user.took_over", f"user:{local.id}", by=local.id)
        return local

    async def is_set_up(self) -> bool:
        """Return whether an administrator can log in."""
        return await self._users.has_admin_with_login()

    async def issue_setup_token(self) -> str | None:
        """Create a token for the first registration; None when an administrator exists."""
        has_no_passwords = (
            self._settings.mode == "single-user" or not self._settings.local_passwords
        )
        if has_no_passwords or await self.is_set_up():
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
    """Log a token for the first registration while no administrator can log in.

    It is the only secret that is ever logged, and invalid after the first registration.
    """
    settings = runtime.settings
    async with runtime.begin() as uow:
        token = await RegistrationService(uow, settings.auth).issue_setup_token()
    if token is not None:
        log.warning(
            "setup.needed",
            hint="register the first account on this machine, or from elsewhere with this setup token",
            setup_token=token,
        )
