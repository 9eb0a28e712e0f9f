"""Read the workflow that an upload or a content item carries."""

import msgspec
from sqlalchemy import select

from genonaut.accounts.identity import Identity
from genonaut.content.service import ContentService
from genonaut.core.errors import InvalidInputError, NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.core.sizes import format_bytes
from genonaut.metadata.entries import Entry
from genonaut.metadata.files import read_entries
from genonaut.runtime import Runtime
from genonaut.storage.errors import FileMissingError
from genonaut.uploads.tables import Upload
from genonaut.workflows.formats import WorkflowSource, read_texts

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Larger files are not read for the workflow in them."""


async def read_referenced(
    runtime: Runtime, viewer: Identity, *, upload_id: int | None, content_id: int | None
) -> WorkflowSource:
    """Return the workflow in an own upload, or in an item that the viewer may see.

    Raises:
        InvalidInputError: none or both are given, there is no such file, or it carries no workflow.
    """
    if (upload_id is None) == (content_id is None):
        raise InvalidInputError.of("image", "name either an upload_id or a content_id")
    if upload_id is not None:
        return read_texts(await _texts_of_upload(runtime, viewer, upload_id), field="image")
    return read_texts(await _texts_of_item(runtime, viewer, content_id or 0), field="image")


async def _texts_of_upload(runtime: Runtime, viewer: Identity, upload_id: int) -> list[Entry]:
    """Return the texts that the file had when it was sent; they are not in the stored file."""
    query = select(Upload.details).where(
        Upload.id == upload_id, Upload.user_id == viewer.user_id, Upload.deleted_at.is_(None)
    )
    async with runtime.begin() as uow:
        details = await uow.session.scalar(query) if is_valid_id(upload_id) else None
    if details is None:
        raise InvalidInputError.of("image", f"you have no upload {upload_id}")
    return msgspec.convert(details.get("texts", []), list[Entry])


async def _texts_of_item(runtime: Runtime, viewer: Identity, content_id: int) -> list[Entry]:
    async with runtime.begin() as uow:
        content = ContentService(uow, viewer_id=viewer.user_id, is_admin=viewer.is_admin)
        try:
            item = await content.get(content_id)
        except NotFoundError as error:
            message = f"there is no item {content_id} that you may see"
            raise InvalidInputError.of("image", message) from error
        key, size_bytes = item.storage_key, item.size_bytes
    if size_bytes > MAX_FILE_BYTES:
        raise InvalidInputError.of("image", f"is larger than {format_bytes(MAX_FILE_BYTES)}")
    try:
        data = await runtime.store.read(key)
    except FileMissingError as error:
        message = f"the file of item {content_id} is missing from the storage"
        raise InvalidInputError.of("image", message) from error
    return list(read_entries(data))
