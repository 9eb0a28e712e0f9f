"""Read, add and remove metadata of image files without re-encoding pixels."""

import struct
import zlib

import msgspec

from genonaut.storage import avif, jpeg, png, webp
from genonaut.storage.errors import BadImageError, BadImageReason
from genonaut.storage.images import ImageFormat, decoding_errors, sniff_format
from genonaut.storage.pillow import Image

PARAMETERS_KEYWORD = "parameters"
_TEXT_KINDS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
# A ComfyUI workflow has about 100 KiB; a compressed text is inflated to this size at most.
_MAX_TEXT_BYTES = 16 * 1024 * 1024
_ORIENTATION_TAG = 0x0112
_UPRIGHT = 1


class TextEntry(msgspec.Struct, frozen=True):
    """One text of a PNG, such as ComfyUI's ``prompt`` and ``workflow``."""

    keyword: str
    text: str


def read_metadata(data: bytes) -> tuple[TextEntry, ...]:
    """Return the texts of a PNG in file order; nothing for other formats.

    Raises:
        BadImageError: the file or one of its text chunks is malformed, or a text is larger than
            16 MiB.
    """
    if sniff_format(data) is not ImageFormat.PNG:
        return ()
    return tuple(_entry(chunk) for chunk in png.read_chunks(data) if chunk.kind in _TEXT_KINDS)


def with_parameters(data: bytes, text: str, *, has_good_crcs: bool = False) -> bytes:
    """Return the PNG with ``text`` as its ``parameters``; all other bytes are unchanged.

    An existing ``parameters`` text is replaced. The text is placed before the pixels, where readers
    expect it: as tEXt if Latin-1 can encode it, else as iTXt in UTF-8, as AUTOMATIC1111 does.
    NUL, which PNG forbids, is removed; lone surrogates become question marks. With ``has_good_crcs`` the
    checksums were checked before.

    Raises:
        BadImageError: not a well-formed PNG.
    """
    new_chunk = _text_chunk(PARAMETERS_KEYWORD, text.replace("\0", ""))
    parts: list[bytes | memoryview] = []
    added = False
    for chunk in png.read_chunks(data, has_good_crcs=has_good_crcs):
        if chunk.kind in _TEXT_KINDS and _keyword(chunk) == PARAMETERS_KEYWORD:
            continue
        if chunk.kind in {b"IDAT", b"IEND"} and not added:
            parts.append(new_chunk)
            added = True
        parts.append(chunk.whole)
    return png.join(parts)


def strip_metadata(data: bytes) -> bytes:
    """Return the same image without texts, EXIF, XMP, comments, previews and trailing bytes.

    Pixels, colour profile and animation are kept. EXIF orientation is kept if the image is rotated.

    Raises:
        BadImageError: the file is malformed or of another format.
    """
    orientation = _orientation(data)
    match sniff_format(data):
        case ImageFormat.PNG:
            return _strip_png(data, orientation)
        case ImageFormat.JPEG:
            return _strip_jpeg(data, orientation)
        case ImageFormat.WEBP:
            return webp.join(webp.without_metadata(data, exif=orientation))
        case ImageFormat.AVIF:
            return avif.without_metadata(data)


def is_rotated(data: bytes) -> bool:
    """Return whether EXIF asks viewers to turn or mirror the image.

    Raises:
        BadImageError: the file is malformed or of another format.
    """
    return bool(_orientation(data))


def _strip_png(data: bytes, orientation: bytes) -> bytes:
    parts: list[bytes | memoryview] = []
    for chunk in png.read_chunks(data):
        if png.affects_pixels(chunk):
            parts.append(chunk.whole)
        if chunk.kind == b"IHDR" and orientation:
            parts.append(png.make_chunk(b"eXIf", orientation))
    return png.join(parts)


def _strip_jpeg(data: bytes, orientation: bytes) -> bytes:
    kept = [segment.whole for segment in jpeg.read_segments(data) if segment.affects_pixels]
    return b"".join((jpeg.START, jpeg.make_exif(orientation) if orientation else b"", *kept))


def _orientation(data: bytes) -> bytes:
    """Return a TIFF structure that holds the orientation only; empty if the image is upright."""
    exif = Image.Exif()
    try:
        exif.load(_exif_block(data))
        value = exif.get(_ORIENTATION_TAG, _UPRIGHT)
    except decoding_errors():
        return b""
    if not isinstance(value, int) or not _UPRIGHT < value <= 8:  # noqa: PLR2004 - Exif 2.32, 4.6.4
        return b""
    # Header, one directory of one SHORT, no next directory. Source: TIFF 6.0, section 2.
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION_TAG, 3, 1, value, 0, 0)


def _exif_block(data: bytes) -> bytes:
    match sniff_format(data):
        case ImageFormat.PNG:
            blocks = (chunk.data for chunk in png.read_chunks(data) if chunk.kind == b"eXIf")
        case ImageFormat.JPEG:
            blocks = (segment.data for segment in jpeg.read_segments(data) if segment.is_exif)
        case ImageFormat.WEBP:
            blocks = (chunk.data for chunk in webp.read_chunks(data) if chunk.kind == b"EXIF")
        case ImageFormat.AVIF:
            return b""  # its orientation is a property of the image, whatever EXIF says
    return bytes(next(blocks, b""))


def _text_chunk(keyword: str, text: str) -> bytes:
    name = keyword.encode("latin-1")
    try:
        return png.make_chunk(b"tEXt", name + b"\0" + text.encode("latin-1"))
    except UnicodeEncodeError:
        # Flags: not compressed, method 0, no language, no translated keyword. Section 11.3.3.4.
        encoded = text.encode("utf-8", errors="replace")
        return png.make_chunk(b"iTXt", name + b"\0\0\0\0\0" + encoded)


def _keyword(chunk: png.Chunk) -> str:
    return bytes(chunk.data[:80]).partition(b"\0")[0].decode("latin-1")


def _entry(chunk: png.Chunk) -> TextEntry:
    keyword, separator, rest = bytes(chunk.data).partition(b"\0")
    if not separator:
        raise _malformed(chunk)
    name = keyword.decode("latin-1")
    if chunk.kind == b"tEXt":
        return TextEntry(name, rest.decode("latin-1"))
    if chunk.kind == b"zTXt":
        return TextEntry(name, _inflate(rest[1:], chunk).decode("latin-1"))
    fields = rest[2:].split(b"\0", 2)
    if len(rest) < 2 or len(fields) != 3:  # noqa: PLR2004 - flags; language, keyword, text
        raise _malformed(chunk)
    text = _inflate(fields[2], chunk) if rest[0] else fields[2]
    return TextEntry(name, text.decode("utf-8", errors="replace"))


def _inflate(data: bytes, chunk: png.Chunk) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, _MAX_TEXT_BYTES)
    except zlib.error as error:
        raise _malformed(chunk) from error
    if not inflater.eof:
        raise _malformed(chunk)
    return text


def _malformed(chunk: png.Chunk) -> BadImageError:
    kind = chunk.kind.decode("ascii")
    return BadImageError(f"damaged PNG: malformed {kind}", reason=BadImageReason.CORRUPT)
