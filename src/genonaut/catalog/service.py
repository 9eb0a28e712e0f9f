"""Looking at the catalogue, and correcting it."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import delete, func, update

from genonaut.catalog.compatibility import Fit
from genonaut.catalog.details import SeenModel, see
from genonaut.catalog.effective import Fitting, Overrides, effective_of, fit_of, storable_json
from genonaut.catalog.filters import BASE_FOLDERS, ModelFilter
from genonaut.catalog.identification.findings import Identification
from genonaut.catalog.identification.from_metadata import identify_by_words
from genonaut.catalog.messages import ChangedFrame, ModelsChanged
from genonaut.catalog.recording.service import RecordingService, model_row
from genonaut.catalog.recording.statements import ADD_MODELS
from genonaut.catalog.recording.write_lock import acquire_write_lock
from genonaut.catalog.repository import CatalogRepository
from genonaut.catalog.tables import AvailableModel
from genonaut.catalog.vocabulary import Architecture, ModelKind, ModelSource
from genonaut.core.errors import ConflictError, InvalidInputError, NotFoundError
from genonaut.core.ids import Id, is_valid_id
from genonaut.core.pagination import Slice, bounded_total, decode_cursor, encode_cursor
from genonaut.db import UnitOfWork


class _Place(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page begins."""

    name: str
    model_id: Id


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator says; None takes a correction back, UNSET leaves it."""

    kind: ModelKind | UnsetType | None = UNSET
    architecture: Architecture | UnsetType | None = UNSET
    variant: str | UnsetType | None = UNSET
    display_name: str | UnsetType | None = UNSET
    trigger_words: tuple[str, ...] | UnsetType | None = UNSET
    notes: str | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET


class CatalogService:
    """The catalogue as people see and correct it."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session
        self._catalog = CatalogRepository(uow.session)

    async def get(self, model_id: int) -> SeenModel:
        """Return one model.

        Raises:
            NotFoundError: there is none.
        """
        return (await see(self._session, [await self._find(model_id)]))[0]

    async def page(
        self, wanted: ModelFilter, *, cursor: str | None, limit: int, compatible_with: str | None
    ) -> Slice[SeenModel]:
        """Return a page by name; with ``compatible_with`` what may fit that checkpoint, and how well.

        Raises:
            InvalidInputError: a bad cursor, or no such checkpoint.
        """
        after = None
        if cursor is not None:
            place = decode_cursor(cursor, _Place)
            after = (place.name, place.model_id)
        base = await self._fitting_of(compatible_with) if compatible_with else None
        if base is not None:
            wanted = await self._fitting(wanted, base)
        rows = await self._catalog.page(wanted, after=after, limit=limit + 1)
        seen = await see(self._session, rows[:limit])
        if base is not None:
            seen = [_with_compatibility(one, base) for one in seen]
        last = rows[limit - 1] if len(rows) > limit else None
        return Slice(
            seen,
            encode_cursor(_Place(last.name, last.id)) if last else None,
            bounded_total(await self._catalog.count(wanted)) if cursor is None else None,
        )

    async def correct(self, model_id: int, correction: Correction) -> SeenModel:
        """Change what counts for a model; what was detected stays to be seen.

        Raises:
            NotFoundError: there is none.
        """
        await acquire_write_lock(self._session)
        model = await self._find(model_id)
        before = msgspec.convert(model.overrides, Overrides)
        changes = {
            name: value
            for name in Overrides.__struct_fields__
            if (value := getattr(correction, name)) is not UNSET
        }
        overrides = msgspec.structs.replace(before, **changes)
        enabled = model.enabled if correction.enabled is UNSET else correction.enabled
        return await self._write(model, overrides, enabled=enabled)

    async def reset(self, model_id: int) -> SeenModel:
        """Take back every correction, so that what was detected counts.

        Raises:
            NotFoundError: there is none.
        """
        await acquire_write_lock(self._session)
        model = await self._find(model_id)
        return await self._write(model, Overrides(), enabled=model.enabled)

    async def add_manual(self, folder: str, name: str, correction: Correction) -> SeenModel:
        """Enter a model before anything has found it.

        Raises:
            ConflictError: it is there already.
            InvalidInputError: the name is no path below a folder.
        """
        if any(part in {"", ".", ".."} for part in name.split("/")):
            raise InvalidInputError.of("name", "must be a path below its folder, without ..")
        detected = identify_by_words(folder, name, {})
        row = model_row(folder, name, detected, source=ModelSource.MANUAL)
        await acquire_write_lock(self._session)
        added = await self._session.execute(ADD_MODELS, {"rows": storable_json([row])})
        found = added.one_or_none()
        if found is None:
            raise ConflictError(f"{folder}/{name} is in the catalogue already; edit it instead")
        await self._session.execute(
            update(AvailableModel).where(AvailableModel.id == found.id).values(is_manual=True)
        )
        await RecordingService(self._uow).settle([found.id])
        return await self.correct(found.id, correction)

    async def delete(self, model_id: int) -> None:
        """Forget a model that nothing has any more, and its corrections.

        Raises:
            NotFoundError: there is none.
            ConflictError: a file or a server has it, and would bring it back at once.
        """
        await acquire_write_lock(self._session)
        model = await self._find(model_id)
        if model.unavailable_since is None:
            raise ConflictError(
                f"{model.folder}/{model.name} still exists and would come back; disable it instead"
            )
        await self._session.execute(delete(AvailableModel).where(AvailableModel.id == model_id))
        self._tell()

    async def _find(self, model_id: int) -> AvailableModel:
        in_range = is_valid_id(model_id)
        model = await self._catalog.find(model_id) if in_range else None
        if model is None:
            raise NotFoundError(f"no model {model_id}")
        return model

    async def _write(
        self, model: AvailableModel, overrides: Overrides, *, enabled: bool
    ) -> SeenModel:
        detected = msgspec.convert(model.detected, Identification)
        effective = effective_of(detected, overrides, model.name)
        await self._session.execute(
            update(AvailableModel)
            .where(AvailableModel.id == model.id)
            .values(
                overrides=msgspec.to_builtins(overrides),
                enabled=enabled,
                updated_at=func.now(),
                **msgspec.structs.asdict(effective),
            )
        )
        self._tell()
        return await self.get(model.id)

    def _tell(self) -> None:
        self._uow.publish(ModelsChanged(ChangedFrame(reason="edited", report={})))

    async def _fitting_of(self, name: str) -> Fitting:
        found = await self._catalog.named(BASE_FOLDERS, [name])
        if found:
            found.sort(key=lambda model: BASE_FOLDERS.index(model.folder))
            return Fitting.of_key(found[0].fit_key)
        near = await self._catalog.nearest(BASE_FOLDERS, name)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise InvalidInputError.of("compatible_with", f"{name!r} is no known checkpoint{hint}")

    async def _fitting(self, wanted: ModelFilter, base: Fitting) -> ModelFilter:
        keys: Sequence[str] = await self._catalog.fit_keys(wanted)
        fitting = [key for key in keys if fit_of(Fitting.of_key(key), base).fit is not Fit.MISFIT]
        return msgspec.structs.replace(wanted, fit_keys=fitting)


def _with_compatibility(seen: SeenModel, base: Fitting) -> SeenModel:
    found = fit_of(Fitting.of_key(seen.model.fit_key), base)
    return msgspec.structs.replace(seen, compatibility=found)
