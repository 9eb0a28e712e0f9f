"""The files of a collection for an archive."""

from collections.abc import AsyncIterator

from genonaut.accounts.identity import Identity
from genonaut.collections.items import CollectionItemService
from genonaut.collections.service import CollectionService
from genonaut.content.archives import files_of
from genonaut.content.file_access import FileItem
from genonaut.runtime import Runtime

_PAGE = 100


async def collection_files(
    runtime: Runtime, viewer: Identity, collection_id: int
) -> AsyncIterator[FileItem]:
    """Yield the files of a collection in its order, each once; no transaction is open meanwhile.

    Raises:
        NotFoundError: the viewer may not see the collection, or no longer.
    """
    cursor: str | None = None
    seen: set[int] = set()  # an item may be moved meanwhile
    while True:
        async with runtime.begin() as uow:
            collections = CollectionService(uow, runtime.settings.collections, viewer)
            page = await CollectionItemService(collections).page(
                collection_id, "manual", cursor=cursor, limit=_PAGE
            )
            ids = [one.item.id for one in page.rows if one.item.id not in seen]
            cursor = page.next_cursor
        seen.update(ids)
        async for file in files_of(runtime, ids):
            yield file
        if cursor is None:
            return
