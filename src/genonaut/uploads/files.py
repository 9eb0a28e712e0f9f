"""Files of uploads as responses need them, and their thumbnails."""

import hashlib

from genonaut.content.file_access import FileItem
from genonaut.content.thumbnail_files import StoredRow, intact_file, row_of
from genonaut.core.errors import NotFoundError
from genonaut.runtime import Runtime
from genonaut.storage.thumbnails import ThumbnailSize
from genonaut.uploads.tables import Upload, UploadKind


def file_item_of(upload: Upload) -> FileItem:
    """Return what a response with the file of an upload needs; thumbnails must be loaded."""
    return FileItem(
        id=upload.id,
        user_id=upload.user_id,
        is_public=False,
        is_trashed=False,
        title=upload.name.rpartition(".")[0] or upload.name,
        sha256=upload.sha256,
        size_bytes=upload.size_bytes,
        mime=upload.mime,
        storage_key=upload.storage_key,
        created_at=upload.created_at,
        is_damaged=upload.damaged_at is not None,
        thumbnails=[
            StoredRow(one.size, one.storage_key, one.width, one.height, one.size_bytes, one.sha256)
            for one in upload.thumbnails
        ],
        subject="upload",
    )


async def read_upload_thumbnail(runtime: Runtime, item: FileItem, size: ThumbnailSize) -> bytes:
    """Return a thumbnail as WebP; a missing or damaged one of an image is made again.

    Raises:
        NotFoundError: the upload has no thumbnail of this size, or it cannot be made again.
        BadImageError: the file is damaged.
        StorageError: the storage cannot be read or written.
    """
    row = row_of(item.thumbnails, size)
    if row is None:
        raise NotFoundError(f"{item.name} has no {size} thumbnail")
    data = await intact_file(runtime, row)
    if data is not None:
        return data
    if not item.mime.startswith(UploadKind.IMAGE):
        raise NotFoundError(f"the {size} thumbnail of {item.name} is missing")
    made = await runtime.image_processor.thumbnails(await runtime.store.read(item.storage_key))
    found = next(one.data for one in made if one.size is size)
    # The same bytes, unless another version of Pillow made them: then they are made at each request.
    if hashlib.sha256(found).hexdigest() == row.sha256:
        await runtime.store.put({row.storage_key: found})
    return found
