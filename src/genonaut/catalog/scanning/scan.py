"""Scan model folders: unchanged files are not opened, the others are examined by several processes.

Everything here blocks except ``scan_in_background``, which is for use in an event loop.
"""

import asyncio
import multiprocessing
import os
from collections.abc import AsyncIterator, Generator, Iterable, Iterator, Mapping
from concurrent.futures import (
    FIRST_COMPLETED,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress

import msgspec

from genonaut.catalog.scanning.discover import FoundFile, Unreachable, discover
from genonaut.catalog.scanning.examine import Examined, examine
from genonaut.catalog.scanning.roots import Root

BATCH = 128
# Below this many files, starting processes (0.3 s each, measured) takes longer than examining.
MIN_FILES_FOR_PROCESSES = 1_000


class Fingerprint(msgspec.Struct, frozen=True):
    """The values that must be equal for a file and its sidecars to count as unchanged."""

    size_bytes: int
    mtime_ns: int
    neighbours_ns: int = 0

    @classmethod
    def of(cls, file: FoundFile) -> "Fingerprint":
        """Return the fingerprint of a file found by a scan."""
        return cls(file.size_bytes, file.mtime_ns, file.neighbours_ns)


class Batch(msgspec.Struct, frozen=True):
    """A part of the result, returned while the scan continues.

    ``seen`` of ``total`` files are done. Only the last batch has ``missing``: known paths below a root of
    this scan that no longer exist. Files below an unreachable folder are not missing.
    """

    examined: tuple[Examined, ...] = ()
    unchanged: tuple[FoundFile, ...] = ()
    unreachable: tuple[Unreachable, ...] = ()
    missing: tuple[str, ...] = ()
    seen: int = 0
    total: int = 0
    is_last: bool = False


def scan(
    roots: Iterable[Root],
    known: Mapping[tuple[str, str], Fingerprint],
    *,
    processes: int | None = None,
) -> Generator[Batch, None, None]:
    """Scan ``roots`` and yield results in batches; closing the iterator stops the scan.

    Args:
        roots: The folders to scan.
        known: Fingerprints from earlier scans, by (path, folder of the root).
        processes: Number of processes that examine files; None means one per core, 0 only this process.
    """
    roots = tuple(roots)
    files, unreachable = _find_files(roots)
    changed = [file for file in files if known.get(_key(file)) != Fingerprint.of(file)]
    changed_keys = {_key(file) for file in changed}
    unchanged = tuple(file for file in files if _key(file) not in changed_keys)
    seen, total = len(unchanged), len(files)
    yield Batch(unchanged=unchanged, unreachable=unreachable, seen=seen, total=total)
    for examined in _examine_all(changed, _pool_size(len(changed), processes)):
        seen += len(examined)
        yield Batch(examined=tuple(examined), seen=seen, total=total)
    missing = _missing(roots, known, files, unreachable)
    yield Batch(missing=missing, seen=seen, total=total, is_last=True)


async def scan_in_background(
    roots: Iterable[Root],
    known: Mapping[tuple[str, str], Fingerprint],
    *,
    processes: int | None = None,
) -> AsyncIterator[Batch]:
    """Scan in a separate thread; cancelling the caller stops the scan after its current batch."""
    batches = scan(roots, known, processes=processes)
    loop = asyncio.get_running_loop()
    # One thread, so that a step and the closing of the generator cannot overlap.
    thread = ThreadPoolExecutor(1, thread_name_prefix="model-scan")
    try:
        while (batch := await loop.run_in_executor(thread, next, batches, None)) is not None:
            yield batch
    finally:
        thread.submit(batches.close)
        thread.shutdown(wait=False)  # the event loop must not wait for a slow disk


def _find_files(roots: tuple[Root, ...]) -> tuple[list[FoundFile], tuple[Unreachable, ...]]:
    files: dict[tuple[str, str], FoundFile] = {}
    unreachable: list[Unreachable] = []
    for item in discover(roots):
        if isinstance(item, Unreachable):
            unreachable.append(item)
        else:  # a root inside another root lists a file twice
            files.setdefault(_key(item), item)
    return list(files.values()), tuple(unreachable)


def _key(file: FoundFile) -> tuple[str, str]:
    return file.path, file.root.folder


def _pool_size(files: int, processes: int | None) -> int:
    if files < MIN_FILES_FOR_PROCESSES:
        return 0
    return (os.cpu_count() or 1) if processes is None else processes


def _examine_all(files: list[FoundFile], processes: int) -> Iterator[list[Examined]]:
    chunks = [files[start : start + BATCH] for start in range(0, len(files), BATCH)]
    if processes == 0:
        for chunk in chunks:
            yield _examine_chunk(chunk)
        return
    yield from _examine_in_processes(chunks, processes)


def _examine_in_processes(
    chunks: list[list[FoundFile]], processes: int
) -> Iterator[list[Examined]]:
    # Not fork: a child process must not inherit the caller's threads and connections.
    context = multiprocessing.get_context("spawn")
    waiting = iter(chunks)
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        running: dict[Future[list[Examined]], list[FoundFile]] = {}
        try:
            while True:
                # A short queue: results are returned as they complete, and closing does not wait for the rest.
                while len(running) < 2 * processes and (chunk := next(waiting, None)):
                    try:
                        running[pool.submit(_examine_chunk, chunk)] = chunk
                    except BrokenProcessPool:
                        yield _examine_chunk(chunk)
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    yield _result(future, running.pop(future))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _result(future: Future[list[Examined]], chunk: list[FoundFile]) -> list[Examined]:
    with suppress(BrokenProcessPool):  # a child was killed; this process examines the chunk instead
        return future.result()
    return _examine_chunk(chunk)


def _examine_chunk(files: list[FoundFile]) -> list[Examined]:
    return [examine(file) for file in files]


def _missing(
    roots: tuple[Root, ...],
    known: Mapping[tuple[str, str], Fingerprint],
    files: list[FoundFile],
    unreachable: tuple[Unreachable, ...],
) -> tuple[str, ...]:
    there = {_key(file) for file in files}
    scanned = {(root.folder, root.path.rstrip(os.sep) + os.sep) for root in roots}
    hidden = tuple(item.path.rstrip(os.sep) + os.sep for item in unreachable)
    exact = {item.path for item in unreachable}
    return tuple(
        path
        for path, folder in known
        if (path, folder) not in there
        and any(folder == name and path.startswith(base) for name, base in scanned)
        and not path.startswith(hidden)
        and path not in exact
    )
