"""The caller's account."""

from litestar import Controller, get, patch, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from genonaut.accounts.administration import UserChange, UserService
from genonaut.accounts.guards import INTERACTIVE
from genonaut.accounts.identity import Client, Identity
from genonaut.accounts.login import PasswordsOffError
from genonaut.accounts.passwords import Passwords
from genonaut.accounts.preferences import Preferences, read_preferences
from genonaut.accounts.rate_limits import RateLimiter
from genonaut.accounts.schemas import MeView, PasswordChange, PreferencesPut, ProfilePatch
from genonaut.core.errors import InvalidInputError
from genonaut.db import UnitOfWork
from genonaut.runtime import Runtime


class MeController(Controller):
    """The account and preferences of the caller."""

    path = "/users/me"
    tags = ("users",)

    @get("/", summary="Get my account")
    async def get_me(
        self,
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
    ) -> MeView:
        """Return the account of the caller."""
        settings = runtime.settings.auth
        user = await UserService(uow, settings).get(identity.user_id)
        return MeView.of(user, identity, runtime.settings)

    @patch("/", summary="Change my account", opt=INTERACTIVE)
    async def change_me(
        self,
        data: JSONBody[ProfilePatch],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
    ) -> MeView:
        """Change the username or e-mail address of the caller."""
        settings = runtime.settings.auth
        change = UserChange(username=data.username, email=data.email)
        user = await UserService(uow, settings).change(identity.user_id, change)
        return MeView.of(user, identity, runtime.settings)

    @put("/password", status_code=204, summary="Change my password", opt=INTERACTIVE)
    async def change_password(
        self,
        *,
        data: JSONBody[PasswordChange],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
        passwords: NamedDependency[Passwords],
        limiter: NamedDependency[RateLimiter],
        client: NamedDependency[Client],
    ) -> None:
        """Set a password; every other session of the caller ends, and on request all API keys."""
        settings = runtime.settings.auth
        if not settings.local_passwords:
            raise PasswordsOffError
        async with runtime.begin() as uow:
            user = await UserService(uow, settings).get(identity.user_id)
        if user.password_hash is not None:
            await limiter.admit_attempt(client.address, user.username)
            if not await passwords.verify(user.password_hash, data.current_password or ""):
                raise InvalidInputError.of("current_password", "is not the current password")
        fresh = await passwords.hash(data.new_password)
        async with runtime.begin() as uow:
            users = UserService(uow, settings)
            row = await users.lock(identity.user_id)
            if row.password_hash != user.password_hash:  # changed during hashing
                raise InvalidInputError.of("current_password", "is no longer the current password")
            await users.set_password(row, fresh, keep=identity.session_id)
            if data.revoke_api_keys:
                await users.revoke_api_keys(row)

    @get("/preferences", summary="Get my preferences")
    async def get_preferences(
        self,
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
    ) -> Preferences:
        """Return the preferences of the caller."""
        user = await UserService(uow, runtime.settings.auth).get(identity.user_id)
        return read_preferences(user.preferences)

    @put("/preferences", summary="Change my preferences")
    async def put_preferences(
        self,
        data: JSONBody[PreferencesPut],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
    ) -> Preferences:
        """Set preferences; omitted fields stay unchanged."""
        users = UserService(uow, runtime.settings.auth)
        user = await users.lock(identity.user_id)
        wanted = data.over(read_preferences(user.preferences))
        await users.set_preferences(identity.user_id, wanted)
        return wanted
