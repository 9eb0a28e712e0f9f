"""Find the text encoders and the VAE for a diffusion model file that does not contain them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.effective import FitTraits
from genonaut.catalog.selection.plan import PIXEL_SPACE
from genonaut.catalog.selection.recipe import Recipe
from genonaut.catalog.tables import AvailableModel, ModelBackend
from genonaut.catalog.vocabulary import ModelKind
from genonaut.core.errors import NotFoundError

ENCODERS, VAES = "text_encoders", "vae"
# VAEs of the same architectures with other latents: for previews, or Wan 2.2 5B with 48 channels.
OTHER_LATENTS = frozenset({"tiny", "2.2-z48"})


class CompanionsMissingError(NotFoundError):
    """A companion is missing; the message names it."""

    code = "companions_missing"


class CompanionFiles(msgspec.Struct, frozen=True):
    """Names of the companions; empty for parts that the file contains."""

    text_encoders: tuple[str, ...]
    vae: str


class Companions:
    """Chooses companions that one backend has together with the model."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, base_id: int, recipe: Recipe, parts: Collection[str]) -> CompanionFiles:
        """Return the companions that ``recipe`` needs and the file does not contain.

        Raises:
            CompanionsMissingError: no backend has all of them.
        """
        candidates = await self._candidates()
        backends = await self._backends_of([base_id, *(model.id for model in candidates)])
        hosts = sorted(backends.get(base_id, ()))
        # While no backend has reported, every existing file is a candidate.
        by_host: list[Sequence[AvailableModel]] = [
            [model for model in candidates if host in backends.get(model.id, ())] for host in hosts
        ]
        by_host = by_host or [candidates]
        missing: list[CompanionsMissingError] = []
        for on_host in by_host:
            try:
                return _choose(on_host, recipe, parts)
            except CompanionsMissingError as error:
                missing.append(error)
        raise missing[0]

    async def _candidates(self) -> Sequence[AvailableModel]:
        model = AvailableModel
        query = (
            select(model)
            .where(
                or_(
                    (model.kind == ModelKind.TEXT_ENCODER) & (model.folder == ENCODERS),
                    (model.kind == ModelKind.VAE) & (model.folder == VAES),
                ),
                model.enabled,
                model.unavailable_since.is_(None),
            )
            # Larger files are more precise; ComfyUI unloads encoders once they have run.
            .order_by(model.size_bytes.desc().nulls_last(), model.name)
        )
        return (await self._session.scalars(query)).all()

    async def _backends_of(self, ids: Sequence[int]) -> Mapping[int, set[str]]:
        query = select(ModelBackend.model_id, ModelBackend.backend).where(
            ModelBackend.model_id.in_(ids)
        )
        found: defaultdict[int, set[str]] = defaultdict(set)
        for model_id, backend in await self._session.execute(query):
            found[model_id].add(backend)
        return found


def _choose(
    candidates: Sequence[AvailableModel], recipe: Recipe, parts: Collection[str]
) -> CompanionFiles:
    encoders: tuple[str, ...] = ()
    if "text_encoder" not in parts:
        encoders = tuple(_encoder(candidates, variant) for variant in recipe.text_encoders)
    if recipe.has_pixel_vae:
        return CompanionFiles(encoders, PIXEL_SPACE)
    return CompanionFiles(encoders, "" if "vae" in parts else _vae(candidates, recipe))


def _encoder(candidates: Sequence[AvailableModel], variant: str) -> str:
    for model in candidates:
        if model.kind is ModelKind.TEXT_ENCODER and model.variant == variant:
            return model.name
    raise CompanionsMissingError(f"a {variant} text encoder in {ENCODERS}, which is missing")


def _vae(candidates: Sequence[AvailableModel], recipe: Recipe) -> str:
    """Return a VAE of the right architecture, else one that may be of it."""
    vaes = [
        model
        for model in candidates
        if model.kind is ModelKind.VAE and model.variant not in OTHER_LATENTS
    ]
    for architecture in recipe.vae:
        for model in vaes:
            if model.architecture == architecture:
                return model.name
    for model in vaes:
        traits = FitTraits.of_key(model.fit_key)
        if set(recipe.vae) & set(traits.choices):
            return model.name
    raise CompanionsMissingError(f"a {recipe.vae[0]} VAE in {VAES}, which is missing")
