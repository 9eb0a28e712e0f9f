import asyncio
import base64
import errno
import hashlib
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.unit.storage.sample_images import LIMITS, comfyui_png, encode, pixels_of, ramp

from genonaut.storage.a1111 import a1111_parameters
from genonaut.storage.errors import BadImageError, BadImageReason, StorageError, StorageFullError
from genonaut.storage.image_processor import ImageProcessor
from genonaut.storage.images import ImageLimits
from genonaut.storage.metadata import read_metadata
from genonaut.storage.processing import ProcessedImage, process_image
from genonaut.storage.saving import ImageSource, SavedImage, process_and_save, save_image
from genonaut.storage.store import FileStore, open_local_store
from genonaut.storage.thumbnails import ThumbnailSize

PNG = comfyui_png(300, 200)
PARAMETERS = a1111_parameters(
    prompt="灯台, dusk",
    negative_prompt="",
    steps=4,
    sampler="euler",
    scheduler="normal",
    cfg=1.5,
    seed=7,
    width=300,
    height=200,
    model_name="tiny.safetensors",
)
AT = datetime(2026, 3, 9, tzinfo=UTC)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "download"
    path.write_bytes(PNG)
    return path


def files_below(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


async def save(store: FileStore, image: ProcessedImage, *, attempt: int = 1) -> SavedImage:
    return await save_image(store, image, user_id=1, job_id=41, attempt=attempt, at=AT)


def test_one_file_gives_image_thumbnails_and_placeholder(source: Path) -> None:
    image = process_image(source, a1111=PARAMETERS, limits=LIMITS)
    assert (image.facts.width, image.facts.height) == (300, 200)
    assert image.facts.size_bytes == len(image.data)
    assert image.facts.sha256 == hashlib.sha256(image.data).hexdigest()
    assert pixels_of(image.data) == pixels_of(PNG)
    texts = {entry.keyword: entry.text for entry in read_metadata(image.data)}
    assert set(texts) == {"prompt", "workflow", "parameters"}
    assert texts["parameters"] == PARAMETERS
    assert [thumbnail.width for thumbnail in image.thumbnails] == [256, 300, 300]
    assert 5 < len(base64.b64decode(image.placeholder)) < 30
    assert source.read_bytes() == PNG


def test_without_parameters_the_bytes_are_unchanged(source: Path) -> None:
    assert process_image(source, a1111=None, limits=LIMITS).data == PNG


@pytest.mark.parametrize("image_format", ["JPEG", "WEBP"])
def test_other_formats_are_unchanged(tmp_path: Path, image_format: str) -> None:
    path = tmp_path / "download"
    path.write_bytes(encode(ramp(30, 20), image_format))
    image = process_image(path, a1111=PARAMETERS, limits=LIMITS)
    assert image.data == path.read_bytes()


async def test_an_image_goes_from_download_to_store(tmp_path: Path) -> None:
    store = open_local_store(tmp_path)
    async with ImageProcessor(threads=2) as image_processor:
        async with store.staging() as staged:
            staged.write_bytes(PNG)
            image = await image_processor.process(staged, a1111=PARAMETERS)
        saved = await save(store, image)
    assert await store.read(saved.key) == image.data
    assert saved.key.startswith("images/1/2026/03/09/41-1-")
    for thumbnail in image.thumbnails:
        key = saved.thumbnail_keys[thumbnail.size]
        assert await store.read(key) == thumbnail.data
    assert saved.thumbnail_keys[ThumbnailSize.MEDIUM] == saved.thumbnail_keys[ThumbnailSize.LARGE]
    assert len(saved.keys) == len(set(saved.keys)) == 3
    await store.delete(*saved.keys)
    assert files_below(tmp_path) == set()


async def test_two_writers_of_one_attempt_use_different_keys(source: Path, tmp_path: Path) -> None:
    store = open_local_store(tmp_path / "files")
    image = process_image(source, a1111=None, limits=LIMITS)
    first, second = await asyncio.gather(save(store, image), save(store, image))
    assert not set(first.keys) & set(second.keys)


async def test_a_failed_save_leaves_nothing(source: Path, tmp_path: Path) -> None:
    store = open_local_store(tmp_path / "files")
    image = process_image(source, a1111=None, limits=LIMITS)
    (tmp_path / "files" / "images").write_bytes(b"in the way")
    with pytest.raises(StorageError):
        await save(store, image)
    assert files_below(tmp_path / "files") == {"images"}


@pytest.mark.parametrize("threads", [1, 2])
async def test_an_image_is_processed_and_stored_with_only_itself_flushed(
    tmp_path: Path, flushed: list[int], threads: int
) -> None:
    root = tmp_path / "files"
    store = open_local_store(root)
    async with ImageProcessor(limits=LIMITS, threads=threads) as processor:
        image, saved = await process_and_save(
            store,
            processor,
            ImageSource(PNG, PARAMETERS),
            user_id=1,
            job_id=41,
            attempt=1,
            at=AT,
        )
    assert files_below(root) == set(saved.keys)
    assert await store.read(saved.key) == image.data
    assert [entry.text for entry in read_metadata(image.data) if entry.keyword == "parameters"] == [
        PARAMETERS
    ]
    for thumbnail in image.thumbnails:
        data = await store.read(saved.thumbnail_keys[thumbnail.size])
        assert hashlib.sha256(data).hexdigest() == thumbnail.sha256
    # A thumbnail can be made again; the image and its name cannot.
    stored = root / saved.key
    assert {stored.stat().st_ino, stored.parent.stat().st_ino} <= set(flushed)
    copies = {(root / key).stat().st_ino for key in saved.thumbnail_keys.values()}
    assert copies.isdisjoint(flushed)


async def test_a_bad_image_or_a_full_disk_stores_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    root = tmp_path / "files"
    store = open_local_store(root)

    async def process(data: bytes) -> None:
        source = ImageSource(data, PARAMETERS)
        await process_and_save(store, processor, source, user_id=1, job_id=41, attempt=1, at=AT)

    async with ImageProcessor(limits=LIMITS) as processor:
        with pytest.raises(BadImageError):
            await process(PNG[:-20])
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StorageFullError):
            await process(PNG)
    assert files_below(root) == set()


