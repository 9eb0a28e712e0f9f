"""Hash files without a hash, one after another; each hash is stored as soon as it is computed.

A restart repeats at most the current file, because hashlib cannot save its state.
"""

import asyncio
import os
import time
from collections.abc import Callable
from datetime import timedelta

import msgspec
import structlog
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from genonaut.catalog.hashing import Hasher, HashingCancelledError, UnstableFileError
from genonaut.catalog.messages import ChangedFrame, HashModels, ModelsChanged
from genonaut.catalog.recording.service import RecordingService
from genonaut.catalog.refresh.progress import ModelProgressPublisher
from genonaut.catalog.scanning.discover import printable
from genonaut.catalog.tables import ModelFile
from genonaut.core.errors import NotFoundError
from genonaut.db import UnitOfWork
from genonaut.db.advisory_locks import AdvisoryLock, try_lock_session
from genonaut.runtime import Runtime

log = structlog.get_logger()
# ARQ ends a task after an hour; before that, the rest is left to a new task.
_LONGEST = timedelta(minutes=50)


class ToHash(msgspec.Struct, frozen=True):
    """A file without a hash."""

    path: bytes
    size_bytes: int


class Backlog(msgspec.Struct, frozen=True):
    """The files to hash, and how many bytes of all files are hashed already."""

    files: list[ToHash]
    done_bytes: int
    total_bytes: int


async def backlog(uow: UnitOfWork) -> Backlog:
    """Return the files to hash, smallest first, each inode once."""
    is_there = ModelFile.missing_since.is_(None)
    is_pending = (
        ModelFile.sha256.is_(None) & is_there & ModelFile.is_readable & (ModelFile.size_bytes > 0)
    )
    once = (
        select(ModelFile.path, ModelFile.size_bytes)
        .where(is_pending)
        .ext(distinct_on(ModelFile.inode))
        .order_by(ModelFile.inode, ModelFile.id)
        .subquery()
    )
    rows = await uow.session.execute(select(once).order_by(once.c.size_bytes, once.c.path))
    files = [ToHash(*row) for row in rows]
    done = await uow.session.scalar(
        select(func.coalesce(func.sum(ModelFile.size_bytes), 0)).where(
            is_there, ModelFile.sha256.is_not(None)
        )
    )
    left = sum(file.size_bytes for file in files)
    return Backlog(files, int(done or 0), int(done or 0) + left)


async def has_backlog(uow: UnitOfWork) -> bool:
    """Return whether there is anything to hash."""
    query = select(ModelFile.id).where(
        ModelFile.sha256.is_(None),
        ModelFile.missing_since.is_(None),
        ModelFile.is_readable,
        ModelFile.size_bytes > 0,
    )
    return await uow.session.scalar(query.limit(1)) is not None


def request_hashing(uow: UnitOfWork) -> None:
    """Enqueue the hashing of every file that has no hash."""
    uow.enqueue(HashModels())


async def hash_models(runtime: Runtime, task: HashModels) -> None:
    """Hash for at most 50 minutes; does nothing while another process hashes."""
    del task
    async with try_lock_session(runtime.engine, AdvisoryLock.MODEL_HASHING) as is_ours:
        if not is_ours:
            return
        async with runtime.begin() as uow:
            work = await backlog(uow)
        # Also with an empty backlog: a client may wait for the event at the end.
        await HashingRun(runtime, work).run()


class HashingRun:
    """One pass over a backlog; files that cannot be hashed are left to the next pass."""

    def __init__(self, runtime: Runtime, work: Backlog) -> None:
        self._runtime = runtime
        self._work = work
        self._publisher = ModelProgressPublisher(runtime.bus)
        self._publishing: set[asyncio.Task[None]] = set()
        self._deadline = time.monotonic() + _LONGEST.total_seconds()

    async def run(self) -> None:
        """Hash the backlog as far as time allows, and publish that the lists changed."""
        done, hashed, skipped = self._work.done_bytes, 0, 0
        settled = self._runtime.settings.catalog.settled_seconds
        async with Hasher(settled_seconds=settled) as hasher:
            for file in self._work.files:
                if time.monotonic() > self._deadline:
                    break
                was_hashed = await self._hash(hasher, file, done)
                hashed, skipped = hashed + was_hashed, skipped + (not was_hashed)
                done += file.size_bytes
        await asyncio.gather(*self._publishing)
        left = len(self._work.files) - hashed - skipped
        report = {"hashed": hashed, "skipped": skipped, "left": left}
        log.info("catalog.hashed", **report)
        async with self._runtime.begin() as uow:
            uow.publish(ModelsChanged(ChangedFrame(reason="hashed", report=report)))
            if left:
                uow.enqueue(HashModels())

    async def _hash(self, hasher: Hasher, file: ToHash, done: int) -> bool:
        path = os.fsdecode(file.path)
        name = printable(os.path.basename(path))  # noqa: PTH119  # the path may not be valid UTF-8
        try:
            hashes = await hasher.hash(path, self._report(done, name))
        except HashingCancelledError:
            raise
        except (UnstableFileError, NotFoundError) as error:
            log.info("catalog.not_hashed", file=name, reason=str(error))
            return False
        async with self._runtime.begin() as uow:
            return await RecordingService(uow).record_hashes(hashes)

    def _report(self, before: int, name: str) -> Callable[[int, int], None]:
        def report(done: int, size: int) -> None:
            del size
            sending = asyncio.create_task(
                self._publisher.publish(
                    "hashes", before + done, self._work.total_bytes, detail=name, unit="bytes"
                )
            )
            self._publishing.add(sending)
            sending.add_done_callback(self._publishing.discard)

        return report
