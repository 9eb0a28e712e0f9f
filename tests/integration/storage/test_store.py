import asyncio
import errno
import os
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from obstore.store import HTTPStore, MemoryStore
from tests.support.timeouts import PATIENCE_SECONDS

from genonaut.storage.errors import (
    BadKeyError,
    FileMissingError,
    RangeNotSatisfiableError,
    StorageError,
    StorageFullError,
    StorageNotWritableError,
)
from genonaut.storage.file_ranges import FileRange
from genonaut.storage.store import (
    CHUNK_BYTES,
    FileStore,
    open_bucket_store,
    open_local_store,
)

KEY = "images/1/2026/03/09/41-1-c0ffee.png"
OTHER = "images/1/2026/03/09/41-1-c0ffee.256.webp"
LARGE = bytes(range(256)) * 4096  # 1 MiB


@pytest.fixture(params=["local", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "local":
        return open_local_store(tmp_path / "files")
    return FileStore(MemoryStore(), staging_directory=tmp_path)


@pytest.fixture
def local(tmp_path: Path) -> FileStore:
    return open_local_store(tmp_path)


def files_below(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


async def body(part: FileRange) -> bytes:
    return b"".join([chunk async for chunk in part.chunks])


async def test_a_written_file_can_be_read(store: FileStore) -> None:
    await store.put({KEY: b"image", OTHER: b"", "c": LARGE})
    assert await store.read(KEY) == b"image"
    assert await store.read(OTHER) == b""
    assert await store.read("c") == LARGE


async def test_a_file_is_replaced_atomically(store: FileStore) -> None:
    await store.put({KEY: LARGE})
    before = await store.head(KEY)
    await store.put({KEY: b"new"})
    assert await store.read(KEY) == b"new"
    assert (await store.head(KEY)).etag != before.etag


async def test_the_head_of_a_file(store: FileStore) -> None:
    await store.put({KEY: b"image"})
    head = await store.head(KEY)
    assert (head.key, head.size_bytes) == (KEY, 5)
    assert abs(datetime.now(UTC) - head.last_modified) < timedelta(minutes=1)
    assert head.etag
    assert await store.exists(KEY)
    assert not await store.exists(OTHER)


async def test_a_missing_file_is_reported_by_every_method(store: FileStore) -> None:
    await store.put({KEY: b"image"})
    directory = KEY.rpartition("/")[0]
    for key in (OTHER, directory):
        for operation in (store.read, store.head, store.open):
            with pytest.raises(FileMissingError, match=key):
                await operation(key)
    with pytest.raises(FileMissingError):
        await store.open(OTHER, start=1)


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", ".staging/x", ""])
async def test_invalid_keys_are_refused_by_every_method(store: FileStore, key: str) -> None:
    for operation in (store.read, store.head, store.open, store.delete):
        with pytest.raises(BadKeyError):
            await operation(key)
    with pytest.raises(BadKeyError):
        await store.put({KEY: b"good", key: b"bad"})
    assert not await store.exists(KEY)
    async with store.staging() as staged:
        staged.write_bytes(b"x")
        with pytest.raises(BadKeyError):
            await store.commit(staged, key)


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, None), (0, 1), (7, 300_000), (1_048_575, None), (5, 9_999_999), (300_000, 1_000_000)],
)
async def test_ranges_are_streamed(store: FileStore, start: int, end: int | None) -> None:
    await store.put({KEY: LARGE})
    part = await store.open(KEY, start=start, end=end)
    assert (part.start, part.end) == (start, min(end or len(LARGE), len(LARGE)))
    assert part.head.size_bytes == len(LARGE)
    assert await body(part) == LARGE[start:end]


async def test_streams_come_in_chunks(store: FileStore) -> None:
    await store.put({KEY: LARGE})
    sizes = [len(chunk) async for chunk in (await store.open(KEY)).chunks]
    assert sum(sizes) == len(LARGE)
    assert max(sizes) <= max(2 * CHUNK_BYTES, len(LARGE) * isinstance(store._bucket, MemoryStore))


