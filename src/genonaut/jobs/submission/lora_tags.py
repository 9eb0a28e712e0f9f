"""Take LoRAs from the tags in a prompt, as stable-diffusion-webui does: ``<lora:ink:0.7>``.

ComfyUI does not read such tags: without this they are words of the prompt.
"""

import difflib
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.repository import CatalogRepository
from genonaut.core.errors import FieldError, InvalidInputError
from genonaut.jobs.backends.offers import BackendOffers
from genonaut.jobs.params import LORAS, MAX_LORAS, LoraChoice
from genonaut.jobs.submission.service import SubmissionRequest
from genonaut.metadata import UsedLora, is_in_choice, loras_in_prompt, without_lora_tags
from genonaut.runtime import Runtime

_FIELD = "prompt"
_MAX_STRENGTH = 20.0
_NEAREST = 3


async def with_lora_tags(
    runtime: Runtime, request: SubmissionRequest, *, is_dynamic: bool
) -> SubmissionRequest:
    """Return the request with the LoRAs that its prompt names, and without their tags.

    A LoRA that the request names too gets the strengths of its tag.

    Raises:
        InvalidInputError: no server has such a LoRA, or several have one of that name; a tag is inside of a
            choice; there are too many LoRAs; the prompt has nothing but tags.
    """
    spec = request.spec
    tags = loras_in_prompt(spec.prompt)
    if not tags:
        return request
    if is_dynamic and is_in_choice(spec.prompt):
        raise InvalidInputError.of(_FIELD, "has a LoRA tag inside of a choice; put it outside")
    async with runtime.begin() as uow:
        names = await _names(uow.session)
    found, errors = _choices(tags, names)
    chosen = {lora.name: lora for lora in (*spec.lora_models, *found)}
    if len(chosen) > MAX_LORAS:
        errors.append(FieldError("lora_models", f"at most {MAX_LORAS} LoRAs, with those of tags"))
    prompt = without_lora_tags(spec.prompt)
    if not prompt:
        errors.append(FieldError(_FIELD, "has no words beside its LoRA tags"))
    if errors:
        raise InvalidInputError(*errors)
    return replace(request, spec=replace(spec, prompt=prompt, lora_models=tuple(chosen.values())))


def _choices(
    tags: Sequence[UsedLora], names: Collection[str]
) -> tuple[list[LoraChoice], list[FieldError]]:
    """Return the LoRAs that tags name, and what is wrong with the others."""
    choices: list[LoraChoice] = []
    errors: list[FieldError] = []
    for tag in tags:
        found = _named(tag.name, names)
        clip = tag.strength if tag.clip_strength is None else tag.clip_strength
        if len(found) != 1:
            errors.append(FieldError(_FIELD, _why_not_one(tag.name, found, names)))
        elif max(abs(tag.strength), abs(clip)) > _MAX_STRENGTH:
            errors.append(FieldError(_FIELD, f"the strength of the LoRA {tag.name!r} is above 20"))
        else:
            choices.append(
                LoraChoice(name=found[0], strength_model=tag.strength, strength_clip=clip)
            )
    return choices, errors


async def _names(session: AsyncSession) -> Collection[str]:
    offers = await BackendOffers.read(session)
    return offers.names(LORAS) or await CatalogRepository(session).names_in(LORAS)


def _named(name: str, names: Collection[str]) -> list[str]:
    """Return the files that a tag means: its path, else those of that name in any folder."""
    path = name.replace("\\", "/")
    if path in names:
        return [path]
    exact = [one for one in names if str(PurePosixPath(one).with_suffix("")) == path]
    return exact or sorted(one for one in names if _stem(one) == _stem(path))


def _stem(name: str) -> str:
    base = name.rpartition("/")[2].lower()
    ending = base.rpartition(".")[2]
    return base.removesuffix(f".{ending}") if ending in _ENDINGS else base


_ENDINGS = frozenset({"safetensors", "sft", "pt", "ckpt", "bin", "pth"})


def _why_not_one(name: str, found: Collection[str], names: Collection[str]) -> str:
    if found:
        return f"the LoRA tag {name!r} means {' or '.join(found)}; write the folder too"
    stems = {_stem(one): one for one in names}
    near = difflib.get_close_matches(name.lower(), stems, n=_NEAREST, cutoff=0)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"no ComfyUI server has the LoRA {name!r}{hint}"
