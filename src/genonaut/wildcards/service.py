"""Store lists of wildcards, and read those that a dynamic prompt draws from."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.accounts.owned_rows import NamedPosition, Owned, OwnedRows
from genonaut.core.clock import utcnow
from genonaut.core.errors import ConflictError, FieldError, InvalidInputError
from genonaut.core.pagination import Slice
from genonaut.db import UnitOfWork
from genonaut.db.advisory_locks import AdvisoryLock, lock_transaction
from genonaut.wildcards.syntax import MAX_DEPTH, Lists, TemplateError, names_in, parse
from genonaut.wildcards.tables import Wildcard

MAX_PER_USER = 1_000
"""Lists of one user."""
_MOST_READ = 500
"""Lists that one prompt may draw from, nested ones included."""


class _Position(NamedPosition, frozen=True, tag="wildcards"):
    pass


class NewWildcard(msgspec.Struct, frozen=True, kw_only=True):
    """A list to store."""

    name: str
    entries: Sequence[str]
    description: str = ""
    is_shared: bool = False


class WildcardChange(msgspec.Struct, frozen=True, kw_only=True):
    """Changes to a list; omitted fields stay unchanged."""

    name: str | UnsetType = UNSET
    entries: Sequence[str] | UnsetType = UNSET
    description: str | UnsetType = UNSET
    is_shared: bool | UnsetType = UNSET


OwnedWildcard = Owned[Wildcard]


def entries_of(text: str) -> list[str]:
    """Return the entries of a text file: one a line, without empty lines and ``#`` comments."""
    lines = (line.strip() for line in text.lstrip("\ufeff").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


async def lists_of(session: AsyncSession, names: set[str], user_id: UUID) -> Lists:
    """Return the entries of these wildcards and of those inside them; own lists come before shared.

    Of several shared lists of one name, the oldest is used. Names without a list are left out.
    """
    found: dict[str, Sequence[str]] = {}
    wanted = set(names)
    for _ in range(MAX_DEPTH + 1):
        wanted -= found.keys()
        if not wanted or len(found) > _MOST_READ:
            break
        query = (
            select(Wildcard.name, Wildcard.entries)
            .where(Wildcard.name.in_(wanted), _is_usable(user_id))
            # The last one of a name wins.
            .order_by(Wildcard.user_id == user_id, Wildcard.id.desc())
        )
        read = {name: entries for name, entries in await session.execute(query)}  # noqa: C416
        if not read:
            break
        found |= read
        wanted = {name for entries in read.values() for one in entries for name in names_in(one)}
    return found


def _is_usable(user_id: UUID) -> ColumnElement[bool]:
    return or_(Wildcard.user_id == user_id, Wildcard.is_shared)


class WildcardService:
    """Acts for one user: own lists and shared ones."""

    def __init__(self, uow: UnitOfWork, user_id: UUID) -> None:
        self._session = uow.session
        self._user_id = user_id
        self._rows = OwnedRows(
            uow.session, user_id, Wildcard, position=_Position, subject="wildcard"
        )

    async def page(
        self, *, search: str | None, cursor: str | None, limit: int
    ) -> Slice[OwnedWildcard]:
        """Return one page by name; the first page has the total.

        Raises:
            InvalidInputError: the cursor is invalid.
        """
        return await self._rows.page(search=search, cursor=cursor, limit=limit)

    async def get(self, wildcard_id: int) -> OwnedWildcard:
        """Return an own or shared list.

        Raises:
            NotFoundError: there is no such list that the user may see.
        """
        return await self._rows.get(wildcard_id)

    async def create(self, new: NewWildcard) -> OwnedWildcard:
        """Store a list.

        Raises:
            InvalidInputError: an entry has wrong syntax.
            ConflictError: the user has a list of this name, or too many lists.
        """
        _require_syntax(new.entries)
        await lock_transaction(self._session, AdvisoryLock.WILDCARDS, subject=self._user_id)
        if await self._rows.count_mine() >= MAX_PER_USER:
            raise ConflictError(f"you already have {MAX_PER_USER} wildcards")
        await self._require_free(new.name)
        row = Wildcard(
            user_id=self._user_id,
            name=new.name,
            entries=list(new.entries),
            description=new.description,
            is_shared=new.is_shared,
        )
        self._session.add(row)
        await self._session.flush()
        return await self.get(row.id)

    async def change(self, wildcard_id: int, change: WildcardChange) -> OwnedWildcard:
        """Change an own list.

        Raises:
            NotFoundError: there is no such list of the user.
            InvalidInputError: an entry has wrong syntax.
            ConflictError: another list of the user has this name.
        """
        await lock_transaction(self._session, AdvisoryLock.WILDCARDS, subject=self._user_id)
        row = await self._rows.mine(wildcard_id)
        if change.name is not UNSET and change.name != row.name:
            await self._require_free(change.name)
            row.name = change.name
        if change.entries is not UNSET:
            _require_syntax(change.entries)
            row.entries = list(change.entries)
        if change.description is not UNSET:
            row.description = change.description
        if change.is_shared is not UNSET:
            row.is_shared = change.is_shared
        row.updated_at = utcnow()
        await self._session.flush()
        return await self.get(row.id)

    async def delete(self, wildcard_id: int) -> None:
        """Delete an own list.

        Raises:
            NotFoundError: there is no such list of the user.
        """
        await self._rows.delete(wildcard_id)

    async def _require_free(self, name: str) -> None:
        if await self._rows.has_mine(Wildcard.name == name):
            raise ConflictError(f"you already have a wildcard named {name}")


def _require_syntax(entries: Sequence[str]) -> None:
    errors = []
    for place, entry in enumerate(entries):
        try:
            parse(entry)
        except TemplateError as error:
            errors.append(FieldError(f"entries[{place}]", str(error)))
    if errors:
        raise InvalidInputError(*errors[:20])
