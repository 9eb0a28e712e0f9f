"""Compare the rows of uploads with their stored files, in both directions."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from genonaut.content.store_check import Problem, StoreCheck
from genonaut.content.verification import hash_of
from genonaut.uploads.cleanup import has_uploads, unreferenced_uploads
from genonaut.uploads.service import UPLOAD_PREFIX
from genonaut.uploads.tables import Upload, UploadThumbnail
from genonaut.uploads.verification import record_upload_check, restore_thumbnail

_OF_THUMBNAILS = {
    Problem.MISSING: Problem.THUMBNAIL_MISSING,
    Problem.DAMAGED: Problem.THUMBNAIL_DAMAGED,
}


class UploadCheck(StoreCheck[Upload]):
    """One check of all uploads.

    If the check repairs, a missing or damaged thumbnail of an image is made again, and damaged files are
    recorded; a missing or damaged file can only come from a backup, or be sent again.
    """

    phase = "uploads"
    prefix = UPLOAD_PREFIX

    def rows_after(self, last_id: int) -> Select[Upload]:
        """Return the query of the next uploads."""
        return (
            select(Upload)
            .options(selectinload(Upload.thumbnails))
            .where(Upload.id > last_id)
            .order_by(Upload.id)
        )

    def id_of(self, row: Upload) -> int:
        """Return the id of an upload."""
        return row.id

    async def unreferenced(self, keys: Sequence[str]) -> Sequence[str]:
        """Return the keys that no upload references."""
        return await unreferenced_uploads(self._runtime, keys)

    async def has_rows(self) -> bool:
        """Return whether there are uploads."""
        return await has_uploads(self._runtime)

    async def check_row(self, row: Upload) -> None:
        """Check the file and the thumbnails of an upload."""
        found = await self.problem_of(row.storage_key, row.size_bytes, row.sha256)
        if found is not None and await self._is_there(row):
            await self._record(row, found)
            self.add(found, row.storage_key, upload_id=row.id, is_repaired=False)
        elif found is None and row.damaged_at is not None and not self._is_quick:
            await self._record(row, None)
        for one in row.thumbnails:
            found = await self.problem_of(one.storage_key, one.size_bytes, one.sha256)
            if found is None or not await self._is_there(row):
                continue
            is_repaired = self._is_repairing and await self._restore(row, one)
            kind = _OF_THUMBNAILS[found]
            self.add(kind, one.storage_key, upload_id=row.id, is_repaired=is_repaired)

    async def _record(self, upload: Upload, problem: Problem | None) -> None:
        """Record the problem of a file, as the hourly verification does; only if the check repairs."""
        if self._is_repairing and not self._is_quick:
            await record_upload_check(
                self._runtime,
                upload,
                is_damaged=problem is Problem.DAMAGED,
                is_missing=problem is Problem.MISSING,
            )

    async def _is_there(self, upload: Upload) -> bool:
        """Return whether the upload still exists; it may have been removed during the check."""
        query = select(Upload.id).where(Upload.id == upload.id)
        async with self._runtime.begin() as uow:
            return await uow.session.scalar(query) is not None

    async def _restore(self, upload: Upload, thumbnail: UploadThumbnail) -> bool:
        """Make a thumbnail again from an intact image; return whether the file is as recorded now."""
        if await hash_of(self._runtime.store, upload.storage_key) != upload.sha256:
            return False
        return await restore_thumbnail(self._runtime, upload, thumbnail)
