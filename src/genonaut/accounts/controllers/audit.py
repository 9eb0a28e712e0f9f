"""The audit log, for administrators."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from genonaut.accounts.audit_queries import AuditFilter, AuditQueries
from genonaut.accounts.guards import ADMINS
from genonaut.accounts.schemas import AuditView
from genonaut.core.datetimes import parse_datetime
from genonaut.core.errors import collect_errors
from genonaut.core.pagination import DEFAULT_LIMIT, MAX_PAGE, Page
from genonaut.core.schemas import NO_NUL
from genonaut.db import UnitOfWork

DateTimeText = Annotated[
    str | None, QueryParameter(max_length=40, schema_extra={"format": "date-time"})
]


class AuditController(Controller):
    """The log of security-relevant actions."""

    path = "/audit-log"
    tags = ("users",)
    opt = ADMINS

    @get("/", summary="List audit log entries")
    async def list_entries(
        self,
        *,
        uow: NamedDependency[UnitOfWork],
        kind: Annotated[str | None, QueryParameter(max_length=64, pattern=NO_NUL)] = None,
        actor_id: FromQuery[UUID | None] = None,
        subject: Annotated[str | None, QueryParameter(max_length=100, pattern=NO_NUL)] = None,
        since: DateTimeText = None,
        until: DateTimeText = None,
        search: Annotated[str | None, QueryParameter(max_length=200, pattern=NO_NUL)] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> Page[AuditView]:
        """List entries, newest first.

        ``search`` is a part of the kind, the subject, the address, the details or a user's name.
        """
        with collect_errors() as collecting:
            with collecting():
                moment_from = parse_datetime(since, field="since")
            with collecting():
                moment_to = parse_datetime(until, field="until")
        wanted = AuditFilter(
            kind=kind,
            actor_id=actor_id,
            subject=subject,
            since=moment_from,
            until=moment_to,
            search=search,
        )
        found = await AuditQueries(uow).page(wanted, cursor=cursor, limit=limit)
        return Page(
            items=[AuditView.of(entry) for entry in found.rows],
            next_cursor=found.next_cursor,
            total=found.total,
        )
