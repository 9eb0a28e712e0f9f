"""Create, change, delete, import and export presets and styles."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, delete, or_, select

from genonaut.accounts.owned_rows import NamedPosition, Owned, OwnedRows
from genonaut.content.filters import IS_PUBLIC, NOT_TRASHED
from genonaut.content.image_views import ImageView
from genonaut.content.tables import ContentItem
from genonaut.core.clock import utcnow
from genonaut.core.errors import ConflictError, InvalidInputError, NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.core.pagination import Slice
from genonaut.db import UnitOfWork
from genonaut.db.advisory_locks import AdvisoryLock, lock_transaction
from genonaut.presets.covers import cover_item, covers_of
from genonaut.presets.tables import Preset, PresetKind

MAX_PER_USER = 1_000
"""Presets and styles of one user."""


Patched = Callable[[Mapping[str, Any]], dict[str, Any]]


class _Position(NamedPosition, frozen=True, tag="presets"):
    pass


class NewPreset(msgspec.Struct, frozen=True, kw_only=True):
    """A preset or style to store."""

    kind: PresetKind
    name: str
    description: str = ""
    prompt: str = ""
    negative_prompt: str = ""
    settings: dict[str, Any] = {}
    is_shared: bool = False
    cover_content_id: int | None = None


class PresetDetails(msgspec.Struct, frozen=True):
    """A preset, its owner's name and its cover."""

    row: Preset
    owner: str
    is_mine: bool
    cover: ImageView | None


class ImportOutcome(msgspec.Struct, frozen=True):
    """The number of presets by outcome, and the names that were left out."""

    created: int
    replaced: int
    skipped: list[str]


