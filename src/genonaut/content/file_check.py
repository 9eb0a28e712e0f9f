"""Compare all content items with all stored files, in both directions, and optionally repair."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from genonaut.content.file_references import IMAGE_PREFIX, has_items, unreferenced_keys
from genonaut.content.store_check import Problem, StoreCheck
from genonaut.content.tables import ContentItem
from genonaut.content.thumbnail_files import damaged_thumbnails
from genonaut.content.thumbnails import RebuildOutcome, rebuild_thumbnails
from genonaut.content.verification import CheckedFile, record_check
from genonaut.storage.errors import FileMissingError
from genonaut.storage.thumbnails import ThumbnailSize


class FileCheck(StoreCheck[ContentItem]):
    """One check of all content items.

    A repair records damaged files, as the hourly verification does, and makes thumbnails again. The
    files themselves can only come from a backup.
    """

    phase = "items"
    prefix = IMAGE_PREFIX

    def rows_after(self, last_id: int) -> Select[ContentItem]:
        """Return the query of the next items."""
        return (
            select(ContentItem)
            .options(selectinload(ContentItem.thumbnails))
            .where(ContentItem.id > last_id)
            .order_by(ContentItem.id)
        )

    def id_of(self, row: ContentItem) -> int:
        """Return the id of an item."""
        return row.id

    async def unreferenced(self, keys: Sequence[str]) -> Sequence[str]:
        """Return the keys that no item references."""
        return await unreferenced_keys(self._runtime, keys)

    async def has_rows(self) -> bool:
        """Return whether there are items."""
        return await has_items(self._runtime)

    async def check_row(self, row: ContentItem) -> None:
        """Check the image and the thumbnails of an item."""
        problem = await self.problem_of(row.storage_key, row.size_bytes, row.sha256)
        if problem is not None:
            await self._report_image(row, problem)
        elif self._is_repairing and row.damaged_at is not None and not self._is_quick:
            await record_check(self._runtime, _file_of(row), is_damaged=False, is_missing=False)
        bad = await self._bad_thumbnails(row)
        if bad and await self._reload(row) is not None:
            is_rebuilt = self._is_repairing and await self._rebuild(row, bad)
            for size, its_problem in bad.items():
                key = _thumbnail_name(row, size)
                self.add(its_problem, key, content_id=row.id, is_repaired=is_rebuilt)

    async def _report_image(self, item: ContentItem, problem: Problem) -> None:
        """Report the problem of an image, which counts as not repaired."""
        current = await self._reload(item)
        if current is None:
            return
        found = await self.problem_of(current.storage_key, current.size_bytes, current.sha256)
        if found is not problem:
            return
        if self._is_repairing and not self._is_quick:
            is_damaged = problem is Problem.DAMAGED
            await record_check(
                self._runtime, _file_of(item), is_damaged=is_damaged, is_missing=not is_damaged
            )
        self.add(problem, item.storage_key, content_id=item.id, is_repaired=False)

    async def _reload(self, item: ContentItem) -> ContentItem | None:
        query = select(ContentItem).where(
            ContentItem.id == item.id, ContentItem.storage_key == item.storage_key
        )
        async with self._runtime.begin() as uow:
            return (await uow.session.scalars(query)).one_or_none()

    async def _bad_thumbnails(self, item: ContentItem) -> dict[ThumbnailSize, Problem]:
        """Return the problems of an item's thumbnails."""
        wrong = {size: await self._problem_of_size(item, size) for size in ThumbnailSize}
        bad = {size: problem for size, problem in wrong.items() if problem is not None}
        if not self._is_quick:
            found = await damaged_thumbnails(
                self._runtime, item.id, records_hashes=self._is_repairing
            )
            for size in found:
                bad.setdefault(size, Problem.THUMBNAIL_DAMAGED)
        return bad

    async def _problem_of_size(self, item: ContentItem, size: ThumbnailSize) -> Problem | None:
        row = next((one for one in item.thumbnails if one.size is size), None)
        if row is None:
            return Problem.THUMBNAIL_MISSING
        try:
            head = await self._runtime.store.head(row.storage_key)
        except FileMissingError:
            return Problem.THUMBNAIL_MISSING
        return None if head.size_bytes == row.size_bytes else Problem.THUMBNAIL_DAMAGED

    async def _rebuild(self, item: ContentItem, bad: Collection[ThumbnailSize]) -> bool:
        outcome = await rebuild_thumbnails(self._runtime, item.id, sizes=bad)
        return outcome is RebuildOutcome.REBUILT


def _file_of(item: ContentItem) -> CheckedFile:
    return CheckedFile(item.id, item.storage_key, item.sha256)


def _thumbnail_name(item: ContentItem, size: ThumbnailSize) -> str:
    """Return the key of a thumbnail; for one without a row, the key of its image and the size."""
    found = next((one.storage_key for one in item.thumbnails if one.size is size), None)
    return found or f"{item.storage_key} ({size})"
