"""Uncompressed pixels of a PNG decode to the same image, and what is not plain is left as it is."""

import io
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.unit.storage.sample_images import (
    animation,
    comfyui_png,
    decoded,
    encode,
    png_header,
    ramp,
    raw_png,
)

from genonaut.core import inflate
from genonaut.storage import png
from genonaut.storage.png_pixels import with_stored_pixels

pytestmark = pytest.mark.skipif(not inflate.IS_FAST, reason="ISA-L has no wheel for this machine")
KINDS = {
    "1 bit": encode(ramp(24, 16, "1"), "PNG"),
    "grey": encode(ramp(24, 16, "L"), "PNG"),
    "grey with transparency": encode(ramp(24, 16, "LA"), "PNG"),
    "RGB": encode(ramp(24, 16), "PNG"),
    "RGBA": encode(ramp(24, 16, "RGBA"), "PNG"),
    "palette": encode(ramp(24, 16).quantize(200), "PNG"),
    "palette of 2 bits": encode(ramp(23, 5).quantize(4), "PNG", bits=2),
    "16 bit grey": raw_png(png_header(2, 2, depth=16, colour=0), b"\0\1\2\3\4" * 2),
    "16 bit RGB": raw_png(png_header(1, 2, depth=16), b"\0\1\2\3\4\5\6" * 2),
    "ComfyUI": comfyui_png(),
    "larger than a stored block": encode(ramp(200, 200), "PNG"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_image_is_the_same(kind: str) -> None:
    data = KINDS[kind]
    stored = with_stored_pixels(data)
    assert stored != data
    expected, found = decoded(data), decoded(stored)
    assert (found.mode, found.size, found.info) == (expected.mode, expected.size, expected.info)
    assert found.tobytes() == expected.tobytes()
    assert found.getpalette() == expected.getpalette()


def test_the_pixels_are_only_copied_and_the_other_chunks_kept() -> None:
    data = comfyui_png(64, 64)
    stored = with_stored_pixels(data)
    kept = [bytes(chunk.whole) for chunk in png.read_chunks(data) if chunk.kind != b"IDAT"]
    assert [bytes(c.whole) for c in png.read_chunks(stored) if c.kind != b"IDAT"] == kept
    (pixels,) = [bytes(c.data) for c in png.read_chunks(stored) if c.kind == b"IDAT"]
    scanlines = zlib.decompress(pixels)
    assert len(scanlines) == 64 * (64 * 3 + 1)
    assert scanlines in pixels


def test_pixels_in_many_chunks_are_joined() -> None:
    pixels = zlib.compress(b"\0\1\2\3" * 2)
    parts = [png.make_chunk(b"IDAT", pixels[at : at + 3]) for at in range(0, len(pixels), 3)]
    whole = png.join(
        [png.make_chunk(b"IHDR", png_header(1, 2)), *parts, png.make_chunk(b"IEND", b"")]
    )
    assert decoded(with_stored_pixels(whole)).tobytes() == b"\1\2\3" * 2


INTERLACED = png_header(1, 1)[:-1] + b"\1"
LEFT = {
    "animation": animation("PNG"),
    "interlaced": raw_png(INTERLACED, b"\0\1\2\3"),
    "unknown colour type": raw_png(png_header(1, 1, colour=5), b"\0\1\2\3"),
    "header too long": raw_png(png_header(1, 1) + b"\0", b"\0\1\2\3"),
    "a row too few": raw_png(png_header(1, 2), b"\0\1\2\3"),
    "a byte too many": raw_png(png_header(1, 1), b"\0\1\2\3\4"),
    "too large": raw_png(png_header(8192, 8192), b"\0\1\2\3"),
}


@pytest.mark.parametrize("kind", LEFT)
def test_what_is_not_plain_is_left_as_it_is(kind: str) -> None:
    assert with_stored_pixels(LEFT[kind]) is LEFT[kind]


@given(st.data())
def test_a_damaged_stream_is_left_to_the_decoder(data: st.DataObject) -> None:
    intact = bytearray(zlib.compress(b"\0\1\2\3" * 50))
    place = data.draw(st.integers(0, len(intact) - 1))
    intact[place] ^= data.draw(st.integers(1, 255))
    broken = png.join(
        [
            png.make_chunk(b"IHDR", png_header(1, 50)),
            png.make_chunk(b"IDAT", bytes(intact)),
            png.make_chunk(b"IEND", b""),
        ]
    )
    found = with_stored_pixels(broken)
    if found is not broken:  # the flags of the header do not change the bytes
        assert decoded(found).tobytes() == decoded(broken).tobytes()


def test_a_bomb_is_not_uncompressed_beyond_the_declared_size() -> None:
    bomb = raw_png(png_header(8, 8), bytes(50_000_000))
    tracemalloc.start()
    assert with_stored_pixels(bomb) is bomb
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_without_isa_l_the_file_is_decoded_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflate, "IS_FAST", False)
    assert with_stored_pixels(KINDS["RGB"]) is KINDS["RGB"]
    assert Image.open(io.BytesIO(KINDS["RGB"])).size == (24, 16)
