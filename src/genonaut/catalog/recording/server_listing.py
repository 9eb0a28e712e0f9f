"""Record the models of backends, and their metadata where this machine cannot read the files."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

import msgspec
from msgspec.structs import replace
from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from genonaut.catalog.effective import Overrides, effective_of, storable, storable_json
from genonaut.catalog.identification.findings import Identification
from genonaut.catalog.identification.from_metadata import identify_from_metadata
from genonaut.catalog.recording import statements as sql
from genonaut.catalog.recording.service import MAX_NAME_BYTES, RecordingService, model_row
from genonaut.catalog.recording.write_lock import acquire_write_lock
from genonaut.catalog.tables import AvailableModel, CatalogBackend, ModelBackend
from genonaut.catalog.vocabulary import ModelSource, Source
from genonaut.comfyui import with_slashes
from genonaut.db import UnitOfWork

_RETRY_PREVIEW_AFTER = timedelta(days=1)
_WITH_METADATA = (".safetensors", ".sft")
_GUESSES = frozenset({Source.FOLDER, Source.NAME})


class ListedModel(msgspec.Struct, frozen=True, kw_only=True):
    """One model as a backend lists it; size and path index are None if the backend does not send them.

    ``spelling`` is the name the backend expects, if it differs from ``name``.
    """

    folder: str
    name: str
    spelling: str | None = None
    size_bytes: int | None = None
    path_index: int | None = None


class ModelWithoutMetadata(msgspec.Struct, frozen=True):
    """A model whose metadata was not yet requested from a backend."""

    model_id: int
    folder: str
    name: str
    spelling: str
    """The name at that backend."""


class ModelWithoutPreview(msgspec.Struct, frozen=True):
    """A model whose preview should be requested from a backend."""

    model_id: int
    folder: str
    spelling: str
    """The name at that backend."""
    path_index: int


class ListingService:
    """Records which backend has which models, and what backends report about them."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session: AsyncSession = uow.session
        self._recording = RecordingService(uow)

    async def record_backend(
        self,
        backend: str,
        listed: Sequence[ListedModel],
        *,
        folders: Sequence[str],
        version: str | None,
    ) -> int:
        """Replace the list of a backend's models in ``folders``; returns how many models are new."""
        await acquire_write_lock(self._session)
        models = {
            (one.folder, storable(one.name)): one
            for one in listed
            if one.folder in folders and len(one.name.encode("utf-8", "replace")) <= MAX_NAME_BYTES
        }
        rows = storable_json([_names(key, one) for key, one in models.items()])
        added = await self._add_unknown(list(models))
        parameters = {"backend": backend, "rows": rows}
        changed = set(await self._session.scalars(sql.LIST_AT_BACKEND, parameters))
        changed |= set(
            await self._session.scalars(
                sql.UNLIST_AT_BACKEND, {**parameters, "folders": list(folders)}
            )
        )
        await self._recording.recompute(changed)
        values = {"version": version, "seen_at": func.now()}
        await self._session.execute(
            insert(CatalogBackend)
            .values(name=backend, **values)
            .on_conflict_do_update(index_elements=["name"], set_=values)
        )
        return added

    async def forget_other_backends(self, names: Sequence[str]) -> None:
        """Delete the lists of all backends except ``names``."""
        await acquire_write_lock(self._session)
        gone = await self._session.scalars(
            delete(ModelBackend)
            .where(ModelBackend.backend.not_in(names))
            .returning(ModelBackend.model_id)
        )
        await self._recording.recompute(gone)
        await self._session.execute(delete(CatalogBackend).where(CatalogBackend.name.not_in(names)))

    async def without_metadata_at(self, backend: str) -> list[ModelWithoutMetadata]:
        """Return the backend's models that have no local file and whose metadata was not requested yet."""
        query = (
            select(
                AvailableModel.id,
                AvailableModel.folder,
                AvailableModel.name,
                func.coalesce(ModelBackend.spelling, AvailableModel.name),
            )
            .join(ModelBackend, ModelBackend.model_id == AvailableModel.id)
            .where(
                ModelBackend.backend == backend,
                ModelBackend.words_read_at.is_(None),
                AvailableModel.source != ModelSource.FILESYSTEM,
            )
            .order_by(AvailableModel.id)
        )
        rows = await self._session.execute(query)
        return [
            ModelWithoutMetadata(*row) for row in rows if row.name.lower().endswith(_WITH_METADATA)
        ]

    async def record_metadata(
        self, backend: str, answers: Sequence[tuple[ModelWithoutMetadata, Mapping[str, str]]]
    ) -> None:
        """Record metadata from a backend; a model with empty metadata is unchanged and not requested again."""
        await acquire_write_lock(self._session)
        for model, metadata in answers:
            if metadata:
                await self._identify(model, metadata)
        ids = [model.model_id for model, _ in answers]
        await self._session.execute(
            update(ModelBackend)
            .where(ModelBackend.backend == backend, ModelBackend.model_id.in_(ids))
            .values(words_read_at=func.now())
        )

    async def without_preview_at(self, backend: str) -> list[ModelWithoutPreview]:
        """Return the models whose preview to request from a backend: once a day while it has none."""
        other = aliased(ModelBackend)
        is_shown_elsewhere = exists().where(
            other.model_id == AvailableModel.id, other.has_picture, other.backend != backend
        )
        query = (
            select(
                AvailableModel.id,
                AvailableModel.folder,
                func.coalesce(ModelBackend.spelling, AvailableModel.name),
                func.coalesce(ModelBackend.path_index, 0),
            )
            .join(ModelBackend, ModelBackend.model_id == AvailableModel.id)
            .where(
                ModelBackend.backend == backend,
                ModelBackend.path_index.is_not(None),
                or_(
                    ModelBackend.picture_asked_at.is_(None),
                    ~ModelBackend.has_picture
                    & (ModelBackend.picture_asked_at < func.now() - _RETRY_PREVIEW_AFTER),
                ),
                AvailableModel.source != ModelSource.FILESYSTEM,
                ~is_shown_elsewhere,
            )
            .order_by(AvailableModel.id)
        )
        return [ModelWithoutPreview(*row) for row in await self._session.execute(query)]

    async def record_previews(
        self, backend: str, requested: Sequence[int], *, with_preview: Collection[int]
    ) -> None:
        """Record for which of the requested models a backend has a preview."""
        await acquire_write_lock(self._session)
        await self._session.execute(
            update(ModelBackend)
            .where(ModelBackend.backend == backend, ModelBackend.model_id.in_(requested))
            .values(
                picture_asked_at=func.now(),
                has_picture=ModelBackend.model_id.in_(list(with_preview)),
            )
        )

    async def _identify(self, model: ModelWithoutMetadata, metadata: Mapping[str, str]) -> None:
        row = await self._session.scalar(
            select(AvailableModel)
            .where(
                AvailableModel.id == model.model_id, AvailableModel.source != ModelSource.FILESYSTEM
            )
            .execution_options(populate_existing=True)
        )
        if row is None:  # its file was found meanwhile and is the better source
            return
        await self._store(row, identify_from_metadata(model.folder, model.name, metadata))

    async def identify_again(self) -> None:
        """Apply the present rules to the models that were identified by folder and name alone."""
        await acquire_write_lock(self._session)
        query = select(AvailableModel).where(AvailableModel.source == ModelSource.COMFYUI)
        for row in await self._session.scalars(query):
            before = msgspec.convert(row.detected, Identification)
            if any(one.source not in _GUESSES for one in before.evidence):
                continue
            found = identify_from_metadata(row.folder, row.name, {})
            after = replace(
                before,
                architecture=found.architecture,
                variant=found.variant,
                evidence=found.evidence,
            )
            if after != before:
                await self._store(row, after)

    async def _store(self, row: AvailableModel, detected: Identification) -> None:
        effective = effective_of(detected, msgspec.convert(row.overrides, Overrides), row.name)
        await self._session.execute(
            update(AvailableModel)
            .where(AvailableModel.id == row.id)
            .values(
                detected=msgspec.json.decode(storable_json(detected)),
                updated_at=func.now(),
                **msgspec.structs.asdict(effective),
            )
        )

    async def _add_unknown(self, names: list[tuple[str, str]]) -> int:
        folders = sorted({folder for folder, _ in names})
        known = await self._session.execute(
            select(AvailableModel.folder, AvailableModel.name).where(
                AvailableModel.folder.in_(folders)
            )
        )
        fresh = sorted(set(names) - {(folder, name) for folder, name in known})
        rows = [
            model_row(
                folder, name, identify_from_metadata(folder, name, {}), source=ModelSource.COMFYUI
            )
            for folder, name in fresh
        ]
        if not rows:
            return 0
        added = await self._session.execute(sql.ADD_MODELS, {"rows": storable_json(rows)})
        return len(added.all())


def _names(key: tuple[str, str], one: ListedModel) -> dict[str, object]:
    folder, name = key
    return {
        "folder": folder,
        "name": name,
        "spelling": None if one.spelling is None else storable(one.spelling),
        "size_bytes": one.size_bytes,
        "path_index": one.path_index,
    }


def with_slash_names(listed: Sequence[ListedModel]) -> list[ListedModel]:
    """Return a Windows server's models under names with ``/``, each with the server's own spelling."""
    return [
        replace(one, name=with_slashes(one.name), spelling=one.name) if "\\" in one.name else one
        for one in listed
    ]
