"""The files of many items, one after the other, for an archive."""

from collections.abc import AsyncIterator, Sequence

from genonaut.content.bulk_selection import Matching
from genonaut.content.file_access import FileAccess, FileItem, read_file_item
from genonaut.content.matching import next_matching
from genonaut.core.errors import FieldError, InvalidInputError, NotFoundError
from genonaut.runtime import Runtime


async def visible_files(access: FileAccess, ids: Sequence[int]) -> list[FileItem]:
    """Return the files of items that the viewer may see, each once.

    Raises:
        InvalidInputError: names the ids that the viewer may not see.
    """
    found: dict[int, FileItem] = {}
    errors = []
    for place, one in enumerate(ids):
        try:
            found[one] = await access.item(one, in_trash=False)
        except NotFoundError as error:
            errors.append(FieldError(f"ids[{place}]", str(error)))
    if errors:
        raise InvalidInputError(*errors)
    return list(found.values())


async def in_turn(files: Sequence[FileItem]) -> AsyncIterator[FileItem]:
    """Yield files that were found."""
    for file in files:
        yield file


async def matching_files(runtime: Runtime, matching: Matching) -> AsyncIterator[FileItem]:
    """Yield the files of all items that match, newest first; no transaction is open meanwhile."""
    cursor = matching.cursor
    while True:
        page = Matching(wanted=matching.wanted, except_ids=matching.except_ids, cursor=cursor)
        async with runtime.begin() as uow:
            ids, cursor = await next_matching(uow.session, page)
        async for file in files_of(runtime, ids):
            yield file
        if cursor is None:
            return


async def files_of(runtime: Runtime, ids: Sequence[int]) -> AsyncIterator[FileItem]:
    """Yield the files of items that are not in the trash; the caller has checked who may see them."""
    for one in ids:
        file = await read_file_item(runtime, one)
        if file is not None and not file.is_trashed:
            yield file
