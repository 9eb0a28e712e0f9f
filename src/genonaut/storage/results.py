"""Check a downloaded result of any type, and derive the data of its content item."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePosixPath

import msgspec

from genonaut.storage.errors import BadImageError, BadImageReason
from genonaut.storage.images import ImageLimits, making_errors
from genonaut.storage.pillow import Image
from genonaut.storage.placeholder import make_placeholder
from genonaut.storage.processing import UNKNOWN_PLACEHOLDER, process_image
from genonaut.storage.recordings import read_recording
from genonaut.storage.thumbnails import Thumbnail, make_thumbnails

CARD_EDGE_PX = 512
"""Width and height that lists give to results without an image."""
MAX_SEARCHED_CHARACTERS = 200_000
"""Longer texts are stored in full and searched so far."""
_EXTENSION = re.compile(r"[a-z0-9]{1,8}")
_MIMES = {
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "ogg": "audio/ogg",
    "m4a": "audio/mp4",
    "glb": "model/gltf-binary",
    "gltf": "model/gltf+json",
    "obj": "model/obj",
    "stl": "model/stl",
    "usdz": "model/vnd.usdz+zip",
}
_BYTES_AT_ONCE = 1_048_576


class ProcessedResult(msgspec.Struct, frozen=True, kw_only=True):
    """A checked result; width and height in pixels.

    ``data`` is what is stored; None: the downloaded file as it is. Without an image of its own a
    result has the size of a card.
    """

    data: bytes | None = None
    mime: str
    extension: str
    sha256: str
    size_bytes: int
    width: int = CARD_EDGE_PX
    height: int = CARD_EDGE_PX
    duration_seconds: float | None = None
    frame_rate: float | None = None
    text: str | None = None
    thumbnails: tuple[Thumbnail, ...] = ()
    placeholder: str = UNKNOWN_PLACEHOLDER


def process_result(path: Path, filename: str, kind: str, limits: ImageLimits) -> ProcessedResult:
    """Check a file and derive what is shown of it; blocks while it is decoded.

    Args:
        path: the downloaded file, which is not changed.
        filename: its name at the server; only its extension is used.
        kind: ``image``, ``video``, ``audio``, ``text``, ``model3d`` or ``file``.
        limits: limits of images and of the frames of videos.

    Raises:
        BadImageError: an image, a video or a sound that does not decode.
        OSError: the file cannot be read.
    """
    if kind == "image":
        return _image(path, limits)
    sha256, size = _hashed(path)
    extension = extension_of(filename)
    plain = ProcessedResult(
        mime=_MIMES.get(extension, "application/octet-stream"),
        extension=extension,
        sha256=sha256,
        size_bytes=size,
    )
    if kind == "text":
        return _text(path, plain)
    if kind in {"video", "audio"}:
        return _recording(path, plain, limits)
    return plain


def text_result(text: str) -> ProcessedResult:
    """Return the result of a text that a node shows without saving a file."""
    data = text.encode("utf-8", "replace")
    return ProcessedResult(
        data=data,
        mime="text/plain",
        extension="txt",
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        text=_searched(data.decode()),
    )


def extension_of(filename: str) -> str:
    """Return the extension of a file name as it may stand in a storage key; ``bin`` for others."""
    found = PurePosixPath(filename).suffix.lower().lstrip(".")
    return found if _EXTENSION.fullmatch(found) else "bin"


def pictured(result: ProcessedResult, picture: Image.Image) -> ProcessedResult:
    """Return a result with the thumbnails of an image that stands for it."""
    try:
        made = make_thumbnails(picture)
        placeholder = make_placeholder(made.smallest)
    except making_errors() as error:
        raise BadImageError(
            f"no thumbnails can be made: {error}", reason=BadImageReason.CORRUPT
        ) from error
    return msgspec.structs.replace(
        result,
        width=picture.width,
        height=picture.height,
        thumbnails=made.encoded,
        placeholder=placeholder,
    )


def _image(path: Path, limits: ImageLimits) -> ProcessedResult:
    image = process_image(path, a1111=None, limits=limits)
    facts = image.facts
    return ProcessedResult(
        data=image.data,
        mime=facts.mime,
        extension=facts.format.value,
        sha256=facts.sha256,
        size_bytes=facts.size_bytes,
        width=facts.width,
        height=facts.height,
        thumbnails=image.thumbnails,
        placeholder=image.placeholder,
    )


def _recording(path: Path, plain: ProcessedResult, limits: ImageLimits) -> ProcessedResult:
    found = read_recording(path, limits)
    if found is None:
        return plain
    result = msgspec.structs.replace(
        plain,
        mime=found.mime,
        duration_seconds=found.duration_seconds,
        frame_rate=found.frame_rate,
    )
    return result if found.picture is None else pictured(result, found.picture)


def _text(path: Path, plain: ProcessedResult) -> ProcessedResult:
    with path.open("rb") as file:
        start = file.read(4 * MAX_SEARCHED_CHARACTERS)
    text = _searched(start.decode("utf-8", "replace"))
    return msgspec.structs.replace(plain, mime="text/plain", text=text)


def _searched(text: str) -> str:
    return text.replace("\0", "")[:MAX_SEARCHED_CHARACTERS]


def _hashed(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_BYTES_AT_ONCE):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size
