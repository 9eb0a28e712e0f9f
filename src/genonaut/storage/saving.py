"""Write a processed image and its thumbnails to the store, all or none."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from genonaut.storage.layout import image_key, new_token, thumbnail_key
from genonaut.storage.processing import ProcessedImage
from genonaut.storage.store import FileStore
from genonaut.storage.thumbnails import ThumbnailSize


class SavedImage(msgspec.Struct, frozen=True):
    """The keys of a stored image; equal thumbnails share a key."""

    key: str
    thumbnail_keys: Mapping[ThumbnailSize, str]

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key once, for `FileStore.delete`."""
        return (self.key, *dict.fromkeys(self.thumbnail_keys.values()))


async def save_image(
    store: FileStore,
    image: ProcessedImage,
    *,
    user_id: UUID | int,
    job_id: int,
    attempt: int,
    at: datetime,
) -> SavedImage:
    """Write an image and its thumbnails under new keys, durably, all or none.

    Raises:
        StorageError: the storage is full, not writable or failed.
    """
    key = image_key(
        user_id=user_id,
        at=at,
        job_id=job_id,
        attempt=attempt,
        token=new_token(),
        extension=image.facts.format.value,
    )
    files = {key: image.data}
    thumbnail_keys = {}
    for thumbnail in image.thumbnails:
        its_key = thumbnail_key(key, longest_edge_px=thumbnail.longest_edge_px)
        files[its_key] = thumbnail.data
        thumbnail_keys[thumbnail.size] = its_key
    await store.put(files)
    return SavedImage(key, thumbnail_keys)