async def test_an_empty_file_is_streamed(store: FileStore) -> None:
    await store.put({KEY: b""})
    part = await store.open(KEY)
    assert (part.start, part.end, await body(part)) == (0, 0, b"")


@pytest.mark.parametrize(("start", "end"), [(5, None), (6, 8), (3, 3), (4, 2), (-1, 3), (0, 0)])
async def test_an_empty_range_is_refused(store: FileStore, start: int, end: int | None) -> None:
    await store.put({KEY: b"image"})
    with pytest.raises(RangeNotSatisfiableError) as caught:
        await store.open(KEY, start=start, end=end)
    assert caught.value.size_bytes == 5


async def test_deleting_twice_is_no_error(store: FileStore) -> None:
    await store.put({KEY: b"image", OTHER: b"thumbnail"})
    await store.delete(KEY, OTHER, "never/was")
    await store.delete(KEY)
    assert not await store.exists(KEY)
    assert not await store.exists(OTHER)


async def test_a_staged_file_is_committed(store: FileStore) -> None:
    async with store.staging() as staged:
        staged.write_bytes(LARGE)
        await store.commit(staged, KEY)
    assert await store.read(KEY) == LARGE
    assert not staged.exists()


async def test_an_uncommitted_staged_file_is_deleted(store: FileStore) -> None:
    async with store.staging() as staged:
        staged.write_bytes(b"half")
    assert not staged.exists()
    with pytest.raises(ZeroDivisionError):
        await fail_while_staging(store, ZeroDivisionError())
    assert await store.clear_staging(older_than=timedelta(seconds=-1)) == 0


async def fail_while_staging(store: FileStore, error: Exception) -> None:
    async with store.staging() as staged:
        staged.write_bytes(b"half")
        raise error


async def test_a_cancelled_download_leaves_nothing(store: FileStore) -> None:
    arriving: asyncio.Future[Path] = asyncio.get_running_loop().create_future()

    async def download() -> None:
        async with store.staging() as staged:
            staged.write_bytes(b"half")
            arriving.set_result(staged)
            await asyncio.sleep(60)

    task = asyncio.create_task(download())
    staged = await arriving
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not staged.exists()


async def test_old_files_are_listed_and_staged_ones_are_not(tmp_path: Path) -> None:
    store = open_local_store(tmp_path)
    await store.put({KEY: b"old", OTHER: b"new", "exports/1.zip": b"old"})
    for key in (KEY, "exports/1.zip"):
        age(tmp_path / key, hours=30)
    async with store.staging() as staged:
        staged.write_bytes(b"arriving")
        age(staged, hours=30)
        found = [head.key async for head in store.older_than(timedelta(hours=24))]
    assert sorted(found) == ["exports/1.zip", KEY]
    below = store.older_than(timedelta(hours=24), prefix="images/1")
    assert [head.key async for head in below] == [KEY]
    assert [head.key async for head in store.older_than(timedelta(days=2))] == []


async def test_listing_an_unknown_prefix_is_empty(store: FileStore) -> None:
    assert [head async for head in store.older_than(timedelta(0), prefix="nobody")] == []


async def test_staged_files_of_killed_processes_are_deleted(
    local: FileStore, tmp_path: Path
) -> None:
    async with local.staging() as stale, local.staging() as fresh:
        stale.write_bytes(b"half")
        fresh.write_bytes(b"arriving")
        age(stale, hours=2)
        assert await local.clear_staging(older_than=timedelta(hours=1)) == 1
        assert fresh.exists()
        assert not stale.exists()
    assert files_below(tmp_path) == set()


def age(path: Path, *, hours: int) -> None:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


FAILURES = [
    (errno.ENOSPC, StorageFullError),
    (errno.EDQUOT, StorageFullError),
    (errno.EROFS, StorageNotWritableError),
    (errno.EACCES, StorageNotWritableError),
    (errno.EIO, StorageError),
]


