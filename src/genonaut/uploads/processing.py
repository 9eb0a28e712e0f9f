"""Check an uploaded file and derive what is stored of it; pure functions on a file."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from typing import Any

import msgspec

from genonaut.metadata import read_entries
from genonaut.storage.colours import as_srgb
from genonaut.storage.errors import BadImageError, BadImageReason
from genonaut.storage.images import (
    Decoded,
    ImageFormat,
    ImageLimits,
    decode_image,
    making_errors,
    read_limited,
)
from genonaut.storage.media import START_BYTES, BadMediaError, probe_media, sniff_media
from genonaut.storage.metadata import is_rotated, strip_metadata
from genonaut.storage.pillow import Image
from genonaut.storage.placeholder import make_placeholder
from genonaut.storage.thumbnails import Thumbnail, make_thumbnails
from genonaut.storage.transparency import is_transparent
from genonaut.uploads.errors import refused
from genonaut.uploads.receiving import ReceivedFile
from genonaut.uploads.tables import UploadKind

MAX_METADATA_CHARACTERS = 262_144
"""Embedded texts beyond this are not stored."""
_JPEG_QUALITY = 95


class ProcessedUpload(msgspec.Struct, frozen=True, kw_only=True):
    """A checked file; ``data`` is what to store, None to store the received file as it is."""

    data: bytes | None
    kind: UploadKind
    mime: str
    extension: str
    sha256: str
    size_bytes: int
    width: int | None
    height: int | None
    has_alpha: bool = False
    duration_seconds: float | None = None
    thumbnails: tuple[Thumbnail, ...] = ()
    placeholder: str = ""
    details: dict[str, Any]


def process_upload(received: ReceivedFile, limits: ImageLimits) -> ProcessedUpload:
    """Check a file and make what is stored of it.

    An image is decoded to its last pixel. EXIF orientation is applied; pixels, alpha and colour
    profile are kept; all other metadata are in ``details`` only. CMYK is converted to sRGB. Video and
    audio are stored as they are.

    Raises:
        InvalidInputError: for the field ``file``: not an image, video or audio, damaged, animated, or
            beyond the limits.
        MediaUnsupportedError: a video or audio file, but the package ``av`` is not installed.
        OSError: the file cannot be read.
    """
    with received.path.open("rb") as file:
        start = file.read(START_BYTES)
    media = sniff_media(start)
    try:
        if media is not None:
            return _process_media(received, limits)
        return _process_image(read_limited(received.path, limits), limits)
    except BadImageError as error:
        raise refused(_reason(error, start)) from error
    except BadMediaError as error:
        raise refused(str(error)) from error


def _reason(error: BadImageError, start: bytes) -> str:
    if error.reason is BadImageReason.UNKNOWN_FORMAT:
        return f"{_called(start)}; send PNG, JPEG, WebP, AVIF, a video (MP4, WebM, …) or audio"
    return str(error)


def _called(start: bytes) -> str:
    """Return what an unknown file is, where users expect it to be accepted."""
    names = ((b"GIF8", "GIF"), (b"BM", "BMP"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"))
    known = next((name for signature, name in names if start.startswith(signature)), None)
    if start[4:8] == b"ftyp":
        known = "HEIC"
    if known is not None:
        return f"{known} is not accepted"
    return "the file is no image, video or audio that is known here"


def _process_image(data: bytes, limits: ImageLimits) -> ProcessedUpload:
    decoded = decode_image(data, limits)
    if decoded.frames > 1:
        raise refused(
            f"the file is an animation of {decoded.frames} frames; send one frame, or a video"
        )
    stored, image_format, pixels = _stored_form(data, decoded)
    made = make_thumbnails(pixels)
    return ProcessedUpload(
        data=stored,
        kind=UploadKind.IMAGE,
        mime=image_format.mime,
        extension=image_format.value,
        sha256=hashlib.sha256(stored).hexdigest(),
        size_bytes=len(stored),
        width=pixels.width,
        height=pixels.height,
        has_alpha=is_transparent(pixels),
        thumbnails=made.encoded,
        placeholder=make_placeholder(made.smallest),
        details=_bounded((entry.place, entry.key, entry.text) for entry in read_entries(data)),
    )


def _stored_form(data: bytes, decoded: Decoded) -> tuple[bytes, ImageFormat, Image.Image]:
    """Return the bytes to store, their format and their pixels.

    Upright images lose their metadata without another encoding, so no pixel changes. AVIF becomes PNG,
    which every program that reads inputs of jobs knows.
    """
    pixels = decoded.pixels
    if decoded.format is ImageFormat.AVIF:
        return _encoded(pixels, ImageFormat.PNG), ImageFormat.PNG, pixels
    if pixels.mode != "CMYK" and not is_rotated(data):
        return strip_metadata(data), decoded.format, pixels
    if pixels.mode == "CMYK":
        pixels = as_srgb(pixels)
        pixels.info = {}
    try:
        return _encoded(pixels, decoded.format), decoded.format, pixels
    except making_errors() as error:
        raise BadImageError(
            f"the image cannot be turned upright: {error}", reason=BadImageReason.CORRUPT
        ) from error


def _encoded(pixels: Image.Image, image_format: ImageFormat) -> bytes:
    icc_profile = pixels.info.get("icc_profile")
    more: dict[str, Any] = {"icc_profile": icc_profile} if icc_profile else {}
    match image_format:
        case ImageFormat.JPEG:
            more |= {"quality": _JPEG_QUALITY, "subsampling": 0}
        case ImageFormat.WEBP:
            more |= {"lossless": True}
        case ImageFormat.PNG | ImageFormat.AVIF:
            more |= {"compress_level": 6}
    file = io.BytesIO()
    pixels.save(file, image_format.name, exif=b"", **more)
    return file.getvalue()


def _process_media(received: ReceivedFile, limits: ImageLimits) -> ProcessedUpload:
    with received.path.open("rb") as file:
        found = sniff_media(file.read(START_BYTES))
    if found is None:
        raise BadMediaError("the file changed while it was read")
    facts = probe_media(received.path, found, max_pixels=limits.max_pixels)
    thumbnails: tuple[Thumbnail, ...] = ()
    placeholder = ""
    if facts.poster is not None:
        made = make_thumbnails(facts.poster)
        thumbnails, placeholder = made.encoded, make_placeholder(made.smallest)
    tags = (("tag", key, text) for key, text in facts.texts.items())
    return ProcessedUpload(
        data=None,
        kind=UploadKind.VIDEO if facts.has_video else UploadKind.AUDIO,
        mime=facts.mime,
        extension=facts.extension,
        sha256=received.sha256,
        size_bytes=received.size_bytes,
        width=facts.width,
        height=facts.height,
        duration_seconds=facts.duration_seconds,
        thumbnails=thumbnails,
        placeholder=placeholder,
        details=_bounded(tags) | {"frame_rate": facts.frame_rate},
    )


def _bounded(entries: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
    """Return embedded texts as they are stored; those that do not fit are counted only."""
    kept: list[dict[str, str]] = []
    left, omitted = MAX_METADATA_CHARACTERS, 0
    for place, key, text in entries:
        if len(key) + len(text) > left:
            omitted += 1
            continue
        left -= len(key) + len(text)
        kept.append({"place": place, "key": _storable(key), "text": _storable(text)})
    return {"texts": kept, "omitted_texts": omitted}


def _storable(text: str) -> str:
    """Return a text that JSON columns of PostgreSQL accept."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