async def test_a_bad_download_is_refused_and_deleted(tmp_path: Path) -> None:
    store = open_local_store(tmp_path)
    async with ImageProcessor(limits=LIMITS) as image_processor, store.staging() as staged:
        staged.write_bytes(PNG[:-20])
        with pytest.raises(BadImageError) as caught:
            await image_processor.process(staged)
    assert caught.value.reason is BadImageReason.TRUNCATED
    assert files_below(tmp_path) == set()


async def test_the_processor_strips_and_converts(source: Path) -> None:
    async with ImageProcessor() as image_processor:
        assert read_metadata(await image_processor.strip(PNG)) == ()
        image = await image_processor.process(source)
        assert image.facts.width == 300
        assert (await image_processor.as_jpeg(image.thumbnails[0].data)).startswith(b"\xff\xd8")


async def test_the_processor_enforces_its_limits(source: Path) -> None:
    async with ImageProcessor(limits=ImageLimits(max_pixels=1000)) as image_processor:
        with pytest.raises(BadImageError):
            await image_processor.process(source)


async def test_a_closed_processor_accepts_no_work(source: Path) -> None:
    image_processor = ImageProcessor()
    with pytest.raises(RuntimeError, match="not started"):
        await image_processor.process(source)
    image_processor.start()
    image_processor.start()
    await image_processor.close()
    await image_processor.close()
    with pytest.raises(RuntimeError, match="not started"):
        await image_processor.process(source)


async def test_work_is_bounded_and_waiting_work_can_be_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate, running = threading.Event(), threading.Semaphore(0)
    begun: list[bytes] = []

    def gated(data: bytes) -> bytes:
        begun.append(data)
        running.release()
        gate.wait(timeout=10)
        return data

    monkeypatch.setattr("genonaut.storage.image_processor.strip_metadata", gated)
    async with ImageProcessor(threads=2) as image_processor:
        tasks = [asyncio.create_task(image_processor.strip(bytes([number]))) for number in range(4)]
        for _ in range(2):
            await asyncio.to_thread(running.acquire)
        assert len(begun) == 2
        tasks[3].cancel()
        await asyncio.wait([tasks[3]])
        gate.set()
        assert await asyncio.gather(*tasks[:3]) == [b"\0", b"\1", b"\2"]
    assert tasks[3].cancelled()
    assert len(begun) == 3


async def test_the_event_loop_is_not_blocked_by_image_work(tmp_path: Path) -> None:
    path = tmp_path / "download"
    path.write_bytes(encode(ramp(1500, 1500), "PNG"))
    async with ImageProcessor(threads=1) as image_processor:
        working = asyncio.create_task(image_processor.process(path))
        ticks = 0
        while not working.done():
            await asyncio.sleep(0.001)
            ticks += 1
        assert (await working).facts.width == 1500
    assert ticks > 5
