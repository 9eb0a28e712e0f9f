"""Find, link or create the user of a login by another system, and set its role."""

from uuid import uuid4

import structlog
from msgspec.structs import replace
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from genonaut.accounts.administration import UserChange, UserService
from genonaut.accounts.audit import AuditLog
from genonaut.accounts.external.errors import NoAccountError
from genonaut.accounts.external.profile import ExternalProfile
from genonaut.accounts.registration import NewUser, RegistrationService
from genonaut.accounts.repository import UserRepository
from genonaut.accounts.tables import ExternalIdentity, Role, User
from genonaut.config.settings import AuthSettings
from genonaut.core.clock import utcnow
from genonaut.core.errors import ConflictError
from genonaut.db import UnitOfWork

log = structlog.get_logger()
_MOST_NAMES = 100
"""How many names are tried if the wanted one is taken."""


class ExternalLoginService:
    """Knows users by issuer and subject, never by name."""

    def __init__(self, uow: UnitOfWork, settings: AuthSettings) -> None:
        self._uow = uow
        self._session = uow.session
        self._settings = settings
        self._users = UserRepository(uow.session)
        self._audit = AuditLog(uow.session)

    async def user_of(self, profile: ExternalProfile) -> User:
        """Return the user who logs in, with the role of its groups.

        Raises:
            NoAccountError: the user is in no allowed group, has no account and gets none, or the
                account is not active.
        """
        allowed = set(self._settings.allowed_groups)
        if allowed and not allowed & profile.groups:
            raise NoAccountError("you are in no group that may use this installation")
        user = await self._known(profile)
        if user is None:
            # Of two first logins at the same time the second one finds the account of the first.
            await self._users.lock_administration()
            user = await self._known(profile) or await self._new(profile)
        if not user.is_enabled:
            raise NoAccountError("your account is not active")
        return await self._with_role(user, profile)

    async def _known(self, profile: ExternalProfile) -> User | None:
        return await self._session.scalar(
            select(User)
            .join(ExternalIdentity)
            .where(
                ExternalIdentity.issuer == profile.issuer,
                ExternalIdentity.subject == profile.subject,
            )
        )

    async def _new(self, profile: ExternalProfile) -> User:
        user = await self._of_same_email(profile)
        if user is None:
            if not self._settings.create_users:
                raise NoAccountError("you have no account here; ask an administrator for one")
            user = await self._created(profile)
        await self._session.execute(
            insert(ExternalIdentity).values(
                id=uuid4(), user_id=user.id, issuer=profile.issuer, subject=profile.subject
            )
        )
        await self._audit.record("identity.linked", f"user:{user.id}", issuer=profile.issuer)
        return user

    async def _of_same_email(self, profile: ExternalProfile) -> User | None:
        """Return the only user with the verified e-mail address, if accounts are linked by it."""
        if not self._settings.link_by_email or not profile.is_email_verified or not profile.email:
            return None
        query = select(User).where(
            func.lower(User.email) == profile.email.lower(),
            User.deleted_at.is_(None),
            ~select(ExternalIdentity.id)
            .where(ExternalIdentity.user_id == User.id, ExternalIdentity.issuer == profile.issuer)
            .exists(),
        )
        found = (await self._session.scalars(query.limit(2))).all()
        return found[0] if len(found) == 1 else None

    async def _created(self, profile: ExternalProfile) -> User:
        email = profile.email if profile.is_email_verified else None
        wanted = NewUser(username=profile.username, password_hash=None, email=email)
        registration = RegistrationService(self._uow, self._settings)
        for number in range(1, _MOST_NAMES):
            name = wanted.username if number == 1 else f"{wanted.username[:58]}-{number}"
            if await self._users.by_username(name) is None:
                return await registration.add(replace(wanted, username=name))
        raise NoAccountError(f"the user name {profile.username} and all like it are taken")

    async def _with_role(self, user: User, profile: ExternalProfile) -> User:
        admins = set(self._settings.admin_groups)
        role = Role.ADMIN if admins & profile.groups else Role.USER
        if not admins or role is user.role:
            return user
        try:
            return await UserService(self._uow, self._settings).change(
                user.id, UserChange(role=role)
            )
        except ConflictError as error:  # the last administrator stays one
            log.warning("login.role_kept", user=str(user.id), reason=str(error))
            return user

    async def record_login(self, user: User, profile: ExternalProfile, method: str) -> None:
        """Record a login of a user whose session was opened."""
        user.last_login_at = utcnow()
        await self._audit.record(
            "login.succeeded", f"user:{user.id}", by=user.id, method=method, issuer=profile.issuer
        )
