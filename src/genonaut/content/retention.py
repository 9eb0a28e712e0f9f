"""Images that have passed the retention of their owner; they are moved to the trash."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.sql.selectable import Subquery

from genonaut.config.settings import RetentionSettings, StorageSettings
from genonaut.content.actions import Trash
from genonaut.content.change_service import ChangeService
from genonaut.content.collection_tables import CollectionItem, ContentFavourite
from genonaut.content.filters import IS_TRASHED, NOT_TRASHED
from genonaut.content.storage_tables import StoragePolicy
from genonaut.content.tables import ContentItem, Visibility
from genonaut.db import UnitOfWork
from genonaut.db.retention import Expired, ExpiredRows, table_of

_DAY = timedelta(days=1)
_NO_USER = UUID(int=0)


class ExpiredImages:
    """The images that the policies select: too old, or beyond the bytes that a user may keep.

    A policy of the user wins over the setting. Images that are rated, tagged, public, in a collection
    or a favourite of their owner are kept if the policy says so; they count towards the bytes.
    """

    name = "images"
    setting = "retention.image_days, retention.image_bytes"

    def __init__(self, settings: RetentionSettings) -> None:
        self._settings = settings

    async def preview(self, uow: UnitOfWork) -> Expired:
        """Count the images without changing them."""
        found = self._expired()
        columns = found.c
        query = select(
            func.count(),
            func.coalesce(func.sum(columns.size_bytes), 0),
            func.min(columns.created_at),
            func.max(columns.created_at),
        ).select_from(found)
        count, size_bytes, oldest, newest = (await uow.session.execute(query)).one()
        return Expired(
            name=self.name,
            setting=self.setting,
            count=count,
            size_bytes=int(size_bytes),
            oldest=oldest,
            newest=newest,
        )

    async def move_to_trash(self, uow: UnitOfWork, *, limit: int) -> int:
        """Move at most ``limit`` images to the trash, the oldest first; returns their number."""
        found = self._expired()
        query = select(found.c.id).order_by(found.c.created_at, found.c.id).limit(limit)
        ids = (await uow.session.scalars(query)).all()
        if not ids:
            return 0
        # An administrator may change the items of all users; the system acts as one.
        service = ChangeService(uow, viewer_id=_NO_USER, is_admin=True)
        report = await service.apply(ids, Trash())
        return sum(outcome.status == "done" for outcome in report.outcomes)

    def _expired(self) -> Subquery:
        items = self._items()
        age = and_(
            items.c.image_days > 0, items.c.created_at < func.now() - _DAY * items.c.image_days
        )
        size = and_(items.c.image_bytes > 0, items.c.bytes_so_far > items.c.image_bytes)
        query = select(items.c.id, items.c.size_bytes, items.c.created_at).where(
            ~items.c.is_kept, or_(age, size)
        )
        return query.subquery("expired")

    def _items(self) -> Subquery:
        item, policy, settings = ContentItem, StoragePolicy, self._settings
        is_kept = or_(
            and_(_or_setting(policy.keep_rated, settings.keep_rated), item.rating_count > 0),
            and_(_or_setting(policy.keep_tagged, settings.keep_tagged), item.tag_text != ""),
            and_(
                _or_setting(policy.keep_public, settings.keep_public),
                item.visibility == Visibility.PUBLIC,
            ),
            and_(_or_setting(policy.keep_collected, settings.keep_collected), _is_collected()),
        )
        # Kept images first, then the newest: the oldest of the others exceed the limit first.
        order = (is_kept.desc(), item.created_at.desc(), item.id.desc())
        days = _or_setting(policy.image_days, settings.image_days)
        limit = _or_setting(policy.image_bytes, settings.image_bytes)
        return (
            select(
                item.id,
                item.size_bytes,
                item.created_at,
                is_kept.label("is_kept"),
                days.label("image_days"),
                limit.label("image_bytes"),
                func.sum(item.size_bytes)
                .over(partition_by=item.user_id, order_by=order)
                .label("bytes_so_far"),
            )
            .outerjoin(policy, policy.user_id == item.user_id)
            .where(NOT_TRASHED, or_(days > 0, limit > 0))
            .subquery("items")
        )


def expired_trash(settings: StorageSettings) -> ExpiredRows:
    """Return the rule for items in the trash; `trash.purge_expired` also deletes their files."""
    table = table_of(ContentItem)
    before = func.now() - timedelta(days=settings.trash_days)
    return ExpiredRows(
        name="trash",
        setting="storage.trash_days",
        table=table,
        condition=and_(IS_TRASHED, ContentItem.deleted_at < before),
        at=table.c.deleted_at,
        size=table.c.size_bytes,
    )


def _is_collected() -> ColumnElement[bool]:
    """Return the condition for items that their owner added to a collection or marked."""
    item, entry, mark = ContentItem, CollectionItem, ContentFavourite
    added = select(entry.content_id).where(
        entry.content_id == item.id, entry.added_by == item.user_id
    )
    marked = select(mark.content_id).where(mark.content_id == item.id, mark.user_id == item.user_id)
    return or_(added.correlate(item).exists(), marked.correlate(item).exists())


def _or_setting(column: object, setting: object) -> ColumnElement[object]:
    return func.coalesce(column, literal(setting))
