"""Statistics for the dashboard: number and size of items, by day, checkpoint and tag."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import Date, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.filters import IS_PUBLIC, IS_TRASHED, NOT_TRASHED
from genonaut.content.tables import ContentItem
from genonaut.content.tag_usage import TagCount, TagUsageRepository
from genonaut.core.clock import utcnow
from genonaut.db import UnitOfWork

DAYS = 30
_TOP = 10
_BYTES = func.coalesce(func.sum(ContentItem.size_bytes), 0)


class Amount(msgspec.Struct, frozen=True):
    """A number of items, and the bytes of their full-size images."""

    count: int
    size_bytes: int


class DayCount(msgspec.Struct, frozen=True):
    """The number of items created on a day (UTC)."""

    day: date
    count: int


class CheckpointCount(msgspec.Struct, frozen=True):
    """The number of items made with a checkpoint."""

    checkpoint_model: str
    count: int


class GalleryStats(msgspec.Struct, frozen=True, kw_only=True):
    """Statistics of one user; all but ``community_count`` count the user's own items."""

    mine: Amount
    public_count: int
    trash: Amount
    community_count: int
    days: Sequence[DayCount]
    """The last 30 days, oldest first, today last."""
    checkpoints: Sequence[CheckpointCount]
    tags: Sequence[TagCount]


async def gallery_stats(uow: UnitOfWork, *, viewer_id: UUID) -> GalleryStats:
    """Return the statistics of one user; scans at most that user's part of an index."""
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
        tags=await usage.seen_by(viewer_id, part=None, limit=_TOP, is_own_only=True),
    )


class StatsRepository:
    """Counts the items of one user."""

    def __init__(self, session: AsyncSession, viewer_id: UUID) -> None:
        self._session = session
        self._viewer_id = viewer_id
        self._is_mine = ContentItem.user_id == viewer_id

    async def gallery(self) -> tuple[Amount, int]:
        """Return number and size of items outside the trash, and the number of public ones."""
        query = select(func.count(), _BYTES, func.count().filter(IS_PUBLIC))
        query = query.where(NOT_TRASHED, self._is_mine)
        count, size_bytes, public = (await self._session.execute(query)).one()
        return Amount(count, int(size_bytes)), public

    async def trash(self) -> Amount:
        """Return number and size of items in the trash."""
        query = select(func.count(), _BYTES).where(IS_TRASHED, self._is_mine)
        count, size_bytes = (await self._session.execute(query)).one()
        return Amount(count, int(size_bytes))

    async def community(self) -> int:
        """Return the number of public items of other users."""
        query = select(func.count()).where(
            NOT_TRASHED, IS_PUBLIC, ContentItem.user_id != self._viewer_id
        )
        return await self._session.scalar(query) or 0

    async def days(self, today: date) -> list[DayCount]:
        """Return the number of items for each of the last 30 days, zeros included."""
        days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
        day = cast(func.timezone("UTC", ContentItem.created_at), Date).label("day")
        since = datetime.combine(days[0], time(), UTC)
        query = (
            select(day, func.count())
            .where(NOT_TRASHED, self._is_mine, ContentItem.created_at >= since)
            .group_by(day)
        )
        counts: dict[date, int] = dict((await self._session.execute(query)).all())
        return [DayCount(one, counts.get(one, 0)) for one in days]

    async def checkpoints(self) -> list[CheckpointCount]:
        """Return the ten checkpoints with the most items; upscales have none."""
        count = func.count()
        query = (
            select(ContentItem.checkpoint_model, count)
            .where(NOT_TRASHED, self._is_mine, ContentItem.checkpoint_model != "")
            .group_by(ContentItem.checkpoint_model)
            .order_by(count.desc(), ContentItem.checkpoint_model)
            .limit(_TOP)
        )
        return [CheckpointCount(*row) for row in await self._session.execute(query)]