@pytest.mark.parametrize("failing_call", range(1, 5))
@pytest.mark.parametrize(("number", "kind"), FAILURES)
async def test_a_failed_write_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    failing_call: int,
    number: int,
    kind: type[StorageError],
) -> None:
    store = open_local_store(tmp_path)
    monkeypatch.setattr(os, "fsync", failing_fsync(failing_call, number))
    with pytest.raises(StorageError) as caught:
        await store.put({KEY: b"image", OTHER: b"thumbnail"})
    assert type(caught.value) is kind
    monkeypatch.undo()
    assert files_below(tmp_path) == set()
    await store.put({KEY: b"image"})  # a passing trouble does not stay
    assert await store.read(KEY) == b"image"


async def test_a_failed_commit_keeps_the_old_file(
    local: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with local.staging() as staged:
        staged.write_bytes(b"image")
        monkeypatch.setattr(os, "fsync", failing_fsync(2, errno.ENOSPC))
        with pytest.raises(StorageFullError):
            await local.commit(staged, KEY)
    assert files_below(tmp_path) == set()


def failing_fsync(call: int, number: int) -> object:
    """Return an fsync that fails once, at the given call; the real one otherwise."""
    real, calls = os.fsync, iter(range(1, 1000))

    def fsync(descriptor: int) -> None:
        if next(calls) == call:
            raise OSError(number, os.strerror(number))
        real(descriptor)

    return fsync


async def test_a_directory_that_cannot_be_flushed_is_no_error(
    local: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", failing_fsync(2, errno.EINVAL))
    await local.put({KEY: b"image"})
    assert await local.read(KEY) == b"image"


async def test_files_and_every_new_directory_are_flushed(
    tmp_path: Path, flushed: list[int]
) -> None:
    store = open_local_store(tmp_path)
    await store.put({KEY: b"image", OTHER: b"thumbnail"})
    directory = (tmp_path / KEY).parent
    above = [path for path in directory.parents if path.is_relative_to(tmp_path)]
    wanted = [tmp_path / KEY, tmp_path / OTHER, directory, *above]
    assert flushed == [path.stat().st_ino for path in wanted]
    flushed.clear()
    await store.put({KEY: b"again"})
    assert flushed == [path.stat().st_ino for path in (tmp_path / KEY, directory)]


async def test_a_full_disk_during_a_download_is_a_storage_error(
    local: FileStore, tmp_path: Path
) -> None:
    async def download() -> None:
        async with local.staging() as staged:
            staged.symlink_to("/dev/full")
            staged.write_bytes(b"x")

    with pytest.raises(StorageFullError):
        await download()
    assert files_below(tmp_path) == set()


async def test_a_socket_error_during_a_download_is_not_converted(local: FileStore) -> None:
    with pytest.raises(ConnectionResetError):
        await fail_while_staging(local, ConnectionResetError(errno.ECONNRESET, "reset"))


async def test_a_root_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError):
        open_local_store(tmp_path / "file")


async def test_failed_deletes_and_reads_are_reported(local: FileStore, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(StorageError):
        await local.delete("a")
    (tmp_path / "b").mkdir()
    with pytest.raises(StorageError):
        await local.put({"b": b"x", "c": b"y"})
    assert not await local.exists("c")


async def test_a_slow_disk_does_not_block_the_event_loop(
    local: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync
    ticks = 0

    def slow(descriptor: int) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while ticks < 10 and time.monotonic() < deadline:
            time.sleep(0.005)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    writing = asyncio.create_task(local.put({KEY: b"image"}))
    while not writing.done():
        await asyncio.sleep(0.005)
        ticks += 1
    await writing
    assert ticks >= 10


async def test_readers_see_the_old_file_or_the_new_one(local: FileStore) -> None:
    versions = [bytes([number]) * 50_000 for number in range(20)]
    await local.put({KEY: versions[0]})

    async def write() -> None:
        for version in versions:
            await local.put({KEY: version})

    writing = asyncio.create_task(write())
    reads = 0
    while not writing.done():
        assert await local.read(KEY) in versions
        reads += 1
    await writing
    assert reads


async def test_a_deleted_directory_is_created_again(local: FileStore, tmp_path: Path) -> None:
    await local.put({KEY: b"image"})
    await local.delete(KEY)
    (tmp_path / KEY).parent.rmdir()
    await local.put({KEY: b"image"})
    assert await local.exists(KEY)


async def test_a_deleted_root_is_created_again(local: FileStore, tmp_path: Path) -> None:
    (tmp_path / ".staging").rmdir()
    await local.put({KEY: b"image"})
    (tmp_path / ".staging").rmdir()
    async with local.staging() as staged:
        staged.write_bytes(b"image")
        await local.commit(staged, OTHER)
    assert await local.read(OTHER) == b"image"


async def test_a_killed_writer_leaves_no_half_file(tmp_path: Path) -> None:
    script = (
        "import os, sys, time, pathlib\n"
        "from genonaut.storage.disk import Disk\n"
        "disk = Disk(pathlib.Path(sys.argv[1]))\n"
        "os.fsync = lambda descriptor: (print('writing', flush=True), time.sleep(60))\n"
        "disk.put({'images/1/a.png': b'x' * 100_000})\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"writing\n"
    process.kill()
    await process.wait()
    store = open_local_store(tmp_path)
    assert not await store.exists("images/1/a.png")
    assert await store.clear_staging(older_than=timedelta(seconds=-1)) == 1
    assert files_below(tmp_path) == set()


@pytest.fixture
async def refusing_server() -> AsyncIterator[tuple[str, list[int]]]:
    """Serve a bucket that answers every request with the status in the list."""
    status = [403]

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=status[0])

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}", status
    await runner.cleanup()


def bucket_at(url: str, staging: Path) -> FileStore:
    http = HTTPStore(url, client_options={"allow_http": True}, retry_config={"max_retries": 0})
    return FileStore(http, staging_directory=staging)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(403, StorageNotWritableError), (401, StorageNotWritableError), (500, StorageError)],
)
async def test_a_refusing_bucket_is_not_writable(
    refusing_server: tuple[str, list[int]], tmp_path: Path, status: int, kind: type[StorageError]
) -> None:
    url, statuses = refusing_server
    statuses[0] = status
    store = bucket_at(url, tmp_path)
    for attempt in (store.put({KEY: b"x", OTHER: b"y"}), store.read(KEY), store.delete(KEY)):
        with pytest.raises(StorageError) as caught:
            await attempt
        assert type(caught.value) is kind


