"""Routes of the usage of users."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from genonaut.accounts.guards import ADMINS
from genonaut.accounts.repository import UserFilter
from genonaut.accounts.tables import Role
from genonaut.core.pagination import DEFAULT_LIMIT, MAX_PAGE, Page
from genonaut.core.schemas import NO_NUL
from genonaut.db import UnitOfWork
from genonaut.jobs.usage.repository import UsageSort
from genonaut.jobs.usage.schemas import UserUsageView
from genonaut.jobs.usage.service import UsageService


class UsageController(Controller):
    """Jobs, render time, storage and last activity of users."""

    path = "/users"
    tags = ("users",)
    opt = ADMINS

    @get("/usage", summary="List users with their usage")
    async def list_usage(
        self,
        *,
        uow: NamedDependency[UnitOfWork],
        search: Annotated[str | None, QueryParameter(max_length=200, pattern=NO_NUL)] = None,
        role: FromQuery[Role | None] = None,
        is_active: FromQuery[bool | None] = None,
        sort: FromQuery[UsageSort] = "username",
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> Page[UserUsageView]:
        """List accounts with their usage: by username, or those with the most or latest first."""
        wanted = UserFilter(search=search, role=role, is_active=is_active)
        found = await UsageService(uow).page(wanted, sort=sort, cursor=cursor, limit=limit)
        return Page(
            items=[UserUsageView.of(one) for one in found.rows],
            next_cursor=found.next_cursor,
            total=found.total,
        )

    @get("/{user_id:uuid}/usage", summary="Get the usage of a user")
    async def get_usage(
        self, user_id: FromPath[UUID], uow: NamedDependency[UnitOfWork]
    ) -> UserUsageView:
        """Return one account with its usage."""
        return UserUsageView.of(await UsageService(uow).get(user_id))
