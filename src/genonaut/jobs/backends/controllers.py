"""Route of the available samplers and schedulers, and of the default checkpoint."""

from litestar import Controller, get
from litestar.di import NamedDependency

from genonaut.core.schemas import View
from genonaut.db import UnitOfWork
from genonaut.jobs.backends.offers import BackendOffers
from genonaut.jobs.params import SAMPLERS, SCHEDULERS
from genonaut.runtime import Runtime


class SamplingOptions(View, frozen=True):
    """Samplers and schedulers that at least one ComfyUI server offers.

    ``default_checkpoint`` is that of submissions that choose none; null if they have to choose one.
    """

    samplers: list[str]
    schedulers: list[str]
    default_checkpoint: str | None


class SamplingOptionsController(Controller):
    """List the samplers and schedulers."""

    tags = ("models",)

    @get("/sampling-options", summary="List samplers and schedulers")
    async def sampling_options(
        self, uow: NamedDependency[UnitOfWork], runtime: NamedDependency[Runtime]
    ) -> SamplingOptions:
        """Return the possible values of ``params.sampler_name`` and ``params.scheduler``."""
        offers = await BackendOffers.read(uow.session)
        return SamplingOptions(
            samplers=offers.names(SAMPLERS),
            schedulers=offers.names(SCHEDULERS),
            default_checkpoint=offers.default_checkpoint(runtime.settings.jobs.default_checkpoint),
        )