async def test_an_unreachable_bucket_is_unavailable(tmp_path: Path) -> None:
    store = bucket_at("http://127.0.0.1:9", tmp_path)
    with pytest.raises(StorageError):
        await store.exists(KEY)


async def test_a_bucket_is_opened_by_its_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    store = open_bucket_store("s3://images/genonaut", staging_directory=tmp_path / "staging")
    async with store.staging() as staged:
        staged.write_bytes(b"x")
        assert staged.parent == tmp_path / "staging"
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with open_bucket_store("memory:///").staging() as staged:
        assert staged.is_relative_to(tmp_path)


async def test_a_file_url_is_a_local_store(tmp_path: Path) -> None:
    root = tmp_path / "with space"
    await open_bucket_store(root.as_uri()).put({KEY: b"image"})
    assert files_below(root) == {KEY}
    assert (root / ".staging").is_dir()  # written by us, flushed, not by obstore


async def test_files_and_directories_are_closed_to_other_users(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = open_local_store(tmp_path / "new" / "files")
        await store.put({KEY: b"image"})
        async with store.staging() as path:
            path.write_bytes(b"download")
            await store.commit(path, OTHER)
    finally:
        os.umask(before)
    modes = {path: path.stat().st_mode & 0o777 for path in (tmp_path / "new").rglob("*")}
    assert len(modes) > 8
    assert [path for path, mode in modes.items() if mode & 0o077] == []
