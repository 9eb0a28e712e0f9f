"""Routes of alerts."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from genonaut.accounts.guards import ADMINS
from genonaut.core.pagination import DEFAULT_LIMIT, MAX_PAGE, Page
from genonaut.db import UnitOfWork
from genonaut.monitoring.alerts import AlertService
from genonaut.monitoring.schemas import AlertView


class AlertController(Controller):
    """List alerts."""

    path = "/alerts"
    tags = ("system",)
    opt = ADMINS

    @get("/", summary="List alerts")
    async def list_alerts(
        self,
        *,
        uow: NamedDependency[UnitOfWork],
        active: FromQuery[bool | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> Page[AlertView]:
        """List alerts, newest first; ``active``: only those that have not ended, or only ended ones."""
        found = await AlertService(uow).page(is_active=active, cursor=cursor, limit=limit)
        return Page(
            items=[AlertView.of(row) for row in found.rows],
            next_cursor=found.next_cursor,
            total=found.total,
        )
