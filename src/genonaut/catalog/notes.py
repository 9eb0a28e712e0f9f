"""The notes of users on models: each user has one per model, which no other user sees.

Notes for all users are corrections by administrators (``notes`` of the model).
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from genonaut.catalog.repository import require_model
from genonaut.catalog.tables import ModelFavourite, ModelNote
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.db import UnitOfWork

_MOST_LISTED = 5_000


class OwnDetails(msgspec.Struct, frozen=True, kw_only=True):
    """What one user keeps about a model; ``note`` is empty without one."""

    note: str
    is_favourite: bool


class ModelNoteService:
    """Acts for one user."""

    def __init__(self, uow: UnitOfWork, user_id: UUID) -> None:
        self._session = uow.session
        self._user_id = user_id

    async def own(self, model_id: int) -> OwnDetails:
        """Return the note on a model, and whether it is a favourite."""
        mark = ModelFavourite
        is_marked = exists().where(mark.user_id == self._user_id, mark.model_id == model_id)
        note = select(ModelNote.text).where(*self._is_mine(model_id)).scalar_subquery()
        text, is_favourite = (await self._session.execute(select(note, is_marked))).one()
        return OwnDetails(note=text or "", is_favourite=is_favourite)

    async def newest(self) -> Sequence[ModelNote]:
        """Return the notes, the last changed first; at most 5,000."""
        query = (
            select(ModelNote)
            .where(ModelNote.user_id == self._user_id)
            .order_by(ModelNote.updated_at.desc(), ModelNote.model_id.desc())
            .limit(_MOST_LISTED)
        )
        return (await self._session.scalars(query)).all()

    async def write(self, model_id: int, text: str) -> ModelNote | None:
        """Write or replace the note on a model; a blank text deletes it and returns None.

        Raises:
            NotFoundError: there is no such model.
        """
        await require_model(self._session, model_id)
        if not text.strip():
            await self._session.execute(delete(ModelNote).where(*self._is_mine(model_id)))
            return None
        new = insert(ModelNote).values(user_id=self._user_id, model_id=model_id, text=text)
        written = new.on_conflict_do_update(
            index_elements=[ModelNote.user_id, ModelNote.model_id],
            set_={"text": new.excluded.text, "updated_at": func.now()},
        )
        return (
            await self._session.scalars(
                written.returning(ModelNote).execution_options(populate_existing=True)
            )
        ).one()

    async def delete(self, model_id: int) -> None:
        """Delete the note on a model.

        Raises:
            NotFoundError: there is none.
        """
        deleted = None
        if is_valid_id(model_id):
            statement = delete(ModelNote).where(*self._is_mine(model_id))
            deleted = await self._session.scalar(statement.returning(ModelNote.model_id))
        if deleted is None:
            raise NotFoundError(f"no note on model {model_id}")

    def _is_mine(self, model_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return ModelNote.user_id == self._user_id, ModelNote.model_id == model_id
