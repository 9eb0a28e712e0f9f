"""Read the catalogue and correct its entries."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import delete, func, update

from genonaut.catalog.compatibility import Fit
from genonaut.catalog.details import ModelDetails, details_of
from genonaut.catalog.effective import FitTraits, Overrides, effective_of, fit_of, storable_json
from genonaut.catalog.filters import BASE_FOLDERS, ModelFilter
from genonaut.catalog.identification.findings import Identification
from genonaut.catalog.identification.from_metadata import identify_from_metadata
from genonaut.catalog.messages import ChangedFrame, ModelsChanged
from genonaut.catalog.recording.service import RecordingService, model_row
from genonaut.catalog.recording.statements import ADD_MODELS
from genonaut.catalog.recording.write_lock import acquire_write_lock
from genonaut.catalog.repository import CatalogRepository
from genonaut.catalog.tables import AvailableModel
from genonaut.catalog.vocabulary import Architecture, ModelKind, ModelSource
from genonaut.core.errors import ConflictError, InvalidInputError, NotFoundError
from genonaut.core.ids import Id, is_valid_id
from genonaut.core.pagination import (
    CursorText,
    Position,
    Slice,
    bounded_total,
    decode_cursor,
    encode_cursor,
)
from genonaut.db import UnitOfWork


class _Position(Position, frozen=True):
    """The last model of the previous page."""

    name: CursorText
    model_id: Id


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """Changes by an administrator: None removes a correction, UNSET leaves it unchanged."""

    kind: ModelKind | UnsetType | None = UNSET
    architecture: Architecture | UnsetType | None = UNSET
    variant: str | UnsetType | None = UNSET
    display_name: str | UnsetType | None = UNSET
    trigger_words: tuple[str, ...] | UnsetType | None = UNSET
    notes: str | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET


class CatalogService:
    """Catalogue entries for users, and corrections by administrators."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session
        self._catalog = CatalogRepository(uow.session)

    async def get(self, model_id: int) -> ModelDetails:
        """Return one model.

        Raises:
            NotFoundError: there is no such model.
        """
        return (await details_of(self._session, [await self._find(model_id)]))[0]

    async def page(
        self, wanted: ModelFilter, *, cursor: str | None, limit: int, compatible_with: str | None
    ) -> Slice[ModelDetails]:
        """Return a page ordered by name; with ``compatible_with`` only what may fit that checkpoint.

        Raises:
            InvalidInputError: the cursor is invalid, or there is no such checkpoint.
        """
        after = None
        if cursor is not None:
            position = decode_cursor(cursor, _Position)
            after = (position.name, position.model_id)
        base = await self._fit_traits_of_base(compatible_with) if compatible_with else None
        if base is not None:
            wanted = await self._only_fitting(wanted, base)
        rows = await self._catalog.page(wanted, after=after, limit=limit + 1)
        details = await details_of(self._session, rows[:limit])
        if base is not None:
            details = [_with_compatibility(one, base) for one in details]
        last = rows[limit - 1] if len(rows) > limit else None
        return Slice(
            details,
            encode_cursor(_Position(last.name, last.id)) if last else None,
            bounded_total(await self._catalog.count(wanted)) if cursor is None else None,
        )

    async def correct(self, model_id: int, correction: Correction) -> ModelDetails:
        """Change the corrections of a model; detected values are kept beside them.

        Raises:
            NotFoundError: there is no such model.
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

    async def reset(self, model_id: int) -> ModelDetails:
        """Remove every correction of a model, so that the detected values apply again.

        Raises:
            NotFoundError: there is no such model.
        """
        await acquire_write_lock(self._session)
        model = await self._find(model_id)
        return await self._write(model, Overrides(), enabled=model.enabled)

    async def add_manual(self, folder: str, name: str, correction: Correction) -> ModelDetails:
        """Add a model before a scan or a ComfyUI server has reported it.

        Raises:
            ConflictError: the model is already in the catalogue.
            InvalidInputError: the name is not a path below a folder.
        """
        if any(part in {"", ".", ".."} for part in name.split("/")):
            raise InvalidInputError.of("name", "must be a path below its folder, without ..")
        detected = identify_from_metadata(folder, name, {})
        row = model_row(folder, name, detected, source=ModelSource.MANUAL)
        await acquire_write_lock(self._session)
        added = await self._session.execute(ADD_MODELS, {"rows": storable_json([row])})
        found = added.one_or_none()
        if found is None:
            raise ConflictError(f"{folder}/{name} is already in the catalogue; edit it instead")
        await self._session.execute(
            update(AvailableModel).where(AvailableModel.id == found.id).values(is_manual=True)
        )
        await RecordingService(self._uow).recompute([found.id])
        return await self.correct(found.id, correction)

    async def delete(self, model_id: int) -> None:
        """Delete the entry of a model that no longer exists, with its corrections.

        Raises:
            NotFoundError: there is no such model.
            ConflictError: a file or a ComfyUI server still has it, so the next refresh would add it again.
        """
        await acquire_write_lock(self._session)
        model = await self._find(model_id)
        if model.unavailable_since is None:
            raise ConflictError(
                f"{model.folder}/{model.name} still exists and would be added again; disable it instead"
            )
        await self._session.execute(delete(AvailableModel).where(AvailableModel.id == model_id))
        self._publish_change()

    async def _find(self, model_id: int) -> AvailableModel:
        in_range = is_valid_id(model_id)
        model = await self._catalog.find(model_id) if in_range else None
        if model is None:
            raise NotFoundError(f"no model {model_id}")
        return model

    async def _write(
        self, model: AvailableModel, overrides: Overrides, *, enabled: bool
    ) -> ModelDetails:
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
        self._publish_change()
        return await self.get(model.id)

    def _publish_change(self) -> None:
        self._uow.publish(ModelsChanged(ChangedFrame(reason="edited", report={})))

    async def _fit_traits_of_base(self, name: str) -> FitTraits:
        found = await self._catalog.named(BASE_FOLDERS, [name])
        if found:
            found.sort(key=lambda model: BASE_FOLDERS.index(model.folder))
            return FitTraits.of_key(found[0].fit_key)
        near = await self._catalog.nearest(BASE_FOLDERS, name)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise InvalidInputError.of("compatible_with", f"{name!r} is not a known checkpoint{hint}")

    async def _only_fitting(self, wanted: ModelFilter, base: FitTraits) -> ModelFilter:
        keys: Sequence[str] = await self._catalog.fit_keys(wanted)
        fitting = [key for key in keys if fit_of(FitTraits.of_key(key), base).fit is not Fit.MISFIT]
        return msgspec.structs.replace(wanted, fit_keys=fitting)


def _with_compatibility(details: ModelDetails, base: FitTraits) -> ModelDetails:
    found = fit_of(FitTraits.of_key(details.model.fit_key), base)
    return msgspec.structs.replace(details, compatibility=found)
