"""Resolve the model names of a submission to model files and the way to load them."""

import difflib
from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.compatibility import LACKING_IN, Fit
from genonaut.catalog.details import is_too_new
from genonaut.catalog.effective import FitTraits, fit_of
from genonaut.catalog.filters import BASE_FOLDERS, LORA_FOLDER
from genonaut.catalog.repository import CatalogRepository
from genonaut.catalog.scanning.health import FATAL, HealthCode, ModelHealth
from genonaut.catalog.selection.companions import Companions, CompanionsMissingError
from genonaut.catalog.selection.plan import ModelPlan
from genonaut.catalog.selection.recipe import Recipe
from genonaut.catalog.selection.recipes import UNKNOWN, recipe_of
from genonaut.catalog.tables import AvailableModel
from genonaut.catalog.vocabulary import ModelKind
from genonaut.core.errors import FieldError, InvalidInputError

Offered = Mapping[str, Collection[str]] | None
"""Model names by folder that the backends have; None while no backend has reported."""
_BASES = frozenset({ModelKind.CHECKPOINT, ModelKind.DIFFUSION_MODEL, ModelKind.UNKNOWN})
_CHECKPOINTS = BASE_FOLDERS[0]
_NOUNS = {
    ModelKind.LORA: "LoRA",
    ModelKind.CONTROLNET: "ControlNet",
    ModelKind.UPSCALER: "upscale model",
    ModelKind.VAE: "VAE",
    ModelKind.CLIP_VISION: "CLIP vision model",
    ModelKind.IP_ADAPTER: "IP-Adapter",
    ModelKind.UNKNOWN: "file of an unknown kind",
}
_FIELD = "checkpoint_model"


class WantedModels(msgspec.Struct, frozen=True, kw_only=True):
    """The model names of a request."""

    checkpoint: str
    loras: Sequence[str] = ()
    """An empty name is a placeholder for one that failed validation; it is skipped."""
    allow_mismatch: bool = False
    """Also accept LoRAs that were made for another architecture."""


