"""Report all errors of a submission whose body does not fit its type."""

from msgspec import UNSET, UnsetType
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.selection.resolver import ModelResolver, WantedModels
from genonaut.core.decoded_body import PartialDocument
from genonaut.core.errors import collect_errors
from genonaut.jobs.backends.offers import BackendOffers
from genonaut.jobs.image_work import Operation
from genonaut.jobs.params import LORAS
from genonaut.jobs.submission.model_selection import choose_models
from genonaut.jobs.submission.prompt_policy import PromptPolicy, require_allowed


async def check_readable_fields(
    session: AsyncSession,
    document: PartialDocument,
    policy: PromptPolicy,
    *,
    default_checkpoint: str,
) -> None:
    """Check the fields that could be read as a valid submission's fields are checked.

    Raises:
        InvalidInputError: lists their errors.
    """
    offers = await BackendOffers.read(session)
    with collect_errors() as collecting:
        with collecting():
            prompt = document.read("prompt", kind=str, default="")
            require_allowed(policy, prompt or "")
        if document.read("operation", kind=str, default="") == Operation.UPSCALE:
            return
        with collecting():
            await _check_models(session, offers, document, default_checkpoint)
        with collecting():
            offers.require_options(
                sampler_name=_option(document, "sampler_name"),
                scheduler=_option(document, "scheduler"),
            )


async def _check_models(
    session: AsyncSession, offers: BackendOffers, document: PartialDocument, default: str
) -> None:
    resolver = ModelResolver(session)
    checkpoint = document.read("checkpoint_model", kind=str, default="")
    allow_mismatch = document.read("params", "allow_mismatch", kind=bool, default=False)
    wanted = WantedModels(
        checkpoint=checkpoint or "",
        loras=_loras(offers, document),
        # An unreadable value counts as true: it must not cause errors about LoRAs.
        allow_mismatch=allow_mismatch is not False,
    )
    if checkpoint is UNSET:
        await resolver.require_loras(wanted, offers.offered, is_complete=offers.is_complete)
        return
    await choose_models(resolver, offers, wanted, default_checkpoint=default)


def _loras(offers: BackendOffers, document: PartialDocument) -> list[str]:
    """Return the names by position; an empty name for one that cannot be read."""
    given = document.read("lora_models", kind=list, default=[])
    if given is UNSET:
        return []
    names = (
        document.read("lora_models", index, "name", kind=str, default="")
        for index in range(len(given))
    )
    return [offers.canonical_name([LORAS], name or "") for name in names]


def _option(document: PartialDocument, name: str) -> str | UnsetType:
    return document.read("params", name, kind=str, default="") or UNSET
