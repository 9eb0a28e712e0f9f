"""Log in: slow on purpose, outside of any transaction, and equally slow for unknown names."""

import structlog

from genonaut.accounts.audit import AuditLog
from genonaut.accounts.identity import Client
from genonaut.accounts.passwords import Passwords
from genonaut.accounts.repository import UserRepository
from genonaut.accounts.sessions import SessionService
from genonaut.accounts.tables import User
from genonaut.config.settings import AuthSettings
from genonaut.core.clock import utcnow
from genonaut.core.errors import ConflictError, ForbiddenError, NotAuthenticatedError
from genonaut.runtime import Runtime

log = structlog.get_logger()


class WrongCredentialsError(NotAuthenticatedError):
    """Username or password is wrong, or the account is not active; the response does not say which."""

    code = "wrong_credentials"

    def __init__(self) -> None:
        super().__init__("username or password is wrong")


class PasswordsOffError(ForbiddenError):
    """This installation has no passwords of its own."""

    code = "passwords_off"

    def __init__(self) -> None:
        super().__init__("passwords are turned off here; log in with your organisation's account")


def require_local_passwords(settings: AuthSettings) -> None:
    """Check that users may log in with a password.

    Raises:
        ConflictError: the installation runs in single-user mode.
        PasswordsOffError: another system logs users in.
    """
    if settings.mode == "single-user":
        raise ConflictError("this installation runs in single-user mode; there is no login")
    if not settings.local_passwords:
        raise PasswordsOffError


async def log_in(
    runtime: Runtime,
    passwords: Passwords,
    *,
    username: str,
    password: str,
    client: Client,
    old_token: str | None,
) -> tuple[User, str]:
    """Check the password; returns the user and the token of a new session.

    Args:
        runtime: the connections of the process.
        passwords: verifies in a thread while no transaction is open.
        username: compared without regard to case.
        password: the plain text.
        client: recorded with the session.
        old_token: the previous session of the browser, which ends.

    Raises:
        ConflictError: the installation runs in single-user mode.
        PasswordsOffError: another system logs users in.
        WrongCredentialsError: the credentials are wrong or the account is not active.
    """
    require_local_passwords(runtime.settings.auth)
    async with runtime.begin() as uow:
        user = await UserRepository(uow.session).by_username(username)
    found = user.password_hash if user is not None and user.is_enabled else None
    if not await passwords.verify(found, password) or user is None or found is None:
        await _record_failure(runtime, user)
        raise WrongCredentialsError
    fresh = await passwords.hash(password) if passwords.is_outdated(found) else found
    async with runtime.begin() as uow:
        row = await UserRepository(uow.session).find(user.id, lock=True)
        if row is None or not row.is_enabled or row.password_hash != found:
            # The user was deactivated or the password changed during hashing.
            raise WrongCredentialsError
        row.password_hash, row.last_login_at = fresh, utcnow()
        sessions = SessionService(uow, runtime.settings.auth)
        token = await sessions.open(row.id, client, replaces=old_token)
        await AuditLog(uow.session).record("login.succeeded", f"user:{row.id}", by=row.id)
    return row, token


async def _record_failure(runtime: Runtime, user: User | None) -> None:
    # The entered name is not stored: users enter passwords there by mistake.
    subject = None if user is None else f"user:{user.id}"
    async with runtime.begin() as uow:
        await AuditLog(uow.session).record("login.failed", subject)
    log.warning("login.failed", user=None if user is None else str(user.id))
