"""Scanning model folders: what is unchanged is not opened, the rest is examined by a few processes.

All of this blocks; ``scan_in_background`` is the form for an event loop.
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
    """What must be equal for a file, and what lies beside it, to count as unchanged."""

    size_bytes: int
    mtime_ns: int
    neighbours_ns: int = 0

    @classmethod
    def of(cls, file: FoundFile) -> "Fingerprint":
        """Return the fingerprint of a file as it was found."""
        return cls(file.size_bytes, file.mtime_ns, file.neighbours_ns)


class Batch(msgspec.Struct, frozen=True):
    """A part of the answer, handed out while the scan goes on.

    ``seen`` of ``total`` files are dealt with; ``total`` is what the walk found. Only the last batch has
    ``missing``: paths that were known, are below a root of this scan, and are not there any more. What
    lies behind an unreachable folder is not called missing.
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
    """Walk ``roots`` and yield what was found; closing the iterator stops the scan.

    Args:
        roots: The folders to walk.
        known: What earlier scans saw, by (path, folder of the root).
        processes: How many processes examine files; None takes one a core, 0 none beside this one.
    """
    roots = tuple(roots)
    files, unreachable = _walk(roots)
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
    """Scan in a thread of its own; cancelling the caller ends the scan after its current batch."""
    batches = scan(roots, known, processes=processes)
    loop = asyncio.get_running_loop()
    # One thread: a step and the closing of the generator can never overlap.
    thread = ThreadPoolExecutor(1, thread_name_prefix="model-scan")
    try:
        while (batch := await loop.run_in_executor(thread, next, batches, None)) is not None:
            yield batch
    finally:
        thread.submit(batches.close)
        thread.shutdown(wait=False)  # the event loop must not wait for a slow disk


def _walk(roots: tuple[Root, ...]) -> tuple[list[FoundFile], tuple[Unreachable, ...]]:
    files: dict[tuple[str, str], FoundFile] = {}
    unreachable: list[Unreachable] = []
    for item in discover(roots):
        if isinstance(item, Unreachable):
            unreachable.append(item)
        else:  # a root inside another lists a file twice
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
    # Never a fork: the caller has threads and connections that a child must not inherit.
    context = multiprocessing.get_context("spawn")
    waiting = iter(chunks)
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        running: dict[Future[list[Examined]], list[FoundFile]] = {}
        try:
            while True:
                # A short queue: results leave as they come, and closing does not wait for the rest.
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
    with suppress(BrokenProcessPool):  # something killed a child; this process can do it too
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
    walked = {(root.folder, root.path.rstrip(os.sep) + os.sep) for root in roots}
    hidden = tuple(item.path.rstrip(os.sep) + os.sep for item in unreachable)
    exact = {item.path for item in unreachable}
    return tuple(
        path
        for path, folder in known
        if (path, folder) not in there
        and any(folder == name and path.startswith(base) for name, base in walked)
        and not path.startswith(hidden)
        and path not in exact
    )
