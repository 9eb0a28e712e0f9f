"""Alerts of saved searches: notify their owners of matching items that other users made public.

Items wait in ``content_publications``; every few minutes one worker compares all that wait with all saved
searches that have an alert, and sends one notification per search, whatever the number of items.
"""

import asyncio
from collections.abc import Sequence

import msgspec
import structlog
from sqlalchemy import select, update

from genonaut.content.filters import IS_PUBLIC
from genonaut.content.saved_filter import SavedFilter
from genonaut.content.tables import ContentItem, ContentPublication
from genonaut.core.clock import utcnow
from genonaut.db import DatabaseError, UnitOfWork
from genonaut.db.query_plans import USE_CUSTOM_PLANS
from genonaut.notifications.dispatcher import NotificationDispatcher
from genonaut.notifications.webhooks.payloads import SearchData
from genonaut.runtime import Runtime
from genonaut.searches.tables import SavedSearch

log = structlog.get_logger()

_ITEMS_PER_RUN = 1_000
_LISTED_ITEMS = 100
"""Items that a call of a webhook names."""


async def run_alerts(runtime: Runtime) -> None:
    """Send alerts every ``notifications.search_alert_seconds``, until cancelled."""
    while True:
        await asyncio.sleep(runtime.settings.notifications.search_alert_seconds)
        try:
            while True:
                async with runtime.begin() as uow:
                    compared = await send_alerts(uow)
                if compared < _ITEMS_PER_RUN:
                    break
        except (DatabaseError, OSError, TimeoutError) as error:
            log.warning("searches.alerts_failed", error=type(error).__name__)


async def send_alerts(uow: UnitOfWork) -> int:
    """Compare waiting items with the saved searches, and notify; returns the number of items.

    Two workers take different items.
    """
    ids = await _take_due(uow)
    if not ids:
        return 0
    await uow.session.execute(USE_CUSTOM_PLANS)
    query = select(SavedSearch).where(SavedSearch.has_alert).order_by(SavedSearch.id)
    for search in (await uow.session.scalars(query)).all():
        matching = await _matching(uow, search, ids)
        if matching and await _notify(uow, search, matching):
            search.alerted_at = utcnow()
    await uow.session.flush()
    return len(ids)


async def _take_due(uow: UnitOfWork) -> Sequence[int]:
    row = ContentPublication
    due = (
        select(row.content_id)
        .where(row.compared_at.is_(None))
        .order_by(row.published_at, row.content_id)
        .limit(_ITEMS_PER_RUN)
        .with_for_update(skip_locked=True)
    )
    ids = (await uow.session.scalars(due)).all()
    if ids:
        await uow.session.execute(
            update(row).where(row.content_id.in_(ids)).values(compared_at=utcnow())
        )
    return ids


async def _matching(
    uow: UnitOfWork, search: SavedSearch, ids: Sequence[int]
) -> Sequence[tuple[int, str]]:
    """Return id and title of the items of other users that match, newest first."""
    item = ContentItem
    wanted = msgspec.convert(search.saved_filter, SavedFilter).of(search.user_id)
    query = (
        select(item.id, item.title)
        .where(
            item.id.in_(ids),
            item.user_id != search.user_id,
            IS_PUBLIC,
            item.deleted_at.is_(None),
            *wanted.conditions(),
        )
        .order_by(item.created_at.desc(), item.id.desc())
    )
    return [(content_id, title) for content_id, title in await uow.session.execute(query)]


async def _notify(
    uow: UnitOfWork, search: SavedSearch, matching: Sequence[tuple[int, str]]
) -> bool:
    newest_title, number = matching[0][1], len(matching)
    what = "New match" if number == 1 else f"{number} new matches"
    match = SearchData(
        search_id=search.id,
        name=search.name,
        count=number,
        content_ids=[content_id for content_id, _ in matching[:_LISTED_ITEMS]],
    )
    return await NotificationDispatcher(uow).search_matched(
        search.user_id,
        match,
        title=f"{what} for “{search.name}”",
        message=newest_title if number == 1 else f"{newest_title}\nand {number - 1} more",
    )