class ModelResolver:
    """Checks model names against the catalogue and the backends, and decides how to load them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._catalog = CatalogRepository(session)

    async def resolve(
        self, wanted: WantedModels, offered: Offered, *, is_complete: bool = True
    ) -> ModelPlan:
        """Return how to load the requested models.

        While neither a scan nor a backend has reported any model, every name is accepted.

        Args:
            wanted: the names of the request.
            offered: what the backends that answered have.
            is_complete: whether all have answered; one that has not may have any model.

        Raises:
            InvalidInputError: names each field with a model that is unknown (with the nearest names),
                disabled, on no backend, damaged, incompatible, or without its companions.
        """
        base = await self._base(wanted.checkpoint, offered)
        errors = await self._base_errors(wanted.checkpoint, base, offered, is_complete=is_complete)
        errors += await self._lora_errors(wanted, base, offered, is_complete=is_complete)
        if errors:
            raise InvalidInputError(*errors)
        if base is None:
            return ModelPlan(folder=_folder_of(wanted.checkpoint, offered), name=wanted.checkpoint)
        return await self._plan(base)

    async def require_loras(
        self, wanted: WantedModels, offered: Offered, *, is_complete: bool = True
    ) -> None:
        """Check only the LoRAs, for requests whose checkpoint is not known.

        Raises:
            InvalidInputError: names each LoRA that cannot be used with any checkpoint.
        """
        if errors := await self._lora_errors(wanted, None, offered, is_complete=is_complete):
            raise InvalidInputError(*errors)

    async def _base(self, name: str, offered: Offered) -> AvailableModel | None:
        """Return the model of that name; if two folders have one, prefer one that a backend has."""
        found = await self._catalog.named(BASE_FOLDERS, [name])

        def rank(model: AvailableModel) -> tuple[bool, int]:
            is_offered = offered is None or name in offered.get(model.folder, ())
            return not is_offered, BASE_FOLDERS.index(model.folder)

        return min(found, key=rank, default=None)

    async def _base_errors(
        self, name: str, base: AvailableModel | None, offered: Offered, *, is_complete: bool
    ) -> list[FieldError]:
        if base is None:
            if not is_complete:
                return []
            return await self.unknown_name_errors(_FIELD, "checkpoint", BASE_FOLDERS, name, offered)
        reason = why_unusable(base, offered, is_complete=is_complete)
        if not reason and await self._is_too_new(base):
            reason = f"every ComfyUI server that has {name!r} is too old for {base.architecture}"
        if not reason and base.kind not in _BASES:
            reason = f"{name!r} is a {base.kind}, not a checkpoint or diffusion model"
        return [FieldError(_FIELD, reason)] if reason else []

    async def _is_too_new(self, base: AvailableModel) -> bool:
        if base.architecture not in LACKING_IN:
            return False
        versions = await self._catalog.backend_versions()
        listings = (await self._catalog.listings([base.id])).get(base.id, [])
        return is_too_new(base.architecture, [versions.get(one.backend) for one in listings])

    async def _lora_errors(
        self,
        wanted: WantedModels,
        base: AvailableModel | None,
        offered: Offered,
        *,
        is_complete: bool,
    ) -> list[FieldError]:
        rows = {row.name: row for row in await self._catalog.named([LORA_FOLDER], wanted.loras)}
        errors: list[FieldError] = []
        for index, name in enumerate(wanted.loras):
            field = f"lora_models[{index}].name"
            row = rows.get(name)
            if not name or (row is None and not is_complete):
                continue
            if row is None:
                errors += await self.unknown_name_errors(
                    field, "LoRA", [LORA_FOLDER], name, offered
                )
                continue
            reason = why_unusable(row, offered, is_complete=is_complete)
            if not reason and base is not None and not wanted.allow_mismatch:
                reason = _misfit(row, base)
            if reason:
                errors.append(FieldError(field, reason))
        return errors

    async def unknown_name_errors(
        self, field: str, noun: str, folders: Sequence[str], name: str, offered: Offered
    ) -> list[FieldError]:
        """Return the error for a name without a catalogue entry; none if it may exist."""
        if offered is not None and any(name in offered.get(folder, ()) for folder in folders):
            return []  # reported by a backend, not yet recorded
        other = await self._catalog.of_name(name)
        if other is not None:
            return [FieldError(field, is_not(other, noun))]
        if offered is None and not await self._catalog.has_any(folders):
            return []
        near = await self._catalog.nearest(folders, name)
        if not near and offered is not None:
            listed = [one for folder in folders for one in offered.get(folder, ())]
            near = difflib.get_close_matches(name, listed, cutoff=0)
        guess = " or ".join(near)
        hint = f"did you mean {guess}?" if near else f"no ComfyUI server has any {noun}"
        message = f"{name!r} is not {with_article(noun)} of any ComfyUI server; {hint}"
        return [FieldError(field, message)]

    async def _plan(self, base: AvailableModel) -> ModelPlan:
        recipe = recipe_of(base.architecture, base.variant)
        plan = sampled(
            ModelPlan(
                folder=base.folder,
                name=base.name,
                architecture=base.architecture,
                variant=base.variant,
            ),
            recipe or UNKNOWN,
        )
        is_whole = base.folder == _CHECKPOINTS and base.kind is not ModelKind.DIFFUSION_MODEL
        if is_whole:
            return plan
        if recipe is None or not recipe.text_encoders:
            raise InvalidInputError.of(
                _FIELD,
                f"{base.name!r} is a diffusion model without text encoders, and loading "
                f"{f'{base.architecture} {base.variant}'.strip()} from separate files is not supported",
            )
        parts = base.detected.get("parts") or () if base.folder == _CHECKPOINTS else ()
        try:
            found = await Companions(self._session).find(base.id, recipe, parts)
        except CompanionsMissingError as error:
            message = f"{base.name!r} is a {base.architecture} model without its companions and needs {error}"
            raise InvalidInputError.of(_FIELD, message) from error
        return msgspec.structs.replace(
            plan,
            text_encoders=found.text_encoders,
            vae=found.vae,
            clip_type=recipe.clip_type if found.text_encoders else "",
        )


def sampled(plan: ModelPlan, recipe: Recipe) -> ModelPlan:
    """Return the plan with what a recipe says about sampling."""
    return msgspec.structs.replace(
        plan,
        latent=recipe.latent,
        flux_guidance=recipe.flux_guidance,
        flow_shift=recipe.flow_shift,
        shift_node=recipe.shift_node,
        cfg_norm=recipe.cfg_norm,
        dual_cfg=recipe.dual_cfg,
        text_encoding=recipe.text_encoding,
        schedule=recipe.schedule,
    )


def _folder_of(name: str, offered: Offered) -> str:
    if offered is None:
        return _CHECKPOINTS
    return next(
        (folder for folder in BASE_FOLDERS if name in offered.get(folder, ())), _CHECKPOINTS
    )


def why_unusable(model: AvailableModel, offered: Offered, *, is_complete: bool) -> str:
    """Return the reason why a known model cannot be used, or an empty text."""
    if not model.enabled:
        return f"{model.name!r} is disabled by an administrator"
    is_offered = offered is None or model.name in offered.get(model.folder, ())
    if not is_offered and is_complete:
        return f"no ComfyUI server has {model.name!r} at present"
    if offered is None and model.unavailable_since is not None:
        return f"{model.name!r} no longer exists"
    problems = msgspec.convert(model.health, list[ModelHealth])
    problem = next((one for one in problems if one.code in FATAL - {HealthCode.UNREADABLE}), None)
    return f"the file of {model.name!r} is damaged: {problem.detail}" if problem else ""


def is_not(model: AvailableModel, noun: str) -> str:
    """Return a sentence that says what a model is and that it is no ``noun``."""
    own = _NOUNS.get(ModelKind(model.kind), str(model.kind).replace("_", " "))
    return f"{model.name!r} is {with_article(own)}, not {with_article(noun)}"


def with_article(noun: str) -> str:
    """Return a noun with its indefinite article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _misfit(lora: AvailableModel, base: AvailableModel) -> str:
    found = fit_of(FitTraits.of_key(lora.fit_key), FitTraits.of_key(base.fit_key))
    if found.fit is not Fit.MISFIT:
        return ""
    return f"{lora.name!r} does not fit: {found.reason}; set params.allow_mismatch to use it anyway"
