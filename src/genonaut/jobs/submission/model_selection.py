"""Choose the models of a submission."""

from collections.abc import Iterable

from msgspec.structs import replace

from genonaut.catalog.selection.plan import ModelPlan
from genonaut.catalog.selection.resolver import ModelResolver, WantedModels
from genonaut.core.errors import collect_errors
from genonaut.jobs.backends.offers import BackendOffers
from genonaut.jobs.params import LORAS, LoraChoice


async def choose_models(
    resolver: ModelResolver,
    offers: BackendOffers,
    wanted: WantedModels,
    *,
    default_checkpoint: str,
) -> tuple[str, ModelPlan]:
    """Return the checkpoint (the default one if none is wanted) and how to load all models.

    Raises:
        InvalidInputError: for each model that cannot be used.
    """
    with collect_errors() as collecting:
        checkpoint = ""
        with collecting():
            checkpoint = offers.checkpoint_or_default(wanted.checkpoint, default_checkpoint)
        if not checkpoint:
            with collecting():
                await resolver.require_loras(wanted, offers.offered, is_complete=offers.is_complete)
    plan = await resolver.resolve(
        replace(wanted, checkpoint=checkpoint), offers.offered, is_complete=offers.is_complete
    )
    return checkpoint, plan


def with_canonical_names(
    offers: BackendOffers, loras: Iterable[LoraChoice]
) -> tuple[LoraChoice, ...]:
    """Return the LoRAs under their names in the catalogue."""
    return tuple(replace(one, name=offers.canonical_name([LORAS], one.name)) for one in loras)
