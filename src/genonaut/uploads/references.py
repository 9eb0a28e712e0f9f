"""Resolve a reference to a file, ``{"upload_id": 3}`` or ``{"content_id": 12}``, for one user."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, bindparam, func, or_, select, update

from genonaut.content.tables import ContentItem, ContentType, Visibility
from genonaut.core.errors import InvalidInputError
from genonaut.core.ids import is_valid_id
from genonaut.core.schemas import Value
from genonaut.db.fast_work import Transaction
from genonaut.db.statement import Statement
from genonaut.runtime import Runtime
from genonaut.storage.errors import FileMissingError
from genonaut.storage.transparency import HEADER_BYTES, may_be_transparent
from genonaut.uploads.tables import Upload, UploadKind

_NAMED_RECENTLY = timedelta(minutes=2)
"""Within this time naming an upload again writes nothing; the clean-up waits for longer."""
_KINDS = {
    ContentType.IMAGE: UploadKind.IMAGE,
    ContentType.VIDEO: UploadKind.VIDEO,
    ContentType.AUDIO: UploadKind.AUDIO,
}
"""The types of content items that can be inputs."""
_TYPE_NAMES = {
    ContentType.TEXT: "a text",
    ContentType.MODEL3D: "a 3D model",
    ContentType.FILE: "a file of another type",
}


class ResolvedFile(Value, frozen=True, kw_only=True):
    """The stored file behind a reference, as it was when it was resolved.

    ``width`` and ``height`` in pixels, null for audio. ``has_alpha``: of an upload whether a pixel is
    transparent, of a content item whether its file has an alpha channel.
    """

    upload_id: int | None = None
    content_id: int | None = None
    kind: UploadKind = UploadKind.IMAGE
    storage_key: str
    sha256: str
    mime: str
    size_bytes: int
    width: int | None
    height: int | None
    has_alpha: bool


def _upload_query() -> Executable:
    one = Upload
    return select(
        one.kind,
        one.storage_key,
        one.sha256,
        one.mime,
        one.size_bytes,
        one.width,
        one.height,
        one.has_alpha,
        one.damaged_at.is_not(None),
        func.coalesce(one.named_at < func.now() - _NAMED_RECENTLY, True),  # a column
    ).where(*_is_own())


def _naming() -> Executable:
    # Naming an upload is use: the clean-up counts from here, and deletes nothing used recently.
    return update(Upload).where(*_is_own()).values(last_used_at=func.now(), named_at=func.now())


def _is_own() -> tuple[ColumnElement[bool], ...]:
    return (
        Upload.id == bindparam("upload_id"),
        Upload.user_id == bindparam("owner_id"),
        Upload.deleted_at.is_(None),
    )


def _content_query() -> Executable:
    item = ContentItem
    return select(
        item.storage_key,
        item.sha256,
        item.mime,
        item.size_bytes,
        item.width,
        item.height,
        item.damaged_at.is_not(None),
        item.content_type,
    ).where(
        item.id == bindparam("content_id"),
        or_(item.user_id == bindparam("owner_id"), item.visibility == Visibility.PUBLIC),
        item.deleted_at.is_(None),
    )


_UPLOAD = Statement(_upload_query())
_NAMING = Statement(_naming())
_CONTENT = Statement(_content_query())


async def resolve_file(
    runtime: Runtime,
    unit: Transaction,
    user_id: UUID,
    *,
    upload_id: int | None,
    content_id: int | None,
    field: str,
) -> ResolvedFile:
    """Return the file that a reference names; exactly one id must be given.

    An upload must be the user's own. A content item must be an image, a video or audio, the user's own
    or public, and not in the trash. A file of another user gives the same error as a missing one.

    Args:
        runtime: the storage, from which the header of a content item's file is read.
        unit: the transaction; an upload counts as used from now on.
        user_id: the user who refers to it.
        upload_id: the id of an upload, or None.
        content_id: the id of a content item, or None.
        field: the field of the request, for the error.

    Raises:
        InvalidInputError: names ``field``: no or two ids, no such file, a damaged one, or an item of
            another type.
        StorageError: the storage does not answer.
    """
    if upload_id is not None and content_id is None:
        return await _resolve_upload(unit, user_id, upload_id, field)
    if content_id is not None and upload_id is None:
        return await _resolve_content(runtime, unit, user_id, content_id, field)
    raise InvalidInputError.of(field, "name either an upload_id or a content_id")


async def resolve_image(
    runtime: Runtime,
    unit: Transaction,
    user_id: UUID,
    *,
    upload_id: int | None,
    content_id: int | None,
    field: str,
) -> ResolvedFile:
    """Return the image that a reference names, as `resolve_file`; refuse a video and audio.

    Raises:
        InvalidInputError: as `resolve_file`, or the file is no image.
        StorageError: the storage does not answer.
    """
    found = await resolve_file(
        runtime, unit, user_id, upload_id=upload_id, content_id=content_id, field=field
    )
    if found.kind is not UploadKind.IMAGE:
        name = f"upload {upload_id}" if content_id is None else f"content item {content_id}"
        raise InvalidInputError.of(field, f"{name} is no image but {found.kind}")
    return found


async def _resolve_upload(
    unit: Transaction, user_id: UUID, upload_id: int, field: str
) -> ResolvedFile:
    rows: Any = ()
    if is_valid_id(upload_id):
        rows = await unit.fetch(_UPLOAD, upload_id=upload_id, owner_id=user_id)
    if not rows:
        raise InvalidInputError.of(field, f"you have no upload {upload_id}")
    kind, key, sha256, mime, size_bytes, width, height, has_alpha, is_damaged, is_stale = rows[0]
    if is_damaged:
        message = f"the file of upload {upload_id} is damaged: send the file again"
        raise InvalidInputError.of(field, message)
    if is_stale:
        await unit.fetch(_NAMING, upload_id=upload_id, owner_id=user_id)
    return ResolvedFile(
        upload_id=upload_id,
        kind=UploadKind(kind),
        storage_key=key,
        sha256=sha256,
        mime=mime,
        size_bytes=size_bytes,
        width=width,
        height=height,
        has_alpha=has_alpha,
    )


async def _resolve_content(
    runtime: Runtime, unit: Transaction, user_id: UUID, content_id: int, field: str
) -> ResolvedFile:
    rows: Any = ()
    if is_valid_id(content_id):
        rows = await unit.fetch(_CONTENT, content_id=content_id, owner_id=user_id)
    if not rows:
        raise InvalidInputError.of(
            field, f"there is no image {content_id} in the gallery that you may use"
        )
    key, sha256, mime, size_bytes, width, height, is_damaged, content_type = rows[0]
    kind = _KINDS.get(ContentType(content_type))
    if kind is None:
        name = _TYPE_NAMES[ContentType(content_type)]
        message = (
            f"content item {content_id} is {name}; only images, videos and audio can be inputs"
        )
        raise InvalidInputError.of(field, message)
    if is_damaged:
        raise InvalidInputError.of(field, f"the file of {kind} {content_id} is damaged")
    try:
        header, _ = await runtime.store.read_part(key, start=0, end=min(HEADER_BYTES, size_bytes))
    except FileMissingError as error:
        message = f"the file of {kind} {content_id} is missing from the storage"
        raise InvalidInputError.of(field, message) from error
    has_size = kind is not UploadKind.AUDIO
    return ResolvedFile(
        content_id=content_id,
        kind=kind,
        storage_key=key,
        sha256=sha256,
        mime=mime,
        size_bytes=size_bytes,
        width=width if has_size else None,
        height=height if has_size else None,
        has_alpha=kind is UploadKind.IMAGE and may_be_transparent(header),
    )
