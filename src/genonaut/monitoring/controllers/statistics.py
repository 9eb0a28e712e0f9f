"""Routes of statistics."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from genonaut.accounts.guards import ADMINS
from genonaut.core.schemas import NO_NUL
from genonaut.db import UnitOfWork
from genonaut.monitoring.job_statistics import Period, jobs_of_period
from genonaut.monitoring.schemas import JobStatisticsView


class StatisticsController(Controller):
    """Statistics of the installation."""

    path = "/statistics"
    tags = ("system",)
    opt = ADMINS

    @get("/jobs", summary="Get statistics of ended jobs")
    async def job_statistics(
        self,
        *,
        uow: NamedDependency[UnitOfWork],
        period: FromQuery[Period] = Period.DAY,
        model: Annotated[str | None, QueryParameter(max_length=512, pattern=NO_NUL)] = None,
        backend: Annotated[str | None, QueryParameter(max_length=63, pattern=NO_NUL)] = None,
    ) -> JobStatisticsView:
        """Return jobs, failures, waiting and render times by time, model and ComfyUI server."""
        found = await jobs_of_period(uow.session, period, model=model, backend=backend)
        return JobStatisticsView.of(period, found)
