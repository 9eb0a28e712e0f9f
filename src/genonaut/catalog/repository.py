"""Queries on the catalogue that several services use; no rules, no commit."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    any_,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from genonaut.catalog.filters import ModelFilter, is_available
from genonaut.catalog.tables import AvailableModel, CatalogBackend, ModelBackend, ModelFile
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.db.counting import bounded_count
from genonaut.db.query_plans import USE_CUSTOM_PLANS

_NEAREST = 3


class Twin(msgspec.Struct, frozen=True):
    """A model whose tensors equal those of others; hard links to one inode take no extra space."""

    model_id: int
    name: str
    inode: str


class BackendListing(msgspec.Struct, frozen=True):
    """A backend that has a model, and whether it has a preview of it."""

    backend: str
    has_preview: bool


class CatalogRepository:
    """Reads models, the backends that have them, and their duplicates."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, model_id: int) -> AvailableModel | None:
        """Return one model, read again from the database."""
        query = select(AvailableModel).where(AvailableModel.id == model_id)
        return await self._session.scalar(query.execution_options(populate_existing=True))

    async def named(self, folders: Sequence[str], names: Sequence[str]) -> list[AvailableModel]:
        """Return the models of these names in any of the folders."""
        if not names:
            return []
        query = select(AvailableModel).where(
            AvailableModel.folder.in_(folders), AvailableModel.name.in_(names)
        )
        return list(await self._session.scalars(query))

    async def of_name(self, name: str) -> AvailableModel | None:
        """Return a model of that name in any folder."""
        query = select(AvailableModel).where(AvailableModel.name == name)
        return await self._session.scalar(query.order_by(AvailableModel.id).limit(1))

    async def names_in(self, folder: str) -> Sequence[str]:
        """Return the names of all models in a folder, also of those that no server has now."""
        query = select(AvailableModel.name).where(AvailableModel.folder == folder)
        return (await self._session.scalars(query)).all()

    async def page(
        self, wanted: ModelFilter, *, after: tuple[str, int] | None, limit: int
    ) -> Sequence[AvailableModel]:
        """Return the models after ``after``, ordered by name and id."""
        if wanted.search:
            await self._session.execute(USE_CUSTOM_PLANS)
        model = AvailableModel
        query = select(model).where(*wanted.conditions())
        if after is not None:
            query = query.where(
                tuple_(model.name, model.id)
                > tuple_(literal(after[0]), literal(after[1], BigInteger))
            )
        query = query.order_by(model.name, model.id).limit(limit)
        return (await self._session.scalars(query)).all()

    async def count(self, wanted: ModelFilter) -> int:
        """Return the number of models; counting stops at 10,001."""
        query = select(AvailableModel.id).where(*wanted.conditions())
        return await bounded_count(self._session, query)

    async def fit_keys(self, wanted: ModelFilter) -> Sequence[str]:
        """Return the distinct fit keys of the matching models."""
        query = select(AvailableModel.fit_key).where(*wanted.conditions()).distinct()
        return (await self._session.scalars(query)).all()

    async def backend_versions(self) -> dict[str, str | None]:
        """Return the ComfyUI version of every backend that has reported its models, by backend name."""
        query = select(CatalogBackend.name, CatalogBackend.version)
        return dict((await self._session.execute(query)).all())

    async def listings(self, ids: Sequence[int]) -> dict[int, list[BackendListing]]:
        """Return the backends that have each model, ordered by name."""
        query = (
            select(ModelBackend.model_id, ModelBackend.backend, ModelBackend.has_picture)
            .where(_is_any(ModelBackend.model_id, ids))
            .order_by(ModelBackend.backend)
        )
        found: defaultdict[int, list[BackendListing]] = defaultdict(list)
        for model_id, backend, has_picture in await self._session.execute(query):
            found[model_id].append(BackendListing(backend, has_picture))
        return found

    async def same_tensors(self, hashes: Iterable[str]) -> dict[str | None, list[Twin]]:
        """Return the models whose files hold the same tensors, by the hash of these."""
        wanted = list(hashes)
        if not wanted:
            return {}
        query = (
            select(
                AvailableModel.tensors_sha256,
                AvailableModel.id,
                AvailableModel.folder + "/" + AvailableModel.name,
                func.min(ModelFile.inode),
            )
            .join(ModelFile, ModelFile.model_id == AvailableModel.id)
            .where(AvailableModel.tensors_sha256.in_(wanted), ModelFile.missing_since.is_(None))
            .group_by(AvailableModel.id)
            .order_by(AvailableModel.id)
        )
        found: defaultdict[str | None, list[Twin]] = defaultdict(list)
        for digest, model_id, name, inode in await self._session.execute(query):
            found[digest].append(Twin(model_id, name, inode))
        return found

    async def nearest(self, folders: Sequence[str], name: str) -> Sequence[str]:
        """Return the available names most similar to ``name``, by trigrams."""
        likeness = func.similarity(AvailableModel.name, name)
        query = (
            select(AvailableModel.name)
            .where(
                AvailableModel.folder.in_(folders),
                AvailableModel.enabled,
                is_available(),
            )
            .order_by(likeness.desc(), AvailableModel.name)
            .limit(_NEAREST)
        )
        return (await self._session.scalars(query)).all()

    async def has_any(self, folders: Sequence[str]) -> bool:
        """Return whether any model is in these folders."""
        query = select(AvailableModel.id).where(AvailableModel.folder.in_(folders)).limit(1)
        return await self._session.scalar(query) is not None

    async def file_of(self, model_id: int) -> ModelFile | None:
        """Return the file from which a model is loaded, or None."""
        query = (
            select(ModelFile)
            .where(ModelFile.model_id == model_id, ModelFile.missing_since.is_(None))
            .order_by(ModelFile.id)
            .limit(1)
        )
        return await self._session.scalar(query)

    async def with_previews(self, ids: Sequence[int]) -> set[int]:
        """Return which models have a preview image beside their file on this machine."""
        query = select(ModelFile.model_id).where(
            _is_any(ModelFile.model_id, ids),
            ModelFile.preview.is_not(None),
            ModelFile.missing_since.is_(None),
        )
        return set(await self._session.scalars(query))


async def require_model(session: AsyncSession, model_id: int) -> None:
    """Lock a model so that it is not deleted before a row that refers to it is committed.

    Raises:
        NotFoundError: there is no such model.
    """
    found = None
    if is_valid_id(model_id):
        query = select(AvailableModel.id).where(AvailableModel.id == model_id)
        found = await session.scalar(query.with_for_update(read=True, key_share=True))
    if found is None:
        raise NotFoundError(f"no model {model_id}")


def _is_any(column: InstrumentedAttribute[int], ids: Sequence[int]) -> ColumnElement[bool]:
    # Unlike IN, the statement is the same for any number of ids, so it is compiled and prepared once.
    return column == any_(literal(list(ids), ARRAY(BigInteger)))
