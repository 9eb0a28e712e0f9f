"""Route of the available samplers and schedulers."""

from litestar import Controller, get
from litestar.di import NamedDependency

from genonaut.core.schemas import View
from genonaut.db import UnitOfWork
from genonaut.jobs.backends.offers import BackendOffers
from genonaut.jobs.params import SAMPLERS, SCHEDULERS


class SamplingOptions(View, frozen=True):
    """Samplers and schedulers that at least one ComfyUI server offers."""

    samplers: list[str]
    schedulers: list[str]


class SamplingOptionsController(Controller):
    """List the samplers and schedulers."""

    tags = ("models",)

    @get("/sampling-options", summary="List samplers and schedulers")
    async def sampling_options(self, uow: NamedDependency[UnitOfWork]) -> SamplingOptions:
        """Return the possible values of ``params.sampler_name`` and ``params.scheduler``."""
        offers = await BackendOffers.read(uow.session)
        return SamplingOptions(samplers=offers.names(SAMPLERS), schedulers=offers.names(SCHEDULERS))
