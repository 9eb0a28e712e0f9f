"""Import ratings and notifications."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.ratings import set_rating
from genonaut.content.tables import ContentItem, ContentRating
from genonaut.core.clock import utcnow
from genonaut.legacy.context import ImportContext
from genonaut.legacy.id_map import ITEM, JOB, NOTIFICATION, RATING, USER
from genonaut.legacy.source import BATCH, Row
from genonaut.legacy.values import aware, notification_type_of, plain
from genonaut.notifications.tables import TITLE_LENGTH, UserNotification

_BEST = 5
_RATINGS = """
SELECT DISTINCT ON (content_item_id, user_id) content_item_id, user_id, rating
FROM user_interactions
WHERE rating IS NOT NULL AND (content_item_id, user_id) > (:item, CAST(:user AS uuid))
ORDER BY content_item_id, user_id, created_at DESC
LIMIT :limit
"""
_FIRST_USER = "00000000-0000-0000-0000-000000000000"


async def import_ratings(context: ImportContext) -> None:
    """Make the newest rating of each user the rating of the item."""
    if not context.database.has("user_interactions", "rating"):
        return
    item, user, done = -1, _FIRST_USER, 0
    while rows := await context.database.select(_RATINGS, item=item, user=user, limit=BATCH):
        items = await context.ids.known(ITEM["items"], [row["content_item_id"] for row in rows])
        users = await context.ids.known(USER, [row["user_id"] for row in rows])
        for row in rows:
            row["id"] = f"{row['content_item_id']}:{row['user_id']}"
        for row in await context.unknown(RATING, rows):
            await _import_rating(context, row, items, users)
        item, user = rows[-1]["content_item_id"], str(rows[-1]["user_id"])
        done += len(rows)
        context.on_progress("ratings", done, None)


async def _import_rating(
    context: ImportContext, row: Row, items: dict[str, str], users: dict[str, str]
) -> None:
    content_id = items.get(str(row["content_item_id"]))
    user_id = users.get(str(row["user_id"]))
    if content_id is None or user_id is None:
        context.report.add(RATING, row["id"], "its item or its user was not imported")
        return
    if not 1 <= row["rating"] <= _BEST:
        context.report.add(RATING, row["id"], "the rating is not within 1 and 5")
        return

    async def write(session: AsyncSession) -> int:
        found, rater = int(content_id), UUID(user_id)
        locked = select(ContentItem.id).where(ContentItem.id == found).with_for_update()
        has_own = select(ContentRating.rating).where(
            ContentRating.content_id == found, ContentRating.user_id == rater
        )
        is_there = await session.scalar(locked) is not None
        if is_there and await session.scalar(has_own) is None:  # keep what was rated here
            await set_rating(session, found, user_id=rater, rating=int(row["rating"]))
        return found

    await context.store(RATING, row["id"], write)


async def import_notifications(context: ImportContext) -> None:
    """Import the notifications of imported users."""
    total, done = await context.database.count("user_notifications"), 0
    async for batch in context.database.batches("user_notifications"):
        rows = await context.unknown(NOTIFICATION, batch)
        users = await context.ids.known(USER, [row["user_id"] for row in rows])
        jobs = await context.ids.known(JOB, [row.get("related_job_id") for row in rows])
        items = await context.ids.known(
            ITEM["items"], [row.get("related_content_id") for row in rows]
        )
        for row in rows:
            if str(row["user_id"]) not in users:
                context.report.add(NOTIFICATION, row["id"], "its user was not imported")
                continue
            notification = _notification_of(context, row, users)
            notification.related_job_id = _number(jobs.get(str(row.get("related_job_id"))))
            notification.related_content_id = _number(items.get(str(row.get("related_content_id"))))
            await _store_notification(context, row, notification)
        done += len(batch)
        context.on_progress("notifications", done, total)


async def _store_notification(
    context: ImportContext, row: Row, notification: UserNotification
) -> None:
    async def write(session: AsyncSession) -> int:
        session.add(notification)
        await session.flush()
        return notification.id

    await context.store(NOTIFICATION, row["id"], write)


def _notification_of(context: ImportContext, row: Row, users: dict[str, str]) -> UserNotification:
    is_read = bool(row.get("read_status"))
    return UserNotification(
        user_id=UUID(users[str(row["user_id"])]),
        title=plain(row["title"])[:TITLE_LENGTH],
        message=plain(row.get("message")),
        notification_type=notification_type_of(plain(row.get("notification_type"))),
        read_status=is_read,
        dedupe_key=f"legacy:{context.options.source}:{row['id']}"[:100],
        created_at=aware(row.get("created_at")) or utcnow(),
        read_at=(aware(row.get("read_at")) or utcnow()) if is_read else None,
    )


def _number(value: str | None) -> int | None:
    return int(value) if value else None  # a dry run remembers 0
