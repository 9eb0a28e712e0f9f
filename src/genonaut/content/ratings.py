"""Ratings of items: one per user; sum and number are stored on the item."""

from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.tables import ContentItem, ContentRating


async def set_rating(
    session: AsyncSession, content_id: int, *, user_id: UUID, rating: int | None
) -> None:
    """Rate an item 1..5, or remove the rating with None.

    The caller must hold a lock on the item: else two first ratings of one user could both count.
    """
    own = (ContentRating.content_id == content_id, ContentRating.user_id == user_id)
    previous = await session.scalar(select(ContentRating.rating).where(*own))
    if previous == rating:
        return
    if rating is None:
        await session.execute(delete(ContentRating).where(*own))
    else:
        statement = insert(ContentRating).values(
            content_id=content_id, user_id=user_id, rating=rating
        )
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["content_id", "user_id"],
                set_={"rating": rating, "rated_at": func.now()},
            )
        )
    await session.execute(
        update(ContentItem)
        .where(ContentItem.id == content_id)
        .values(
            rating_sum=ContentItem.rating_sum + (rating or 0) - (previous or 0),
            rating_count=ContentItem.rating_count
            + int(rating is not None)
            - int(previous is not None),
            # A rating is not a change by the owner.
            updated_at=ContentItem.updated_at,
        )
        .execution_options(synchronize_session=False)
    )
