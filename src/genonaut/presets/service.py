"""Create, change, delete, import and export presets and styles."""

import csv
import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_

from genonaut.accounts.tables import User
from genonaut.content.filters import IS_PUBLIC, NOT_TRASHED
from genonaut.content.image_views import ImageView
from genonaut.content.tables import ContentItem
from genonaut.core.clock import utcnow
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
from genonaut.db.advisory_locks import AdvisoryLock, lock_transaction
from genonaut.db.counting import bounded_count
from genonaut.presets.covers import cover_item, covers_of
from genonaut.presets.tables import NAME_LENGTH, Preset, PresetKind

MAX_PER_USER = 1_000
"""Presets and styles of one user."""
_TEXT_LENGTH = 10_000


class _Position(Position, frozen=True, tag="presets"):
    """Content of a cursor: the last preset of a page."""

    name: CursorText
    preset_id: Id


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


def read_styles(text: str) -> list[NewPreset]:
    """Return the styles of a ``styles.csv`` of stable-diffusion-webui (modules/styles.py).

    Raises:
        InvalidInputError: it has no column ``name``, or a text is too long.
    """
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    if "name" not in (rows.fieldnames or ()):
        raise InvalidInputError.of("csv", "has no column name; send the text of a styles.csv")
    found = []
    for number, row in enumerate(rows, start=2):
        name = (row.get("name") or "").strip()
        prompt = row.get("prompt") or row.get("text") or ""
        negative = row.get("negative_prompt") or ""
        if not name or not (prompt or negative):
            continue  # separators between groups
        if len(name) > NAME_LENGTH or max(len(prompt), len(negative)) > _TEXT_LENGTH:
            raise InvalidInputError.of("csv", f"line {number} has a text that is too long")
        found.append(
            NewPreset(kind=PresetKind.STYLE, name=name, prompt=prompt, negative_prompt=negative)
        )
    return found


class PresetService:
    """Acts for one user: own presets and shared ones."""

    def __init__(self, uow: UnitOfWork, user_id: UUID) -> None:
        self._session = uow.session
        self._user_id = user_id

    async def page(
        self, *, kind: PresetKind | None, search: str | None, cursor: str | None, limit: int
    ) -> Slice[PresetDetails]:
        """Return one page by name; the first page has the total.

        Raises:
            InvalidInputError: the cursor is invalid.
        """
        conditions: list[ColumnElement[bool]] = [self._is_usable]
        if kind is not None:
            conditions.append(Preset.kind == kind)
        if search:
            conditions.append(Preset.name.icontains(search, autoescape=True))
        query = self._query().where(*conditions).order_by(Preset.name, Preset.id)
        if cursor is not None:
            after = decode_cursor(cursor, _Position)
            query = query.where(tuple_(Preset.name, Preset.id) > (after.name, after.preset_id))
        rows = (await self._session.execute(query.limit(limit + 1))).all()
        shown = await self._details([(row[0], row[1]) for row in rows[:limit]])
        following = total = None
        if len(rows) > limit:
            following = encode_cursor(_Position(shown[-1].row.name, shown[-1].row.id))
        if cursor is None:
            counted = select(Preset.id).where(*conditions)
            total = bounded_total(await bounded_count(self._session, counted))
        return Slice(shown, following, total)

    async def get(self, preset_id: int) -> PresetDetails:
        """Return an own or shared preset.

        Raises:
            NotFoundError: there is no such preset that the user may see.
        """
        found = None
        if is_valid_id(preset_id):
            query = self._query().where(Preset.id == preset_id, self._is_usable)
            found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise NotFoundError(f"no preset {preset_id}")
        return (await self._details([(found[0], found[1])]))[0]

    async def cover(self, preset_id: int) -> int:
        """Return the id of the item that shows an own or shared preset.

        Raises:
            NotFoundError: there is no such preset that the user may see, or it has no cover.
        """
        found = await cover_item(self._session, (await self.get(preset_id)).row)
        if found is None:
            raise NotFoundError(f"preset {preset_id} has no cover")
        return found

    async def mine(self, kind: PresetKind | None) -> Sequence[Preset]:
        """Return all own presets by name."""
        query = select(Preset).where(Preset.user_id == self._user_id).order_by(Preset.name)
        if kind is not None:
            query = query.where(Preset.kind == kind)
        return (await self._session.scalars(query)).all()

    async def create(self, new: NewPreset) -> PresetDetails:
        """Store a preset.

        Raises:
            InvalidInputError: the cover is no own or public item.
            ConflictError: the user has one of this kind and name, or too many.
        """
        await lock_transaction(self._session, AdvisoryLock.PRESETS, subject=self._user_id)
        await self._require_room(1)
        if await self._named(new.kind, new.name) is not None:
            raise ConflictError(f"you already have a {new.kind} named {new.name}")
        await self._require_cover(new.cover_content_id)
        row = self._add(new)
        await self._session.flush()
        return await self.get(row.id)

    async def change(self, preset_id: int, changes: dict[str, Any]) -> PresetDetails:
        """Change fields of an own preset.

        Raises:
            NotFoundError: there is no such preset of the user.
            InvalidInputError: the cover is no own or public item, or a style gets settings.
            ConflictError: another one of the user has this name.
        """
        await lock_transaction(self._session, AdvisoryLock.PRESETS, subject=self._user_id)
        row = await self._mine(preset_id)
        name = changes.get("name", row.name)
        if name != row.name and await self._named(row.kind, name) is not None:
            raise ConflictError(f"you already have a {row.kind} named {name}")
        if changes.get("settings") and row.kind is PresetKind.STYLE:
            raise InvalidInputError.of("settings", "belong to presets; a style has prompts only")
        await self._require_cover(changes.get("cover_content_id"))
        for field, value in changes.items():
            setattr(row, field, value)
        row.updated_at = utcnow()
        await self._session.flush()
        return await self.get(preset_id)

    async def delete(self, preset_id: int) -> None:
        """Delete an own preset.

        Raises:
            NotFoundError: there is no such preset of the user.
        """
        await self._session.delete(await self._mine(preset_id))
        await self._session.flush()

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

    @property
    def _is_usable(self) -> ColumnElement[bool]:
        return or_(Preset.user_id == self._user_id, Preset.is_shared)

    def _add(self, new: NewPreset) -> Preset:
        row = Preset(user_id=self._user_id, **msgspec.structs.asdict(new))
        self._session.add(row)
        return row

    async def _named(self, kind: PresetKind, name: str) -> int | None:
        query = select(Preset.id).where(
            Preset.user_id == self._user_id, Preset.kind == kind, Preset.name == name
        )
        return await self._session.scalar(query)

    async def _mine(self, preset_id: int) -> Preset:
        found = await self.get(preset_id)
        if not found.is_mine:
            raise NotFoundError(f"preset {preset_id} belongs to another user")
        return found.row

    async def _require_room(self, more: int) -> None:
        query = select(func.count()).where(Preset.user_id == self._user_id)
        if (await self._session.scalar(query) or 0) + more > MAX_PER_USER:
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

    def _query(self) -> Select[Preset, str]:
        return select(Preset, User.username).join(User, User.id == Preset.user_id)

    async def _details(self, rows: Sequence[tuple[Preset, str]]) -> list[PresetDetails]:
        covers = await covers_of(self._session, [row for row, _ in rows])
        return [
            PresetDetails(row, owner, row.user_id == self._user_id, covers.get(row.id))
            for row, owner in rows
        ]
