"""The items before and after one in a collection."""

from collections.abc import Sequence

from sqlalchemy import select, tuple_

from genonaut.collections.items import ItemSort, shown, shown_items
from genonaut.collections.service import CollectionService
from genonaut.content.collection_tables import Collection, CollectionItem
from genonaut.content.service import ContentService, Neighbours
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import is_valid_id


async def neighbours_in(
    collections: CollectionService,
    collection_id: int,
    content_id: int,
    *,
    sort: ItemSort,
    around: int,
) -> Neighbours:
    """Return the neighbours of an item in the order in which the collection lists its items.

    Args:
        collections: acts for the viewer.
        collection_id: the collection.
        content_id: the item.
        sort: the order of the list.
        around: so many items on each side are returned too.

    Raises:
        NotFoundError: there is no such collection or item that the viewer may see, or the item is not
            in the collection.
    """
    collection = (await collections.visible(collection_id)).collection
    viewer_id = collections.viewer.user_id
    content = ContentService(collections.uow, viewer_id=viewer_id, is_admin=False)
    if collection.is_smart and sort == "manual":
        sort = "newest"
    if sort != "manual":
        return await content.neighbours(
            content_id, shown_items(collection), sort=sort, around=around
        )
    before, following = await _by_position(collections, collection, content_id, max(1, around))
    return await content.neighbours_of(content_id, before, following, around=around)


async def _by_position(
    collections: CollectionService, collection: Collection, content_id: int, limit: int
) -> tuple[Sequence[int], Sequence[int]]:
    entry, session = CollectionItem, collections.uow.session
    query = shown(collection).where(entry.content_id == content_id)
    row = (await session.execute(query)).one_or_none() if is_valid_id(content_id) else None
    if row is None:
        raise NotFoundError(f"collection {collection.id} has no item {content_id}")
    place, here = tuple_(entry.position, entry.content_id), tuple(row)
    backwards = (entry.position.desc(), entry.content_id.desc())
    before = shown(collection).where(place < here).order_by(*backwards).limit(limit)
    following = (
        shown(collection)
        .where(place > here)
        .order_by(entry.position, entry.content_id)
        .limit(limit)
    )
    ids = [
        (await session.scalars(select(query.subquery().c.content_id))).all()
        for query in (before, following)
    ]
    return ids[0], ids[1]
