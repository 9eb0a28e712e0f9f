"""The text encoders and the autoencoder for a diffusion model that comes without them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.effective import Fitting
from genonaut.catalog.selection.recipes import Recipe
from genonaut.catalog.tables import AvailableModel, ModelBackend
from genonaut.catalog.vocabulary import ModelKind
from genonaut.core.errors import NotFoundError

ENCODERS, VAES = "text_encoders", "vae"
# Of the same architectures, but for previews, or with the 48 channels of Wan 2.2's 5B.
_OTHER_LATENTS = frozenset({"tiny", "2.2-z48"})


class CompanionsMissingError(NotFoundError):
    """A part is not there; the text names what is needed."""

    code = "companions_missing"


class Found(msgspec.Struct, frozen=True):
    """Names of the parts; empty where the file has its own."""

    text_encoders: tuple[str, ...]
    vae: str


class Companions:
    """Chooses parts that one server has all of, together with the model."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, base_id: int, recipe: Recipe, parts: Collection[str]) -> Found:
        """Return the parts that ``recipe`` asks for and the file lacks.

        Raises:
            CompanionsMissingError: no server has all of them.
        """
        candidates = await self._candidates()
        places = await self._places([base_id, *(model.id for model in candidates)])
        servers = sorted(places.get(base_id, ()))
        # While no server has reported, everything that is there counts.
        shelves: list[Sequence[AvailableModel]] = [
            [model for model in candidates if server in places.get(model.id, ())]
            for server in servers
        ]
        shelves = shelves or [candidates]
        missing: list[CompanionsMissingError] = []
        for shelf in shelves:
            try:
                return _choose(shelf, recipe, parts)
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
            # More bytes are more precise; ComfyUI moves encoders out of the way once they have run.
            .order_by(model.size_bytes.desc().nulls_last(), model.name)
        )
        return (await self._session.scalars(query)).all()

    async def _places(self, ids: Sequence[int]) -> Mapping[int, set[str]]:
        query = select(ModelBackend.model_id, ModelBackend.backend).where(
            ModelBackend.model_id.in_(ids)
        )
        found: defaultdict[int, set[str]] = defaultdict(set)
        for model_id, backend in await self._session.execute(query):
            found[model_id].add(backend)
        return found


def _choose(shelf: Sequence[AvailableModel], recipe: Recipe, parts: Collection[str]) -> Found:
    encoders: tuple[str, ...] = ()
    if "text_encoder" not in parts:
        encoders = tuple(_encoder(shelf, variant) for variant in recipe.text_encoders)
    return Found(encoders, "" if "vae" in parts else _vae(shelf, recipe))


def _encoder(shelf: Sequence[AvailableModel], variant: str) -> str:
    for model in shelf:
        if model.kind is ModelKind.TEXT_ENCODER and model.variant == variant:
            return model.name
    raise CompanionsMissingError(f"a {variant} text encoder in {ENCODERS}, which is not there")


def _vae(shelf: Sequence[AvailableModel], recipe: Recipe) -> str:
    """Return a VAE of the right architecture, else one whose file leaves that open."""
    vaes = [
        model
        for model in shelf
        if model.kind is ModelKind.VAE and model.variant not in _OTHER_LATENTS
    ]
    for architecture in recipe.vae:
        for model in vaes:
            if model.architecture == architecture:
                return model.name
    for model in vaes:
        fitting = Fitting.of_key(model.fit_key)
        if set(recipe.vae) & set(fitting.choices):
            return model.name
    raise CompanionsMissingError(f"a {recipe.vae[0]} VAE in {VAES}, which is not there")
