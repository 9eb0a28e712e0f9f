"""One query for the usage of users; every sum comes from an index alone."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    Select,
    Subquery,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from genonaut.accounts.repository import UserFilter
from genonaut.accounts.tables import ApiKey, User, UserSession
from genonaut.content.tables import ContentItem
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import GenerationJob

UsageSort = Literal["username", "jobs", "render_seconds", "storage_bytes", "last_activity_at"]


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What one user has used."""

    jobs: int
    completed: int
    failed: int
    render_seconds: float
    images: int
    storage_bytes: int
    last_activity_at: datetime | None


class UsagePosition(msgspec.Struct, frozen=True):
    """The sort key of a user."""

    value: str | float
    user_id: UUID


class UsageRepository:
    """Reads users with their usage."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(
        self, wanted: UserFilter, *, sort: UsageSort, after: UsagePosition | None, limit: int
    ) -> list[tuple[User, Usage, str | float]]:
        """Return users beyond ``after`` with their usage and sort key.

        Usernames are sorted from A to Z, everything else from the most or latest on.
        """
        table = _usage()
        key = _key(table, sort)
        query = _users_with(table).add_columns(key.label("sort_key")).where(*wanted.conditions())
        if after is not None:
            query = query.where(_beyond(key, sort, after))
        if sort == "username":
            query = query.order_by(key, User.id)
        else:
            query = query.order_by(key.desc(), User.id.desc())
        rows = await self._session.execute(query.limit(limit))
        return [(user, _usage_of(rest[:-1]), rest[-1]) for user, *rest in rows]

    async def of_user(self, user_id: UUID) -> Usage:
        """Return the usage of one user."""
        query = _users_with(_usage(user_id)).where(User.id == user_id)
        _, *values = (await self._session.execute(query)).one()
        return _usage_of(values)


_FIELDS = Usage.__struct_fields__


def _usage_of(values: list[Any]) -> Usage:
    return Usage(**dict(zip(_FIELDS, values, strict=True)))


def _users_with(table: Subquery) -> Select[*tuple[Any, ...]]:
    columns = [table.c[name] for name in _FIELDS]
    return select(User, *columns).join(table, table.c.user_id == User.id)


def _usage(user_id: UUID | None = None) -> Subquery:
    """Return one row per user; only for one user if an id is given."""
    job, item, login, key = GenerationJob, ContentItem, UserSession, ApiKey
    jobs = _per_user(
        job.user_id,
        user_id,
        func.count().label("jobs"),
        func.count().filter(job.status == JobStatus.COMPLETED).label("completed"),
        func.count().filter(job.status == JobStatus.FAILED).label("failed"),
        func.sum(job.render_seconds).label("render_seconds"),
        func.max(job.created_at).label("at"),
    )
    items = _per_user(
        item.user_id,
        user_id,
        func.count().label("images"),
        func.sum(item.size_bytes).label("storage_bytes"),
    )
    logins = _per_user(login.user_id, user_id, func.max(login.last_used_at).label("at"))
    keys = _per_user(key.user_id, user_id, func.max(key.last_used_at).label("at"))
    # greatest() ignores nulls.
    latest = func.greatest(User.last_login_at, jobs.c.at, logins.c.at, keys.c.at)
    query = select(
        User.id.label("user_id"),
        func.coalesce(jobs.c.jobs, 0).label("jobs"),
        func.coalesce(jobs.c.completed, 0).label("completed"),
        func.coalesce(jobs.c.failed, 0).label("failed"),
        cast(func.coalesce(jobs.c.render_seconds, 0), Double).label("render_seconds"),
        func.coalesce(items.c.images, 0).label("images"),
        cast(func.coalesce(items.c.storage_bytes, 0), BigInteger).label("storage_bytes"),
        latest.label("last_activity_at"),
    )
    for one in (jobs, items, logins, keys):
        query = query.outerjoin(one, one.c.user_id == User.id)
    return query.subquery()


def _per_user(
    owner: InstrumentedAttribute[UUID], user_id: UUID | None, *columns: ColumnElement[Any]
) -> Subquery:
    query = select(owner.label("user_id"), *columns).group_by(owner)
    if user_id is not None:
        query = query.where(owner == user_id)
    return query.subquery()


def _key(table: Subquery, sort: UsageSort) -> ColumnElement[Any]:
    if sort == "username":
        return func.lower(User.username)
    if sort == "last_activity_at":
        # Users who were never active come last.
        return cast(func.coalesce(func.extract("epoch", table.c[sort]), 0), Double)
    return cast(table.c[sort], Double)


def _beyond(key: ColumnElement[Any], sort: UsageSort, after: UsagePosition) -> ColumnElement[bool]:
    last = literal(after.value)
    if sort == "username":
        return or_(key > last, and_(key == last, User.id > after.user_id))
    return tuple_(key, User.id) < (after.value, after.user_id)
