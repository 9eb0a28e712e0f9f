"""Rows that users own, name, and may share with all users: read them for one user."""

from collections.abc import Sequence
from typing import Generic, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Identity,
    Select,
    and_,
    func,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.accounts.tables import User
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import Id, is_valid_id
from genonaut.core.pagination import (
    CursorText,
    Position,
    Slice,
    bounded_total,
    decode_cursor,
    encode_cursor,
)
from genonaut.db.base import Base
from genonaut.db.counting import bounded_count


class OwnedRow(Base):
    """Base of such a table, which has an index on owner and name, and one on shared rows by name."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    is_shared: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether all users may use it."""


R = TypeVar("R", bound=OwnedRow)


class Owned(msgspec.Struct, Generic[R], frozen=True):
    """A row and the name of its owner."""

    row: R
    owner: str
    is_mine: bool


class NamedPosition(Position, frozen=True):
    """Base of the content of a cursor: the last row of a page by name."""

    name: CursorText
    row_id: Id


class OwnedRows(Generic[R]):
    """Own rows of a user and shared ones."""

    def __init__(
        self,
        session: AsyncSession,
        user_id: UUID,
        table: type[R],
        *,
        position: type[NamedPosition],
        subject: str,
        is_present: ColumnElement[bool] | None = None,
    ) -> None:
        """Set the table, the type of its cursors, and what messages call a row.

        Rows that do not meet ``is_present`` are treated as deleted.
        """
        self._session = session
        self._user_id = user_id
        self._table = table
        self._position = position
        self._subject = subject
        self._is_present = true() if is_present is None else is_present

    @property
    def is_mine(self) -> ColumnElement[bool]:
        """Return the condition for own rows."""
        return and_(self._table.user_id == self._user_id, self._is_present)

    @property
    def is_usable(self) -> ColumnElement[bool]:
        """Return the condition for own and shared rows."""
        table = self._table
        return and_(or_(table.user_id == self._user_id, table.is_shared), self._is_present)

    async def page(
        self,
        *conditions: ColumnElement[bool],
        search: str | None,
        cursor: str | None,
        limit: int,
    ) -> Slice[Owned[R]]:
        """Return one page by name; the first page has the total.

        Raises:
            InvalidInputError: the cursor is invalid.
        """
        table = self._table
        wanted = [self.is_usable, *conditions]
        if search:
            wanted.append(table.name.icontains(search, autoescape=True))
        query = self._query().where(*wanted).order_by(table.name, table.id)
        if cursor is not None:
            after = decode_cursor(cursor, self._position)
            query = query.where(tuple_(table.name, table.id) > (after.name, after.row_id))
        rows = [self._owned(*row) for row in await self._session.execute(query.limit(limit + 1))]
        shown = rows[:limit]
        following = total = None
        if len(rows) > limit:
            following = encode_cursor(self._position(shown[-1].row.name, shown[-1].row.id))
        if cursor is None:
            counted = select(table.id).where(*wanted)
            total = bounded_total(await bounded_count(self._session, counted))
        return Slice(shown, following, total)

    async def get(self, row_id: int) -> Owned[R]:
        """Return an own or shared row.

        Raises:
            NotFoundError: there is no such row that the user may see.
        """
        found = None
        if is_valid_id(row_id):
            query = self._query().where(self._table.id == row_id, self.is_usable)
            found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise NotFoundError(f"no {self._subject} {row_id}")
        return self._owned(*found)

    async def mine(self, row_id: int) -> R:
        """Return an own row.

        Raises:
            NotFoundError: there is no such row of the user.
        """
        found = await self.get(row_id)
        if not found.is_mine:
            raise NotFoundError(f"{self._subject} {row_id} belongs to another user")
        return found.row

    async def all_mine(self, *conditions: ColumnElement[bool]) -> Sequence[R]:
        """Return all own rows by name."""
        query = select(self._table).where(self.is_mine, *conditions).order_by(self._table.name)
        return (await self._session.scalars(query)).all()

    async def count_mine(self) -> int:
        """Return the number of own rows."""
        query = select(func.count()).select_from(self._table).where(self.is_mine)
        return await self._session.scalar(query) or 0

    async def has_mine(self, *conditions: ColumnElement[bool]) -> bool:
        """Return whether an own row meets the conditions."""
        query = select(self._table.id).where(self.is_mine, *conditions).limit(1)
        return await self._session.scalar(query) is not None

    async def delete(self, row_id: int) -> None:
        """Delete an own row.

        Raises:
            NotFoundError: there is no such row of the user.
        """
        await self._session.delete(await self.mine(row_id))
        await self._session.flush()

    def _query(self) -> Select[R, str]:
        return select(self._table, User.username).join(User, User.id == self._table.user_id)

    def _owned(self, row: R, owner: str) -> Owned[R]:
        return Owned(row, owner, row.user_id == self._user_id)
