"""All accounts, for administrators."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET

from genonaut.accounts.administration import UserChange, UserService
from genonaut.accounts.guards import ADMINS
from genonaut.accounts.identity import Identity
from genonaut.accounts.passwords import Passwords
from genonaut.accounts.registration import NewUser, RegistrationService
from genonaut.accounts.repository import UserFilter
from genonaut.accounts.schemas import UserPatch, UserSubmit, UserView
from genonaut.accounts.tables import Role
from genonaut.core.pagination import DEFAULT_LIMIT, MAX_PAGE, Page
from genonaut.core.schemas import NO_NUL
from genonaut.db import UnitOfWork
from genonaut.runtime import Runtime


class UserController(Controller):
    """Accounts of all users."""

    path = "/users"
    tags = ("users",)
    opt = ADMINS

    @get("/", summary="List users")
    async def list_users(
        self,
        *,
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
        search: Annotated[str | None, QueryParameter(max_length=200, pattern=NO_NUL)] = None,
        role: FromQuery[Role | None] = None,
        is_active: FromQuery[bool | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> Page[UserView]:
        """List accounts by username, without deleted ones."""
        wanted = UserFilter(search=search, role=role, is_active=is_active)
        users = UserService(uow, runtime.settings.auth)
        found = await users.page(wanted, cursor=cursor, limit=limit)
        return Page(
            items=[UserView.of(user) for user in found.rows],
            next_cursor=found.next_cursor,
            total=found.total,
        )

    @post("/", summary="Create a user")
    async def create_user(
        self,
        data: JSONBody[UserSubmit],
        runtime: NamedDependency[Runtime],
        passwords: NamedDependency[Passwords],
    ) -> UserView:
        """Create an account."""
        hashed = None if data.password is None else await passwords.hash(data.password)
        wanted = NewUser(
            username=data.username, password_hash=hashed, email=data.email, role=data.role
        )
        async with runtime.begin() as uow:
            user = await RegistrationService(uow, runtime.settings.auth).add(wanted)
        return UserView.of(user)

    @get("/{user_id:uuid}", summary="Get a user")
    async def get_user(
        self,
        user_id: FromPath[UUID],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
    ) -> UserView:
        """Return one account."""
        return UserView.of(await UserService(uow, runtime.settings.auth).get(user_id))

    @patch("/{user_id:uuid}", summary="Change a user")
    async def change_user(
        self,
        user_id: FromPath[UUID],
        data: JSONBody[UserPatch],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
        passwords: NamedDependency[Passwords],
    ) -> UserView:
        """Change an account.

        Deactivation ends its sessions and revokes its keys immediately. So does a new password for
        another user; ``revoke_api_keys: false`` keeps the keys.
        """
        hashed = UNSET if data.password is UNSET else await passwords.hash(data.password)
        is_reset = data.password is not UNSET and user_id != identity.user_id
        revoke = is_reset if data.revoke_api_keys is UNSET else data.revoke_api_keys
        change = UserChange(
            username=data.username,
            email=data.email,
            role=data.role,
            is_active=data.is_active,
            password_hash=hashed,
            revoke_api_keys=revoke,
        )
        async with runtime.begin() as uow:
            users = UserService(uow, runtime.settings.auth)
            user = await users.change(user_id, change, keep=identity.session_id)
        return UserView.of(user)

    @delete("/{user_id:uuid}", status_code=204, summary="Delete a user")
    async def delete_user(
        self,
        user_id: FromPath[UUID],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
    ) -> None:
        """Delete an account; its username stays reserved, and its jobs and images are kept."""
        await UserService(uow, runtime.settings.auth).delete(user_id)
