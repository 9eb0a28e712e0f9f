"""Counts of tag uses, maintained when items change, so that completion need not count rows."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, BigInteger, String, Uuid, case, cast, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.actions import ItemState
from genonaut.content.change_repository import Changed
from genonaut.content.tables import TagUsage, Visibility
from genonaut.content.tags import search_form
from genonaut.db import UnitOfWork

_Use = tuple[UUID, str]


class TagCount(msgspec.Struct, frozen=True):
    """A tag and its number of items: all that the viewer may see, and the viewer's own."""

    tag: str
    count: int
    own_count: int


class TagUsageRepository:
    """Reads and writes the counts; no rules, no commit."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def apply(self, changes: Iterable[Changed]) -> None:
        """Add and subtract the tag uses of changed items."""
        private, public = _difference(changes)
        # Sorted, so that two transactions cannot deadlock.
        touched = sorted({*private, *public})
        if not touched:
            return
        rows = select(
            func.unnest(cast([owner for owner, _ in touched], ARRAY(Uuid))).label("user_id"),
            func.unnest(cast([tag for _, tag in touched], ARRAY(String))).label("tag"),
            func.unnest(cast([private[one] for one in touched], ARRAY(BigInteger))).label("a"),
            func.unnest(cast([public[one] for one in touched], ARRAY(BigInteger))).label("b"),
        ).subquery()
        statement = insert(TagUsage).from_select(
            ["user_id", "tag", "private_count", "public_count"],
            select(rows).order_by(rows.c.user_id, rows.c.tag),
        )
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["user_id", "tag"],
                set_={
                    "private_count": TagUsage.private_count + statement.excluded.private_count,
                    "public_count": TagUsage.public_count + statement.excluded.public_count,
                },
            )
        )
        await self._session.execute(
            delete(TagUsage).where(
                tuple_(TagUsage.user_id, TagUsage.tag).in_(select(rows.c.user_id, rows.c.tag)),
                TagUsage.private_count + TagUsage.public_count <= 0,
            )
        )

    async def seen_by(
        self, viewer_id: UUID, *, part: str | None, limit: int, is_own_only: bool = False
    ) -> list[TagCount]:
        """Return the most used tags of the viewer's items and of public ones.

        Args:
            viewer_id: the user whose private items count too.
            part: text that the tag contains; tags that start with it come first. None: any tag.
            limit: most tags to return.
            is_own_only: ignore items of other users.
        """
        is_mine = TagUsage.user_id == viewer_id
        own = TagUsage.private_count + TagUsage.public_count
        count = func.sum(case((is_mine, own), else_=TagUsage.public_count)).label("count")
        query = (
            select(TagUsage.tag, count, func.sum(case((is_mine, own), else_=0)))
            .where(is_mine if is_own_only else is_mine | (TagUsage.public_count > 0))
            .group_by(TagUsage.tag)
            .order_by(count.desc(), TagUsage.tag)
            .limit(limit)
        )
        if part:
            begins = func.starts_with(TagUsage.tag, part)
            query = query.where(TagUsage.tag.contains(part, autoescape=True))
            query = query.order_by(None).order_by(begins.desc(), count.desc(), TagUsage.tag)
        rows = await self._session.execute(query)
        return [TagCount(tag, int(seen), int(own)) for tag, seen, own in rows]


async def complete_tag(
    uow: UnitOfWork, *, viewer_id: UUID, typed: str | None, limit: int
) -> list[TagCount]:
    """Return used tags that contain the typed text; tags that start with it come first."""
    part = search_form(typed or "")
    return await TagUsageRepository(uow.session).seen_by(viewer_id, part=part, limit=limit)


def _difference(changes: Iterable[Changed]) -> tuple[Counter[_Use], Counter[_Use]]:
    """Return the change of tag uses on private and on public items."""
    private: Counter[_Use] = Counter()
    public: Counter[_Use] = Counter()
    for change in changes:
        for state, step in ((change.before, -1), (change.after, 1)):
            if state is not None and not state.is_trashed:
                counted = public if state.visibility is Visibility.PUBLIC else private
                counted.update(dict.fromkeys(_uses(state), step))
    return (
        Counter({use: n for use, n in private.items() if n}),
        Counter({use: n for use, n in public.items() if n}),
    )


def _uses(state: ItemState) -> list[_Use]:
    return [(state.user_id, tag) for tag in state.tags]
