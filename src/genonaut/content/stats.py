"""The numbers of the dashboard: how much there is, since when, made with what."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import Date, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.filters import IS_KEPT, IS_PUBLIC, IS_TRASHED
from genonaut.content.tables import ContentItem
from genonaut.content.tag_usage import TagCount, TagUsageRepository
from genonaut.core.clock import utcnow
from genonaut.db import UnitOfWork

DAYS = 30
_FAVOURITES = 10
_BYTES = func.coalesce(func.sum(ContentItem.size_bytes), 0)


class Amount(msgspec.Struct, frozen=True):
    """So many items, and the bytes of their full-size images."""

    count: int
    size_bytes: int


class DayCount(msgspec.Struct, frozen=True):
    """How many items were made on a day, by UTC."""

    day: date
    count: int


class CheckpointCount(msgspec.Struct, frozen=True):
    """How many items were made with a checkpoint."""

    checkpoint_model: str
    count: int


class GalleryStats(msgspec.Struct, frozen=True, kw_only=True):
    """One viewer's numbers; everything but ``community_count`` is about the viewer's own items."""

    mine: Amount
    public_count: int
    trash: Amount
    community_count: int
    days: Sequence[DayCount]
    """The last 30 days, the oldest first, today last."""
    checkpoints: Sequence[CheckpointCount]
    tags: Sequence[TagCount]


async def gallery_stats(uow: UnitOfWork, *, viewer_id: UUID) -> GalleryStats:
    """Return the numbers of one viewer; reads at most once through the viewer's part of an index."""
    counts = StatsRepository(uow.session, viewer_id)
    usage = TagUsageRepository(uow.session)
    mine, public_count = await counts.gallery()
    return GalleryStats(
        mine=mine,
        public_count=public_count,
        trash=await counts.trash(),
        community_count=await counts.community(),
        days=await counts.days(utcnow().date()),
        checkpoints=await counts.checkpoints(),
        tags=await usage.seen_by(viewer_id, part=None, limit=_FAVOURITES, is_own_only=True),
    )


class StatsRepository:
    """Counts one viewer's items."""

    def __init__(self, session: AsyncSession, viewer_id: UUID) -> None:
        self._session = session
        self._viewer_id = viewer_id
        self._is_mine = ContentItem.user_id == viewer_id

    async def gallery(self) -> tuple[Amount, int]:
        """Return how much is kept, and how many items of it are public."""
        query = select(func.count(), _BYTES, func.count().filter(IS_PUBLIC))
        query = query.where(IS_KEPT, self._is_mine)
        count, size_bytes, public = (await self._session.execute(query)).one()
        return Amount(count, int(size_bytes)), public

    async def trash(self) -> Amount:
        """Return how much lies in the trash."""
        query = select(func.count(), _BYTES).where(IS_TRASHED, self._is_mine)
        count, size_bytes = (await self._session.execute(query)).one()
        return Amount(count, int(size_bytes))

    async def community(self) -> int:
        """Return how many items others have made public."""
        query = select(func.count()).where(
            IS_KEPT, IS_PUBLIC, ContentItem.user_id != self._viewer_id
        )
        return await self._session.scalar(query) or 0

    async def days(self, today: date) -> list[DayCount]:
        """Return how many items were made on each of the last 30 days, also on those with none."""
        days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
        day = cast(func.timezone("UTC", ContentItem.created_at), Date).label("day")
        since = datetime.combine(days[0], time(), UTC)
        query = (
            select(day, func.count())
            .where(IS_KEPT, self._is_mine, ContentItem.created_at >= since)
            .group_by(day)
        )
        counts: dict[date, int] = dict((await self._session.execute(query)).all())
        return [DayCount(one, counts.get(one, 0)) for one in days]

    async def checkpoints(self) -> list[CheckpointCount]:
        """Return the checkpoints used most often."""
        count = func.count()
        query = (
            select(ContentItem.checkpoint_model, count)
            .where(IS_KEPT, self._is_mine)
            .group_by(ContentItem.checkpoint_model)
            .order_by(count.desc(), ContentItem.checkpoint_model)
            .limit(_FAVOURITES)
        )
        return [CheckpointCount(*row) for row in await self._session.execute(query)]
