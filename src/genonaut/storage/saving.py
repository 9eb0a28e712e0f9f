"""Process an image, and write it with its thumbnails to the store, all or none."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import msgspec

from genonaut.storage.disk import Disk
from genonaut.storage.image_processor import ImageProcessor
from genonaut.storage.images import ImageFacts, ImageLimits
from genonaut.storage.kept_pixels import KeptPixels
from genonaut.storage.layout import image_key, new_token, thumbnail_key
from genonaut.storage.processing import ProcessedImage, process_image
from genonaut.storage.store import FileStore
from genonaut.storage.thumbnails import Thumbnail, ThumbnailSize

MakeKey = Callable[[ImageFacts], str]


class SavedImage(msgspec.Struct, frozen=True):
    """The keys of a stored image; equal thumbnails share a key."""

    key: str
    thumbnail_keys: Mapping[ThumbnailSize, str]

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key once, for `FileStore.delete`."""
        return (self.key, *dict.fromkeys(self.thumbnail_keys.values()))


class ImageSource(msgspec.Struct, frozen=True):
    """A file to process: see `process_image`."""

    file: Path | bytes
    a1111: str | None = None
    kept: KeptPixels | None = None


async def process_and_save(
    store: FileStore,
    processor: ImageProcessor,
    source: ImageSource,
    *,
    user_id: UUID | int,
    job_id: int,
    attempt: int,
    at: datetime,
) -> tuple[ProcessedImage, SavedImage]:
    """Check an image, and write it and its thumbnails under new keys, durably, all or none.

    On a local disk one thread does everything, and the image is written while its largest thumbnail is
    encoded in another one. A cancelled call may leave complete files behind, as `FileStore.put`.

    Raises:
        BadImageError: not an accepted image.
        StorageError: the storage is full, not writable or failed.
        OSError: the file of the source cannot be read.
    """
    if store.disk is not None:
        make_key = partial(_key_of, user_id=user_id, job_id=job_id, attempt=attempt, at=at)
        work = partial(_process_and_write, store.disk, source, make_key)
        return await processor.run_encoding(work)
    processed = await processor.process(source.file, a1111=source.a1111, kept=source.kept)
    saved = await save_image(
        store, processed, user_id=user_id, job_id=job_id, attempt=attempt, at=at
    )
    return processed, saved


async def save_image(
    store: FileStore,
    image: ProcessedImage,
    *,
    user_id: UUID | int,
    job_id: int,
    attempt: int,
    at: datetime,
) -> SavedImage:
    """Write a processed image and its thumbnails under new keys, durably, all or none.

    Raises:
        StorageError: the storage is full, not writable or failed.
    """
    key = _key_of(image.facts, user_id=user_id, job_id=job_id, attempt=attempt, at=at)
    saved, copies = _thumbnails_of(key, image.thumbnails)
    await store.put({key: image.data}, copies)
    return saved


def _process_and_write(
    disk: Disk,
    source: ImageSource,
    make_key: MakeKey,
    limits: ImageLimits,
    encoder: Executor | None,
) -> tuple[ProcessedImage, SavedImage]:
    key = ""
    with disk.batch() as batch:

        def write(data: bytes, facts: ImageFacts) -> None:
            nonlocal key
            key = make_key(facts)
            batch.write(key, data)

        processed = process_image(
            source.file,
            a1111=source.a1111,
            limits=limits,
            kept=source.kept,
            encoder=encoder,
            write=write,
        )
        saved, copies = _thumbnails_of(key, processed.thumbnails)
        for its_key, data in copies.items():
            batch.write_copy(its_key, data)
    return processed, saved


def _key_of(
    facts: ImageFacts, *, user_id: UUID | int, job_id: int, attempt: int, at: datetime
) -> str:
    return image_key(
        user_id=user_id,
        at=at,
        job_id=job_id,
        attempt=attempt,
        token=new_token(),
        extension=facts.format.value,
    )


def _thumbnails_of(
    key: str, thumbnails: tuple[Thumbnail, ...]
) -> tuple[SavedImage, dict[str, bytes]]:
    """Return the keys of an image, and the files of its thumbnails."""
    files, keys = {}, {}
    for thumbnail in thumbnails:
        its_key = thumbnail_key(key, longest_edge_px=thumbnail.longest_edge_px)
        files[its_key] = thumbnail.data
        keys[thumbnail.size] = its_key
    return SavedImage(key, keys), files
