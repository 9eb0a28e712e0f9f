"""Check the models that a submission names beside its checkpoint and LoRAs, by folder and kind."""

from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.compatibility import Fit
from genonaut.catalog.effective import FitTraits, fit_of
from genonaut.catalog.repository import CatalogRepository
from genonaut.catalog.selection.companions import OTHER_LATENTS
from genonaut.catalog.selection.embeddings import EMBEDDING_FOLDER
from genonaut.catalog.selection.plan import ModelPlan
from genonaut.catalog.selection.recipes import recipe_of
from genonaut.catalog.selection.resolver import (
    ModelResolver,
    Offered,
    is_not,
    why_unusable,
)
from genonaut.catalog.tables import AvailableModel
from genonaut.catalog.vocabulary import Architecture, ModelKind
from genonaut.core.errors import FieldError


class Role(msgspec.Struct, frozen=True):
    """What a named model is used as: its folder, its kind, and how errors call it."""

    folder: str
    kind: ModelKind
    noun: str


CONTROLNET = Role("controlnet", ModelKind.CONTROLNET, "ControlNet")
MODEL_PATCH = Role("model_patches", ModelKind.CONTROLNET, "ControlNet")
UPSCALE_MODEL = Role("upscale_models", ModelKind.UPSCALER, "upscale model")
VAE = Role("vae", ModelKind.VAE, "VAE")
REFINER = Role("checkpoints", ModelKind.CHECKPOINT, "checkpoint")
STYLE_MODEL = Role("style_models", ModelKind.STYLE_MODEL, "style model")
CLIP_VISION = Role("clip_vision", ModelKind.CLIP_VISION, "CLIP vision model")
EMBEDDING = Role(EMBEDDING_FOLDER, ModelKind.EMBEDDING, "embedding")
_FOLDERS = (
    "checkpoints", "diffusion_models", "loras", "text_encoders",
    *(one.folder for one in (CONTROLNET, MODEL_PATCH, UPSCALE_MODEL, VAE, STYLE_MODEL, CLIP_VISION, EMBEDDING)),
)  # fmt: skip


class NamedModel(msgspec.Struct, frozen=True):
    """A model of a submission: the field that names it, its role and its name."""

    field: str
    role: Role
    name: str


class ImageModels:
    """Checks named models against the catalogue and what the backends offer."""

    def __init__(self, session: AsyncSession, offered: Offered, *, is_complete: bool) -> None:
        """Take what the backends that answered offer, and whether all have answered."""
        self._session = session
        self._catalog = CatalogRepository(session)
        self._resolver = ModelResolver(session)
        self._offered = offered
        self._is_complete = is_complete

    async def check(
        self, wanted: Sequence[NamedModel], plan: ModelPlan | None, *, allow_mismatch: bool
    ) -> tuple[dict[str, AvailableModel], list[FieldError]]:
        """Return the rows by field, as far as the catalogue has them, and the errors.

        Args:
            wanted: the models to check.
            plan: the model that they are used with; None: they need not fit any.
            allow_mismatch: whether ControlNets and embeddings of another architecture are accepted.
        """
        rows = await self._catalog.named(_FOLDERS, [one.name for one in wanted])
        found: dict[str, AvailableModel] = {}
        errors: list[FieldError] = []
        for one in wanted:
            named = {row.folder: row for row in rows if row.name == one.name}
            row = named.get(one.role.folder)
            if row is None:
                errors += await self._absence(one, list(named.values()))
                continue
            found[one.field] = row
            reason = why_unusable(row, self._offered, is_complete=self._is_complete)
            reason = reason or _wrong_kind(row, one.role)
            if not reason and plan is not None:
                reason = _misfit(row, one.role, plan, allow_mismatch=allow_mismatch)
            if reason:
                errors.append(FieldError(one.field, reason))
        return found, errors

    async def available(self, role: Role) -> Sequence[AvailableModel]:
        """Return the usable models of a role, the largest first."""
        model = AvailableModel
        query = (
            select(model)
            .where(model.folder == role.folder, model.enabled)
            .order_by(model.size_bytes.desc().nulls_last(), model.name)
        )
        rows = await self._session.scalars(query)
        return [
            row
            for row in rows
            if not why_unusable(row, self._offered, is_complete=self._is_complete)
            and not _wrong_kind(row, role)
        ]

    async def _absence(
        self, wanted: NamedModel, elsewhere: Sequence[AvailableModel]
    ) -> Sequence[FieldError]:
        """Return the error for a name that its folder does not have; none if it may have it."""
        role = wanted.role
        if role.folder in _folders_with(self._offered, wanted.name):
            return []  # reported by a backend, not yet recorded
        if elsewhere:
            return [FieldError(wanted.field, is_not(elsewhere[0], role.noun))]
        if not self._is_complete:
            return []
        return await self._resolver.unknown_name_errors(
            wanted.field, role.noun, [role.folder], wanted.name, self._offered
        )


def _folders_with(offered: Offered, name: str) -> Collection[str]:
    names: Mapping[str, Collection[str]] = offered or {}
    return [folder for folder, known in names.items() if name in known]


def _wrong_kind(row: AvailableModel, role: Role) -> str:
    if row.kind in {role.kind, ModelKind.UNKNOWN}:
        return ""
    return is_not(row, role.noun)


def _misfit(row: AvailableModel, role: Role, plan: ModelPlan, *, allow_mismatch: bool) -> str:
    if role in {CONTROLNET, MODEL_PATCH, EMBEDDING}:
        return "" if allow_mismatch else _network_misfit(row, plan)
    if role is VAE:
        return _vae_misfit(row, plan)
    if role is REFINER:
        return _refiner_misfit(row, plan)
    return ""


def _network_misfit(row: AvailableModel, plan: ModelPlan) -> str:
    base = FitTraits(Architecture(plan.architecture), plan.variant, (), is_guess=False)
    found = fit_of(FitTraits.of_key(row.fit_key), base)
    if found.fit is not Fit.MISFIT:
        return ""
    return f"{row.name!r} does not fit: {found.reason}; set params.allow_mismatch to use it anyway"


def _vae_misfit(row: AvailableModel, plan: ModelPlan) -> str:
    recipe = recipe_of(plan.architecture, plan.variant)
    if row.variant in OTHER_LATENTS:
        return f"{row.name!r} is a VAE for previews or other latents ({row.variant})"
    if recipe is None or not recipe.vae or row.architecture == Architecture.UNKNOWN:
        return ""
    choices = {row.architecture, *FitTraits.of_key(row.fit_key).choices}
    if choices & set(recipe.vae):
        return ""
    return f"{row.name!r} is a VAE for {row.architecture} and does not fit {plan.architecture}"


def _refiner_misfit(row: AvailableModel, plan: ModelPlan) -> str:
    if plan.architecture not in {Architecture.SDXL, Architecture.UNKNOWN}:
        return f"only sdxl models can be refined, and the checkpoint is {plan.architecture}"
    if row.architecture in {Architecture.SDXL_REFINER, Architecture.UNKNOWN}:
        return ""
    return f"{row.name!r} is no refiner but {row.architecture}"