class PresetService:
    """Acts for one user: own presets and shared ones."""

    def __init__(self, uow: UnitOfWork, user_id: UUID) -> None:
        self._session = uow.session
        self._user_id = user_id
        self._rows = OwnedRows(
            uow.session,
            user_id,
            Preset,
            position=_Position,
            subject="preset",
            is_present=Preset.deleted_at.is_(None),
        )

    async def page(
        self, *, kind: PresetKind | None, search: str | None, cursor: str | None, limit: int
    ) -> Slice[PresetDetails]:
        """Return one page by name; the first page has the total.

        Raises:
            InvalidInputError: the cursor is invalid.
        """
        found = await self._rows.page(*_of(kind), search=search, cursor=cursor, limit=limit)
        return Slice(await self._details(found.rows), found.next_cursor, found.total)

    async def get(self, preset_id: int) -> PresetDetails:
        """Return an own or shared preset.

        Raises:
            NotFoundError: there is no such preset that the user may see.
        """
        return (await self._details([await self._rows.get(preset_id)]))[0]

    async def cover(self, preset_id: int) -> int:
        """Return the id of the item that shows an own or shared preset.

        Raises:
            NotFoundError: there is no such preset that the user may see, or it has no cover.
        """
        found = await cover_item(self._session, (await self._rows.get(preset_id)).row)
        if found is None:
            raise NotFoundError(f"preset {preset_id} has no cover")
        return found

    async def mine(self, kind: PresetKind | None) -> Sequence[Preset]:
        """Return all own presets by name."""
        return await self._rows.all_mine(*_of(kind))

    async def create(self, new: NewPreset) -> PresetDetails:
        """Store a preset.

        Raises:
            InvalidInputError: the cover is no own or public item.
            ConflictError: the user has one of this kind and name, or too many.
        """
        await lock_transaction(self._session, AdvisoryLock.PRESETS, subject=self._user_id)
        await self._require_room(1)
        if await self._has(new.kind, new.name):
            raise ConflictError(f"you already have a {new.kind} named {new.name}")
        await self._require_cover(new.cover_content_id)
        row = self._add(new)
        await self._session.flush()
        return await self.get(row.id)

    async def change(
        self, preset_id: int, changes: dict[str, Any], *, patched: Patched | None = None
    ) -> PresetDetails:
        """Change fields of an own preset; ``patched`` returns its settings with their changes.

        Raises:
            NotFoundError: there is no such preset of the user.
            InvalidInputError: the cover is no own or public item, or a style gets settings.
            ConflictError: another one of the user has this name.
        """
        await lock_transaction(self._session, AdvisoryLock.PRESETS, subject=self._user_id)
        row = await self._rows.mine(preset_id)
        name = changes.get("name", row.name)
        if name != row.name and await self._has(row.kind, name):
            raise ConflictError(f"you already have a {row.kind} named {name}")
        if patched is not None:
            changes = {**changes, "settings": patched(changes.get("settings", row.settings))}
        if changes.get("settings") and row.kind is PresetKind.STYLE:
            raise InvalidInputError.of("settings", "belong to presets; a style has prompts only")
        await self._require_cover(changes.get("cover_content_id"))
        for field, value in changes.items():
            setattr(row, field, value)
        row.updated_at = utcnow()
        await self._session.flush()
        return await self.get(preset_id)

    async def delete(self, preset_id: int) -> None:
        """Delete an own preset; it can be restored until the retention removes it.

        Of the deleted ones of a user, the last 1,000 are kept.

        Raises:
            NotFoundError: there is no such preset of the user.
        """
        await lock_transaction(self._session, AdvisoryLock.PRESETS, subject=self._user_id)
        row = await self._rows.mine(preset_id)
        row.deleted_at = utcnow()
        await self._session.flush()
        beyond = (
            select(Preset.id)
            .where(*self._is_deleted())
            .order_by(Preset.deleted_at.desc(), Preset.id.desc())
            .offset(MAX_PER_USER)
        )
        await self._session.execute(delete(Preset).where(Preset.id.in_(beyond)))

    async def restore(self, preset_id: int) -> PresetDetails:
        """Restore a deleted preset of the user; one that is not deleted stays as it is.

        Raises:
            NotFoundError: there is no such preset of the user.
            ConflictError: another one has its name now, or the user has too many.
        """
        await lock_transaction(self._session, AdvisoryLock.PRESETS, subject=self._user_id)
        row = None
        if is_valid_id(preset_id):
            query = select(Preset).where(Preset.id == preset_id, *self._is_deleted())
            row = await self._session.scalar(query)
        if row is None:
            await self._rows.mine(preset_id)
            return await self.get(preset_id)
        await self._require_room(1)
        if await self._has(row.kind, row.name):
            raise ConflictError(f"you have another {row.kind} named {row.name}; rename it first")
        row.deleted_at = None
        await self._session.flush()
        return await self.get(preset_id)

    async def import_all(self, presets: Sequence[NewPreset], *, replaces: bool) -> ImportOutcome:
        """Store presets; those whose names are taken are left out or replace the present ones.

        Raises:
            ConflictError: the user would have too many.
        """
        await lock_transaction(self._session, AdvisoryLock.PRESETS, subject=self._user_id)
        known = {(one.kind, one.name): one for one in await self.mine(None)}
        new = {(one.kind, one.name) for one in presets} - known.keys()
        await self._require_room(len(new))
        created = replaced = 0
        skipped = []
        for preset in presets:
            row = known.get((preset.kind, preset.name))
            if row is None:
                known[preset.kind, preset.name] = self._add(preset)
                created += 1
            elif replaces:
                for field in ("description", "prompt", "negative_prompt", "settings"):
                    setattr(row, field, getattr(preset, field))
                replaced += 1
            else:
                skipped.append(preset.name)
        await self._session.flush()
        return ImportOutcome(created, replaced, skipped)

    def _is_deleted(self) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return Preset.user_id == self._user_id, Preset.deleted_at.is_not(None)

    def _add(self, new: NewPreset) -> Preset:
        row = Preset(user_id=self._user_id, **msgspec.structs.asdict(new))
        self._session.add(row)
        return row

    async def _has(self, kind: PresetKind, name: str) -> bool:
        return await self._rows.has_mine(Preset.kind == kind, Preset.name == name)

    async def _require_room(self, more: int) -> None:
        if await self._rows.count_mine() + more > MAX_PER_USER:
            raise ConflictError(f"at most {MAX_PER_USER} presets and styles are allowed")

    async def _require_cover(self, content_id: int | None) -> None:
        if content_id is None:
            return
        query = select(ContentItem.id).where(
            ContentItem.id == content_id,
            or_(ContentItem.user_id == self._user_id, IS_PUBLIC),
            NOT_TRASHED,
            ContentItem.thumbnails.any(),
        )
        if await self._session.scalar(query) is None:
            message = f"item {content_id} is no image of yours and no public one"
            raise InvalidInputError.of("cover_content_id", message)

    async def _details(self, found: Sequence[Owned[Preset]]) -> list[PresetDetails]:
        covers = await covers_of(self._session, [one.row for one in found])
        return [
            PresetDetails(one.row, one.owner, one.is_mine, covers.get(one.row.id)) for one in found
        ]


def _of(kind: PresetKind | None) -> list[ColumnElement[bool]]:
    return [] if kind is None else [Preset.kind == kind]
