"""Models that users marked as favourites."""

from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.repository import require_model
from genonaut.catalog.tables import ModelFavourite
from genonaut.db.reader import Reader, ReadStatement

_MARKED = ReadStatement(
    select(ModelFavourite.model_id).where(ModelFavourite.user_id == bindparam("user_id"))
)


async def favourite_models(reader: Reader, user_id: UUID) -> frozenset[int]:
    """Return the ids of a user's favourite models: one statement, without a transaction."""
    return frozenset(row[0] for row in await reader.fetch(_MARKED, user_id=user_id))


async def mark_model(
    session: AsyncSession, model_id: int, *, user_id: UUID, is_favourite: bool
) -> None:
    """Mark a model as a favourite of a user, or remove the mark; may be repeated.

    Raises:
        NotFoundError: there is no such model.
    """
    await require_model(session, model_id)
    mark = ModelFavourite
    if is_favourite:
        added = insert(mark).values(user_id=user_id, model_id=model_id)
        await session.execute(added.on_conflict_do_nothing())
    else:
        own = (mark.user_id == user_id, mark.model_id == model_id)
        await session.execute(delete(mark).where(*own))
