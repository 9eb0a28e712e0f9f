"""Compare rows with stored files, in both directions; items and uploads are checked by subclasses."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar, Generic, TypeVar

import msgspec
from sqlalchemy import Select, func, select

from genonaut.content.trash import delete_files
from genonaut.content.verification import hash_of
from genonaut.core.concurrency import run_all
from genonaut.db import Base
from genonaut.runtime import Runtime
from genonaut.storage.errors import FileMissingError

# Rows per query and keys per query. Memory depends on these only, not on the number of files.
_ROWS = 100
_KEYS = 500
# Rows at once: enough to keep a disk or the connections to a bucket busy.
_AT_ONCE = 8


class Problem(StrEnum):
    """What is wrong with a file or with the row that references it."""

    MISSING = "missing"
    """The file of an item or upload does not exist."""
    DAMAGED = "damaged"
    """The file does not have the SHA-256 of its row."""
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
    """Numbers of checked rows and stored files, and of problems by kind."""

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


R = TypeVar("R", bound=Base)


class StoreCheck(ABC, Generic[R]):
    """One check of all rows of a table and of all files below a prefix; safe while the service runs.

    Files younger than ``storage.orphan_grace_hours`` are never orphaned: their row may not be
    committed yet.
    """

    phase: ClassVar[str]
    """What ``on_progress`` calls the rows."""
    prefix: ClassVar[str]
    """Of the keys of the files."""

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
            is_repairing: Record damaged files, make thumbnails again and delete orphaned files.
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

    @abstractmethod
    def rows_after(self, last_id: int) -> Select[R]:
        """Return the query of the rows with larger ids, in their order, with their thumbnails."""

    @abstractmethod
    def id_of(self, row: R) -> int:
        """Return the id of a row."""

    @abstractmethod
    async def check_row(self, row: R) -> None:
        """Check the files of a row; report what is wrong with ``add``.

        A problem is confirmed before it is reported, because rows are removed meanwhile.
        """

    @abstractmethod
    async def unreferenced(self, keys: Sequence[str]) -> Sequence[str]:
        """Return the keys that no row references."""

    @abstractmethod
    async def has_rows(self) -> bool:
        """Return whether there are rows; without any, files are not deleted."""

    async def problem_of(self, key: str, size_bytes: int, sha256: str) -> Problem | None:
        """Return what is wrong with a file; key, size and hash are those of its row."""
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

    def add(
        self,
        problem: Problem,
        key: str,
        *,
        content_id: int | None = None,
        upload_id: int | None = None,
        is_repaired: bool,
    ) -> None:
        """Count and report a problem."""
        self._problems[problem] = self._problems.get(problem, 0) + 1
        if is_repaired:
            self._repaired[problem] = self._repaired.get(problem, 0) + 1
        self._on_finding(
            Finding(
                problem=problem,
                key=key,
                content_id=content_id,
                upload_id=upload_id,
                is_repaired=is_repaired,
            )
        )

    async def _check_rows(self) -> int:
        async with self._runtime.begin() as uow:
            rows = self.rows_after(0).order_by(None).subquery()
            total = await uow.session.scalar(select(func.count()).select_from(rows))
        done = 0
        async for batch in self._batches():
            for start in range(0, len(batch), _AT_ONCE):
                await run_all(map(self.check_row, batch[start : start + _AT_ONCE]))
            done += len(batch)
            self._on_progress(self.phase, done, total)
        return done

    async def _batches(self) -> AsyncIterator[Sequence[R]]:
        last = 0
        while True:
            async with self._runtime.begin() as uow:
                query = self.rows_after(last).limit(_ROWS)
                batch = (await uow.session.scalars(query)).all()
            if not batch:
                return
            last = self.id_of(batch[-1])
            yield batch

    async def _check_files(self) -> int:
        """Search for files that no row references."""
        done = 0
        batch: list[str] = []
        may_delete = self._is_repairing and await self.has_rows()
        grace = timedelta(hours=self._runtime.settings.storage.orphan_grace_hours)
        async for file in self._runtime.store.older_than(grace, prefix=self.prefix):
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
        orphans = await self.unreferenced(keys)
        deleted = await delete_files(self._runtime, orphans) if may_delete else 0
        for number, key in enumerate(orphans):
            self.add(Problem.ORPHANED, key, is_repaired=number < deleted)


def _sum(first: dict[Problem, int], second: dict[Problem, int]) -> dict[Problem, int]:
    return {one: first.get(one, 0) + second.get(one, 0) for one in {**first, **second}}
