"""Which samplers and schedulers can be asked for."""

from litestar import Controller, get
from litestar.di import NamedDependency

from genonaut.core.schemas import View
from genonaut.db import UnitOfWork
from genonaut.jobs.backends.offers import BackendOffers
from genonaut.jobs.params import SAMPLERS, SCHEDULERS


class SamplingOptions(View, frozen=True):
    """The samplers and schedulers that at least one server knows."""

    samplers: list[str]
    schedulers: list[str]


class SamplingOptionsController(Controller):
    """What a submission may say of sampling."""

    tags = ("models",)

    @get("/sampling-options", summary="List samplers and schedulers")
    async def sampling_options(self, uow: NamedDependency[UnitOfWork]) -> SamplingOptions:
        """Return what ``params.sampler_name`` and ``params.scheduler`` may be."""
        inventory = await BackendOffers.read(uow.session)
        return SamplingOptions(
            samplers=inventory.names(SAMPLERS), schedulers=inventory.names(SCHEDULERS)
        )
