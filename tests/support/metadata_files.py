"""Files with embedded texts, made in the layouts of the programs that write them."""

import gzip
import io
import json
import struct
import zlib
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

USER_COMMENT = 0x9286
EXIF_IFD = 0x8769


def png(texts: dict[str, str] | None = None, **options: Any) -> bytes:
    """Return a PNG with texts: tEXt when Latin-1 can hold them, else iTXt."""
    info = PngInfo()
    for key, text in (texts or {}).items():
        info.add_text(key, text)
    return _saved("PNG", pnginfo=info, **options)


def png_with_chunk(kind: bytes, content: bytes, *, is_late: bool = False) -> bytes:
    """Return a PNG with one more chunk, before or after the pixels."""
    whole = _saved("PNG")
    chunk = (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )
    at = whole.rindex(b"IEND") - 4 if is_late else 33
    return whole[:at] + chunk + whole[at:]


def image_with_exif(
    image_format: str, tags: dict[int, str | bytes], comment: bytes | None = None
) -> bytes:
    """Return a JPEG or WebP with EXIF tags and a UserComment."""
    exif = Image.Exif()
    for tag, value in tags.items():
        exif[tag] = value
    if comment is not None:
        exif.get_ifd(EXIF_IFD)[USER_COMMENT] = comment
    return _saved(image_format, exif=exif)


def unicode_comment(text: str, order: str) -> bytes:
    """Return a UserComment in UTF-16 of a byte order."""
    return b"UNICODE\0" + text.encode(order)


def gif(comment: str) -> bytes:
    """Return a GIF with a comment."""
    return _saved("GIF", comment=comment)


def png_with_xmp(packet: str) -> bytes:
    """Return a PNG with an XMP packet."""
    content = b"XML:com.adobe.xmp\0\0\0\0\0" + packet.encode()
    return png_with_chunk(b"iTXt", content)


def png_with_hidden_text(mark: bytes, text: str) -> bytes:
    """Return a PNG with a text in the lowest bits of alpha, or of the colours, column by column."""
    content = text.encode()
    if mark.endswith(b"comp"):
        content = gzip.compress(content)
    whole = mark + struct.pack(">I", len(content) * 8) + content
    bits = [byte >> shift & 1 for byte in whole for shift in range(7, -1, -1)]
    size = 96
    image = Image.new("RGBA", (size, size), (200, 100, 50, 254))
    places = ((x, y) for x in range(size) for y in range(size))
    channels = (3,) if b"png" in mark else (0, 1, 2)
    values = iter(bits)
    for place in places:
        pixel = [200, 100, 50, 254]
        for channel in channels:
            pixel[channel] = pixel[channel] & ~1 | next(values, 0)
        image.putpixel(place, tuple(pixel))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def mp4(tags: dict[str, str]) -> bytes:
    """Return the boxes of an MP4 file that hold tags, as FFmpeg writes them with use_metadata_tags."""
    keys = b"".join(_box(b"mdta", key.encode()) for key in tags)
    values = b"".join(
        _box(struct.pack(">I", index), _box(b"data", struct.pack(">II", 1, 0) + text.encode()))
        for index, text in enumerate(tags.values(), 1)
    )
    meta = _box(b"keys", struct.pack(">II", 0, len(tags)) + keys) + _box(b"ilst", values)
    moov = _box(b"moov", _box(b"udta", _box(b"meta", bytes(4) + meta)))
    return _box(b"ftyp", b"isom\0\0\2\0isomiso2") + _box(b"mdat", bytes(100)) + moov


def webm(tags: dict[str, str]) -> bytes:
    """Return the elements of a WebM file that hold tags."""
    simple = b"".join(
        _element(0x67C8, _element(0x45A3, name.upper().encode()) + _element(0x4487, text.encode()))
        for name, text in tags.items()
    )
    segment = _element(0x18538067, _element(0x1254C367, _element(0x7373, simple)))
    return _element(0x1A45DFA3, _element(0x4282, b"webm")) + segment


def flac(tags: dict[str, str]) -> bytes:
    """Return the head of a FLAC file with Vorbis comments."""
    block = _vorbis(tags)
    stream_info = b"\0" + (34).to_bytes(3, "big") + bytes(34)
    return b"fLaC" + stream_info + b"\x84" + len(block).to_bytes(3, "big") + block


def opus(tags: dict[str, str]) -> bytes:
    """Return the first pages of an Opus file."""
    return _page(b"OpusHead" + bytes(11)) + _page(b"OpusTags" + _vorbis(tags))


def mp3(tags: dict[str, str]) -> bytes:
    """Return an ID3v2.4 tag with user-defined texts."""
    frames = b""
    for key, text in tags.items():
        content = b"\x03" + key.encode() + b"\0" + text.encode()
        frames += b"TXXX" + _synchsafe(len(content)) + b"\0\0" + content
    return b"ID3\x04\0\0" + _synchsafe(len(frames)) + frames


def as_json(value: Any) -> str:
    """Return JSON with escaped non-ASCII characters, as ComfyUI writes it."""
    return json.dumps(value)


def _saved(image_format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (16, 16), (90, 120, 150)).save(file, image_format, **options)
    return file.getvalue()


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def _element(kind: int, content: bytes) -> bytes:
    name = kind.to_bytes((kind.bit_length() + 7) // 8, "big")
    return name + (len(content) | 1 << 56).to_bytes(8, "big") + content


def _vorbis(tags: dict[str, str]) -> bytes:
    comments = [f"{key}={text}".encode() for key, text in tags.items()]
    parts = b"".join(struct.pack("<I", len(comment)) + comment for comment in comments)
    return struct.pack("<I", 3) + b"lib" + struct.pack("<I", len(comments)) + parts


def _page(content: bytes) -> bytes:
    table = bytes([255] * (len(content) // 255) + [len(content) % 255])
    return b"OggS" + bytes(22) + bytes([len(table)]) + table + content


def _synchsafe(value: int) -> bytes:
    return bytes(value >> shift & 0x7F for shift in (21, 14, 7, 0))
