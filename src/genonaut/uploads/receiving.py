"""Receive one file of a ``multipart/form-data`` body and write it to disk as it arrives."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

import msgspec
from multipart import (
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from genonaut.core.private_files import open_private
from genonaut.core.sizes import format_bytes
from genonaut.uploads.errors import MalformedUploadError, UploadTooLargeError, refused

FIELD = "file"
SIDECAR_FIELD = "sidecar"
_WRITE_BYTES = 1_048_576
"""Bytes that are collected before they are written and hashed in a thread."""
_NAME_LENGTH = 255
MULTIPART_BYTES = 16_384
"""What headers and boundaries of a body with one file add at most."""


class ReceivedFile(msgspec.Struct, frozen=True):
    """A file on disk, as it was sent, and its sidecar; the name without folders, at most 255 characters."""

    path: Path
    name: str
    size_bytes: int
    sha256: str
    sidecars: tuple[bytes, ...] = ()


async def receive_file(
    chunks: AsyncIterator[bytes],
    *,
    content_type: str,
    path: Path,
    max_bytes: int,
    setting: str = "uploads.max_bytes",
    sidecar_bytes: int = 0,
) -> ReceivedFile:
    """Write the field ``file`` of a body to ``path``; holds at most about 1 MiB in memory.

    With ``sidecar_bytes`` there may be a field ``sidecar`` too, of at most so many bytes, which are kept in memory.

    Raises:
        MalformedUploadError: the body is not multipart, is damaged or ends early.
        UploadTooLargeError: the file is larger than ``max_bytes``.
        InvalidInputError: there is no field ``file``, more than one, an empty one, or another field.
        OSError: the file cannot be written.
    """
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise MalformedUploadError("send multipart/form-data with the file in the field file")
    with await asyncio.to_thread(open_private, path, "wb") as file:
        receiver = _Receiver(file, max_bytes, setting, sidecar_bytes)
        try:
            with PushMultipartParser(options["boundary"], max_segment_count=4) as parser:
                async for chunk in chunks:
                    for event in parser.parse(chunk) if chunk else ():
                        await receiver.add(event)
        except MultipartError as error:
            message = f"the body is not complete multipart/form-data: {error}"
            raise MalformedUploadError(message) from error
        await receiver.flush()
    return receiver.received(path)


class _Receiver:
    """Writes the one expected field."""

    def __init__(self, file: BinaryIO, max_bytes: int, setting: str, sidecar_bytes: int) -> None:
        self._file = file
        self._setting = setting
        self._max_bytes = max_bytes
        self._digest = hashlib.sha256()
        self._pending = bytearray()
        self._name: str | None = None
        self._size_bytes = 0
        self._sidecar_bytes = sidecar_bytes
        self._sidecar: bytearray | None = None
        self._is_sidecar = False

    async def add(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        """Handle the beginning of a field, some of its bytes, or its end."""
        if isinstance(event, MultipartSegment):
            self._begin(event)
        elif event is not None and self._is_sidecar:
            self._add_to_sidecar(event)
        elif event is not None:
            self._size_bytes += len(event)
            if self._size_bytes > self._max_bytes:
                raise too_large(self._max_bytes, setting=self._setting)
            self._pending += event
            if len(self._pending) >= _WRITE_BYTES:
                await self.flush()

    def _begin(self, field: MultipartSegment) -> None:
        self._is_sidecar = bool(self._sidecar_bytes) and field.name == SIDECAR_FIELD
        if self._is_sidecar:
            if self._sidecar is not None:
                raise refused("send one sidecar per request")
            self._sidecar = bytearray()
            return
        if field.name != FIELD:
            raise refused(f"the field {field.name!r:.60} is unknown; send one field named file")
        if self._name is not None:
            raise refused("send one file per request")
        self._name = _plain_name(field.filename or "")

    def _add_to_sidecar(self, data: bytes | bytearray) -> None:
        self._sidecar = (self._sidecar or bytearray()) + data
        if len(self._sidecar) > self._sidecar_bytes:
            raise refused(f"the sidecar is larger than {format_bytes(self._sidecar_bytes)}")

    async def flush(self) -> None:
        """Write and hash what was collected."""
        pending, self._pending = self._pending, bytearray()
        if pending:
            await asyncio.to_thread(self._write, pending)

    def _write(self, data: bytearray) -> None:
        self._digest.update(data)
        self._file.write(data)

    def received(self, path: Path) -> ReceivedFile:
        """Return what was received."""
        if self._name is None:
            raise refused("send the file in a field named file")
        if not self._size_bytes:
            raise refused("the file is empty")
        sidecars = (bytes(self._sidecar),) if self._sidecar else ()
        digest = self._digest.hexdigest()
        return ReceivedFile(path, self._name, self._size_bytes, digest, sidecars)


def too_large(max_bytes: int, *, setting: str = "uploads.max_bytes") -> UploadTooLargeError:
    """Return the error for a file above the limit."""
    return UploadTooLargeError(f"the file is larger than {format_bytes(max_bytes)} ({setting})")


def _plain_name(name: str) -> str:
    """Return a file name without folders and characters that cannot be stored or shown."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(one for one in last if one.isprintable())
    return shown.encode("utf-8", "replace").decode()[:_NAME_LENGTH]
