"""Which models a submission gets, and what else can be said of one that cannot be read."""

from collections.abc import Iterable, Sequence

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from genonaut.catalog.selection.plan import ModelPlan
from genonaut.catalog.selection.resolver import ModelResolver, WantedModels
from genonaut.core.errors import FieldError, InvalidInputError, errors_together
from genonaut.core.remains import Remains
from genonaut.jobs.backends.offers import BackendOffers
from genonaut.jobs.params import LORAS, LoraChoice
from genonaut.jobs.submission.prompt_policy import load_policy, require_allowed
from genonaut.runtime import Runtime


async def choose_models(
    resolver: ModelResolver,
    offers: BackendOffers,
    wanted: WantedModels,
    *,
    default_checkpoint: str,
) -> tuple[str, ModelPlan]:
    """Return the checkpoint, the default one where none is wanted, and how to load everything.

    Raises:
        InvalidInputError: names each model that cannot be used.
    """
    with errors_together() as noting:
        checkpoint = ""
        with noting():
            checkpoint = offers.checkpoint_or_default(wanted.checkpoint, default_checkpoint)
        if not checkpoint:
            with noting():
                await resolver.require_loras(wanted, offers.offered)
    plan = await resolver.resolve(replace(wanted, checkpoint=checkpoint), offers.offered)
    return checkpoint, plan


def with_canonical_names(
    offers: BackendOffers, loras: Iterable[LoraChoice]
) -> tuple[LoraChoice, ...]:
    """Return the LoRAs under their names in the catalogue."""
    return tuple(replace(one, name=offers.canonical_name([LORAS], one.name)) for one in loras)


async def second_look(runtime: Runtime, remains: Remains) -> Sequence[FieldError]:
    """Return what is wrong with the fields of a refused submission that could be read."""
    async with runtime.begin() as uow:
        offers = await BackendOffers.read(uow.session)
        resolver = ModelResolver(uow.session)
        try:
            with errors_together() as noting:
                with noting():
                    _check_prompt(runtime, remains)
                with noting():
                    await _check_models(runtime, resolver, offers, remains)
                with noting():
                    _check_options(offers, remains)
        except InvalidInputError as error:
            return error.errors
    return ()


def _check_prompt(runtime: Runtime, remains: Remains) -> None:
    prompt = remains.read("prompt", kind=str, default="") or ""
    require_allowed(load_policy(runtime.settings.policy.deny_list), prompt)


async def _check_models(
    runtime: Runtime, resolver: ModelResolver, offers: BackendOffers, remains: Remains
) -> None:
    checkpoint = remains.read("checkpoint_model", kind=str, default="")
    wanted = WantedModels(
        checkpoint=checkpoint or "",
        loras=_loras(offers, remains),
        # What cannot be read is not held against the LoRAs.
        allow_mismatch=remains.read("params", "allow_mismatch", kind=bool, default=False)
        is not False,
    )
    if checkpoint is UNSET:
        await resolver.require_loras(wanted, offers.offered)
        return
    default = runtime.settings.jobs.default_checkpoint
    await choose_models(resolver, offers, wanted, default_checkpoint=default)


def _loras(offers: BackendOffers, remains: Remains) -> list[str]:
    """Return the names in their places; an empty one where none could be read."""
    given = remains.read("lora_models", kind=list, default=[])
    if given is UNSET:
        return []
    names = (
        remains.read("lora_models", index, "name", kind=str, default="")
        for index in range(len(given))
    )
    return [offers.canonical_name([LORAS], name or "") for name in names]


def _check_options(offers: BackendOffers, remains: Remains) -> None:
    def option(name: str) -> str | UnsetType:
        return remains.read("params", name, kind=str, default="") or UNSET

    offers.require_options(sampler_name=option("sampler_name"), scheduler=option("scheduler"))
