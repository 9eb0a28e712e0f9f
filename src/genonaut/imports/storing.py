"""Store imported files: images, videos and sounds."""

import asyncio
from collections.abc import Sequence
from functools import partial
from uuid import UUID

import msgspec

from genonaut.content.recording import ImageOrigin, StoredImage, StoredThumbnail, stored_image
from genonaut.content.tables import ContentType
from genonaut.core.clock import utcnow
from genonaut.imports.archives import ArchivedFile
from genonaut.imports.mapping import texts_of
from genonaut.metadata import Generation
from genonaut.runtime import Runtime
from genonaut.storage.errors import BadImageError
from genonaut.storage.images import sniff_format
from genonaut.storage.layout import image_key, new_token, thumbnail_key
from genonaut.storage.media import START_BYTES, MediaFormat, sniff_media
from genonaut.storage.processing import process_image
from genonaut.storage.results import ProcessedResult, process_result
from genonaut.storage.saving import save_image
from genonaut.storage.thumbnails import THUMBNAIL_MIME


class StoredFile(msgspec.Struct, frozen=True):
    """What to record of a stored file, and its keys, which are deleted if it is not recorded."""

    item: StoredImage
    keys: Sequence[str]


def is_importable(data: bytes) -> bool:
    """Return whether the first bytes are those of an image, video or sound that can be stored."""
    if sniff_media(data[:START_BYTES]) is not None:
        return True
    try:
        sniff_format(data)
    except BadImageError:
        return False
    return True


async def store_file(
    runtime: Runtime, file: ArchivedFile, data: bytes, generation: Generation | None, owner_id: UUID
) -> StoredFile:
    """Check a file and store it with its thumbnails.

    Raises:
        BadImageError: it is no image, video or sound, or it is damaged or too large.
        StorageError: the storage cannot be written.
    """
    found = sniff_media(data[:START_BYTES])
    if found is not None:
        return await _store_recording(
            runtime, file, data, generation, owner_id=owner_id, found=found
        )
    image = await runtime.image_processor.run_limited(
        lambda limits: process_image(data, a1111=None, limits=limits)
    )
    saved = await save_image(
        runtime.store, image, user_id=owner_id, job_id=0, attempt=1, at=utcnow()
    )
    origin = _origin(file, generation, owner_id, image.facts.width, image.facts.height)
    return StoredFile(stored_image(image, saved, origin), saved.keys)


async def _store_recording(
    runtime: Runtime,
    file: ArchivedFile,
    data: bytes,
    generation: Generation | None,
    *,
    owner_id: UUID,
    found: MediaFormat,
) -> StoredFile:
    store = runtime.store
    kind = ContentType.VIDEO if found.video_mime else ContentType.AUDIO
    async with store.staging() as path:
        await asyncio.to_thread(path.write_bytes, data)
        # Its bytes decide, not its name.
        work = partial(process_result, path, f"file.{found.extension}", kind.value)
        result = await runtime.image_processor.run_limited(work)
        key = image_key(
            user_id=owner_id,
            at=utcnow(),
            job_id=0,
            attempt=1,
            token=new_token(),
            extension=result.extension,
        )
        await store.commit(path, key)
    thumbnails = [
        StoredThumbnail(
            size=one.size,
            storage_key=thumbnail_key(key, longest_edge_px=one.longest_edge_px),
            width=one.width,
            height=one.height,
            size_bytes=len(one.data),
            mime=THUMBNAIL_MIME,
            sha256=one.sha256,
        )
        for one in result.thumbnails
    ]
    files = {
        one.storage_key: made.data for one, made in zip(thumbnails, result.thumbnails, strict=True)
    }
    if files:
        await store.put(files)
    origin = _origin(file, generation, owner_id, result.width, result.height)
    item = _recorded(origin, result, key, thumbnails)
    return StoredFile(item, [key, *files])


def _recorded(
    origin: ImageOrigin, result: ProcessedResult, key: str, thumbnails: Sequence[StoredThumbnail]
) -> StoredImage:
    is_sound = result.mime.startswith("audio/")
    return StoredImage(
        **msgspec.structs.asdict(origin),
        storage_key=key,
        width=result.width,
        height=result.height,
        size_bytes=result.size_bytes,
        mime=result.mime,
        sha256=result.sha256,
        placeholder=result.placeholder,
        thumbnails=thumbnails,
        content_type=ContentType.AUDIO if is_sound else ContentType.VIDEO,
        duration_seconds=result.duration_seconds,
        frame_rate=result.frame_rate,
    )


def _origin(
    file: ArchivedFile, generation: Generation | None, owner_id: UUID, width: int, height: int
) -> ImageOrigin:
    texts = texts_of(file.name, generation)
    return ImageOrigin(
        user_id=owner_id,
        job_id=None,
        prompt=texts.prompt,
        negative_prompt=texts.negative_prompt,
        checkpoint_model=texts.checkpoint_model,
        # Those of the file are in its columns; a second pass or a crop may have changed them.
        details={"width": width, "height": height, **texts.details},
        title=texts.title,
    )
