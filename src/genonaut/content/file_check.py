"""Compare all rows with all stored files, in both directions, and optionally repair."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import timedelta
from enum import StrEnum

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from genonaut.content.file_references import IMAGE_PREFIX, has_items, unreferenced_keys
from genonaut.content.tables import ContentItem
from genonaut.content.thumbnail_files import damaged_thumbnails
from genonaut.content.thumbnails import RebuildOutcome, rebuild_thumbnails
from genonaut.content.trash import delete_files
from genonaut.content.verification import CheckedFile, hash_of, record_check
from genonaut.core.concurrency import run_all
from genonaut.runtime import Runtime
from genonaut.storage.errors import FileMissingError
from genonaut.storage.thumbnails import ThumbnailSize

# Rows per query and keys per query. Memory depends on these only, not on the number of files.
_ROWS = 100
_KEYS = 500
# Items at once: enough to keep a disk or the connections to a bucket busy.
_AT_ONCE = 8


class Problem(StrEnum):
    """What is wrong with a file or with the row that references it."""

    MISSING = "missing"
    """The image file of an item does not exist."""
    DAMAGED = "damaged"
    """The image file does not have the SHA-256 of its row."""
    THUMBNAIL_MISSING = "thumbnail_missing"
    THUMBNAIL_DAMAGED = "thumbnail_damaged"
    """The thumbnail is not the file that its row describes, or does not decode."""
    ORPHANED = "orphaned"
    """No row references the file."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One problem; for a file without a row both ids are None."""

    problem: Problem
    key: str
    content_id: int | None
    is_repaired: bool
    upload_id: int | None = None


class CheckReport(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers of checked items and stored files, and of problems by kind."""

    items: int
    files: int
    problems: dict[Problem, int]
    repaired: dict[Problem, int]

    @property
    def is_clean(self) -> bool:
        """Return whether no problem is left."""
        return self.problems == self.repaired

    def with_other(self, other: "CheckReport") -> "CheckReport":
        """Return the sum of two reports."""
        return CheckReport(
            items=self.items + other.items,
            files=self.files + other.files,
            problems=_sum(self.problems, other.problems),
            repaired=_sum(self.repaired, other.repaired),
        )


OnFinding = Callable[[Finding], None]
OnProgress = Callable[[str, int, int | None], None]
"""Receives the phase, the number that is done, and the total if it is known."""


class FileCheck:
    """One check of the whole store; safe while the service runs.

    Files younger than ``storage.orphan_grace_hours`` are never orphaned: their row may not be
    committed yet. Every problem is checked a second time before it is reported or repaired, because
    items are purged meanwhile.
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
        """Prepare the check.

        Args:
            runtime: The installation.
            is_repairing: Mark damaged items, rebuild thumbnails and delete orphaned files.
            is_quick: Compare existence and sizes only; read no file.
            on_finding: Called with each problem.
            on_progress: Called after each batch.
        """
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
        items = await self._check_rows()
        files = await self._check_files()
        return CheckReport(
            items=items, files=files, problems=self._problems, repaired=self._repaired
        )

    async def _check_rows(self) -> int:
        async with self._runtime.begin() as uow:
            total = await uow.session.scalar(select(func.count()).select_from(ContentItem))
        done = 0
        async for batch in self._batches():
            for start in range(0, len(batch), _AT_ONCE):
                await run_all(map(self._check_item, batch[start : start + _AT_ONCE]))
            done += len(batch)
            self._on_progress("items", done, total)
        return done

    async def _batches(self) -> AsyncIterator[Sequence[ContentItem]]:
        last = 0
        while True:
            query = (
                select(ContentItem)
                .options(selectinload(ContentItem.thumbnails))
                .where(ContentItem.id > last)
                .order_by(ContentItem.id)
                .limit(_ROWS)
            )
            async with self._runtime.begin() as uow:
                batch = (await uow.session.scalars(query)).all()
            if not batch:
                return
            yield batch
            last = batch[-1].id

    async def _check_item(self, item: ContentItem) -> None:
        problem = await self._problem_of_image(item)
        if problem is not None:
            await self._report_image(item, problem)
        elif self._is_repairing and item.damaged_at is not None and not self._is_quick:
            await record_check(self._runtime, _file_of(item), is_damaged=False, is_missing=False)
        bad = await self._bad_thumbnails(item)
        if bad and await self._reload(item) is not None:
            is_rebuilt = self._is_repairing and await self._rebuild(item, bad)
            for size, its_problem in bad.items():
                key = _thumbnail_name(item, size)
                self._add(its_problem, key, item.id, is_repaired=is_rebuilt)

    async def _problem_of_image(self, item: ContentItem) -> Problem | None:
        if self._is_quick:
            try:
                head = await self._runtime.store.head(item.storage_key)
            except FileMissingError:
                return Problem.MISSING
            return None if head.size_bytes == item.size_bytes else Problem.DAMAGED
        actual = await hash_of(self._runtime.store, item.storage_key)
        if actual is None:
            return Problem.MISSING
        return None if actual == item.sha256 else Problem.DAMAGED

    async def _report_image(self, item: ContentItem, problem: Problem) -> None:
        """Report the problem of an image; a repair records it, as the hourly verification does.

        The file itself can only come from a backup, so the problem counts as not repaired.
        """
        current = await self._reload(item)
        if current is None or await self._problem_of_image(current) is not problem:
            return
        if self._is_repairing:
            is_damaged = problem is Problem.DAMAGED
            await record_check(
                self._runtime, _file_of(item), is_damaged=is_damaged, is_missing=not is_damaged
            )
        self._add(problem, item.storage_key, item.id, is_repaired=False)

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

    async def _check_files(self) -> int:
        """Search for files that no row references."""
        done = 0
        batch: list[str] = []
        may_delete = self._is_repairing and await has_items(self._runtime)
        grace = timedelta(hours=self._runtime.settings.storage.orphan_grace_hours)
        async for file in self._runtime.store.older_than(grace, prefix=IMAGE_PREFIX):
            batch.append(file.key)
            done += 1
            if len(batch) == _KEYS:
                await self._check_keys(batch, may_delete=may_delete)
                batch = []
                self._on_progress("files", done, None)
        await self._check_keys(batch, may_delete=may_delete)
        self._on_progress("files", done, done)
        return done

    async def _check_keys(self, keys: Sequence[str], *, may_delete: bool) -> None:
        orphans = await unreferenced_keys(self._runtime, keys)
        deleted = await delete_files(self._runtime, orphans) if may_delete else 0
        for number, key in enumerate(orphans):
            self._add(Problem.ORPHANED, key, None, is_repaired=number < deleted)

    def _add(
        self, problem: Problem, key: str, content_id: int | None, *, is_repaired: bool
    ) -> None:
        self._problems[problem] = self._problems.get(problem, 0) + 1
        if is_repaired:
            self._repaired[problem] = self._repaired.get(problem, 0) + 1
        self._on_finding(
            Finding(problem=problem, key=key, content_id=content_id, is_repaired=is_repaired)
        )


def _sum(first: dict[Problem, int], second: dict[Problem, int]) -> dict[Problem, int]:
    return {one: first.get(one, 0) + second.get(one, 0) for one in {**first, **second}}


def _file_of(item: ContentItem) -> CheckedFile:
    return CheckedFile(item.id, item.storage_key, item.sha256)


def _thumbnail_name(item: ContentItem, size: ThumbnailSize) -> str:
    """Return the key of a thumbnail; for one without a row, the key of its image and the size."""
    found = next((one.storage_key for one in item.thumbnails if one.size is size), None)
    return found or f"{item.storage_key} ({size})"
