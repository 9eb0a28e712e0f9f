"""Compare the rows of uploads with their stored files, in both directions."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from genonaut.content.file_check import CheckReport, Finding, OnFinding, OnProgress, Problem
from genonaut.content.trash import delete_files
from genonaut.content.verification import hash_of
from genonaut.core.concurrency import run_all
from genonaut.runtime import Runtime
from genonaut.storage.errors import FileMissingError
from genonaut.uploads.cleanup import has_uploads, unreferenced_uploads
from genonaut.uploads.service import UPLOAD_PREFIX
from genonaut.uploads.tables import Upload, UploadThumbnail
from genonaut.uploads.verification import record_upload_check, restore_thumbnail

_ROWS = 100
_KEYS = 500
_AT_ONCE = 8


class UploadCheck:
    """One check of all uploads; safe while the service runs.

    If the check repairs, a missing or damaged thumbnail of an image is made again, and damaged files are
    recorded; a missing or damaged file can only come from a backup, or be sent again.
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        is_repairing: bool = False,
        is_quick: bool = False,
        on_finding: OnFinding = lambda _: None,
        on_progress: OnProgress = lambda *_: None,
    ) -> None:
        """Prepare the check; the arguments are those of `FileCheck`."""
        self._runtime = runtime
        self._is_repairing = is_repairing
        self._is_quick = is_quick
        self._on_finding = on_finding
        self._on_progress = on_progress
        self._problems: dict[Problem, int] = {}
        self._repaired: dict[Problem, int] = {}

    async def run(self) -> CheckReport:
        """Check every row, then every file.

        Raises:
            StorageError: the storage does not answer; earlier repairs are kept.
        """
        async with self._runtime.begin() as uow:
            total = await uow.session.scalar(select(func.count()).select_from(Upload))
        done = 0
        async for batch in self._batches():
            for start in range(0, len(batch), _AT_ONCE):
                await run_all(map(self._check, batch[start : start + _AT_ONCE]))
            done += len(batch)
            self._on_progress("uploads", done, total)
        files = await self._check_files()
        return CheckReport(
            items=done, files=files, problems=self._problems, repaired=self._repaired
        )

    async def _batches(self) -> AsyncIterator[Sequence[Upload]]:
        last = 0
        while True:
            query = select(Upload).options(selectinload(Upload.thumbnails)).where(Upload.id > last)
            async with self._runtime.begin() as uow:
                batch = (await uow.session.scalars(query.order_by(Upload.id).limit(_ROWS))).all()
            if not batch:
                return
            yield batch
            last = batch[-1].id

    async def _check(self, upload: Upload) -> None:
        found = await self._problem_of(upload.storage_key, upload.size_bytes, upload.sha256)
        if found is not None and await self._is_there(upload):
            await self._record(upload, found)
            self._add(found, upload.storage_key, upload.id, is_repaired=False)
        elif found is None and upload.damaged_at is not None and not self._is_quick:
            await self._record(upload, None)
        for one in upload.thumbnails:
            found = await self._problem_of(one.storage_key, one.size_bytes, one.sha256)
            if found is None or not await self._is_there(upload):
                continue
            is_repaired = self._is_repairing and await self._restore(upload, one)
            is_missing = found is Problem.MISSING
            kind = Problem.THUMBNAIL_MISSING if is_missing else Problem.THUMBNAIL_DAMAGED
            self._add(kind, one.storage_key, upload.id, is_repaired=is_repaired)

    async def _problem_of(self, key: str, size_bytes: int, sha256: str) -> Problem | None:
        store = self._runtime.store
        if self._is_quick:
            try:
                head = await store.head(key)
            except FileMissingError:
                return Problem.MISSING
            return None if head.size_bytes == size_bytes else Problem.DAMAGED
        actual = await hash_of(store, key)
        if actual is None:
            return Problem.MISSING
        return None if actual == sha256 else Problem.DAMAGED

    async def _record(self, upload: Upload, problem: Problem | None) -> None:
        """Record the problem of a file, as the hourly verification does; only if the check repairs."""
        if self._is_repairing:
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

    async def _check_files(self) -> int:
        """Search for files that no row references."""
        done = 0
        batch: list[str] = []
        may_delete = self._is_repairing and await has_uploads(self._runtime)
        grace = timedelta(hours=self._runtime.settings.storage.orphan_grace_hours)
        async for file in self._runtime.store.older_than(grace, prefix=UPLOAD_PREFIX):
            batch.append(file.key)
            done += 1
            if len(batch) == _KEYS:
                await self._check_keys(batch, may_delete=may_delete)
                batch = []
        await self._check_keys(batch, may_delete=may_delete)
        return done

    async def _check_keys(self, keys: Sequence[str], *, may_delete: bool) -> None:
        orphans = await unreferenced_uploads(self._runtime, keys)
        deleted = await delete_files(self._runtime, orphans) if may_delete else 0
        for number, key in enumerate(orphans):
            self._add(Problem.ORPHANED, key, None, is_repaired=number < deleted)

    def _add(self, problem: Problem, key: str, upload_id: int | None, *, is_repaired: bool) -> None:
        self._problems[problem] = self._problems.get(problem, 0) + 1
        if is_repaired:
            self._repaired[problem] = self._repaired.get(problem, 0) + 1
        self._on_finding(
            Finding(
                problem=problem,
                key=key,
                content_id=None,
                upload_id=upload_id,
                is_repaired=is_repaired,
            )
        )
