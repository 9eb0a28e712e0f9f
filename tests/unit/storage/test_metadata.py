import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from tests.unit.storage.sample_images import (
    COMFYUI_TEXTS,
    animation,
    comfyui_png,
    decoded,
    encode,
    pixels_of,
    png_header,
    ramp,
    raw_png,
)

from genonaut.storage import jpeg, png, webp
from genonaut.storage.errors import BadImageError
from genonaut.storage.metadata import (
    TextEntry,
    read_metadata,
    strip_metadata,
    with_parameters,
)

PNG = comfyui_png()
ORIENTATION = 0x0112


def exif(orientation: int | None = None) -> Image.Exif:
    block = Image.Exif()
    block[0x010E] = "a secret description"
    if orientation is not None:
        block[ORIENTATION] = orientation
    return block


AVIF = encode(ramp(16, 16), "AVIF", exif=exif(), xmp=b"<x/>", speed=10)


def kinds(data: bytes) -> list[bytes]:
    return [chunk.kind for chunk in png.read_chunks(data)]


def texts(data: bytes) -> dict[str, str]:
    with Image.open(io.BytesIO(data)) as image:
        assert isinstance(image, PngImagePlugin.PngImageFile)
        return dict(image.text)  # read without decoding: the texts are before the pixels


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300))
def test_parameters_are_read_back_and_nothing_else_changes(text: str) -> None:
    written = with_parameters(PNG, text)
    assert texts(written) == COMFYUI_TEXTS | {"parameters": text}
    assert read_metadata(written)[-1] == TextEntry("parameters", text)
    added = [chunk for chunk in png.read_chunks(written) if bytes(chunk.data[:10]) == b"parameters"]
    assert len(added) == 1
    others = [bytes(chunk.whole) for chunk in png.read_chunks(written) if chunk != added[0]]
    assert png.join(others) == PNG


def test_latin_1_text_is_text_and_other_text_is_itxt() -> None:
    assert kinds(with_parameters(PNG, "café")).count(b"iTXt") == 0
    assert kinds(with_parameters(PNG, "灯台")).count(b"iTXt") == 1


def test_existing_parameters_are_replaced_in_either_kind() -> None:
    once = with_parameters(comfyui_png(parameters="theirs"), "ours 灯台")
    twice = with_parameters(once, "ours again")
    assert texts(twice) == COMFYUI_TEXTS | {"parameters": "ours again"}
    assert [entry.keyword for entry in read_metadata(twice)].count("parameters") == 1


def test_characters_that_png_forbids_are_replaced() -> None:
    assert texts(with_parameters(PNG, "a\0b"))["parameters"] == "ab"
    assert texts(with_parameters(PNG, "a\ud800b"))["parameters"] == "a?b"


def test_an_animation_keeps_its_frames() -> None:
    with Image.open(io.BytesIO(with_parameters(animation("PNG"), "x"))) as image:
        assert getattr(image, "n_frames", 1) == 3


def test_trailing_bytes_are_dropped() -> None:
    assert with_parameters(PNG + b"junk", "x") == with_parameters(PNG, "x")
    assert strip_metadata(PNG + b"junk") == strip_metadata(PNG)


def test_every_kind_of_text_is_read() -> None:
    header = png_header(1, 1)
    data = raw_png(
        header,
        b"\0\1\2\3",
        png.make_chunk(b"tEXt", b"plain\0caf\xe9"),
        png.make_chunk(b"zTXt", b"packed\0\0" + zlib.compress(b"caf\xe9")),
        png.make_chunk(b"iTXt", b"wide\0\0\0\0\0" + "灯".encode()),
        png.make_chunk(b"iTXt", b"both\0\1\0en\0Titel\0" + zlib.compress("灯".encode())),
    )
    assert {entry.keyword: entry.text for entry in read_metadata(data)} == {
        "plain": "café",
        "packed": "café",
        "wide": "灯",
        "both": "灯",
    }


def test_only_png_has_texts() -> None:
    assert read_metadata(encode(ramp(4, 4), "JPEG", comment=b"hello")) == ()


@pytest.mark.parametrize(
    "chunk",
    [
        png.make_chunk(b"tEXt", b"no separator"),
        png.make_chunk(b"zTXt", b"broken\0\0not zlib"),
        png.make_chunk(b"zTXt", b"cut\0\0" + zlib.compress(b"x" * 100)[:-5]),
        png.make_chunk(b"zTXt", b"bomb\0\0" + zlib.compress(b"\0" * (17 << 20))),
        png.make_chunk(b"iTXt", b"short\0"),
        png.make_chunk(b"iTXt", b"short\0\0\0en"),
    ],
    ids=["no separator", "not zlib", "cut", "bomb", "no flags", "no text"],
)
def test_a_malformed_text_is_refused_when_read(chunk: bytes) -> None:
    data = raw_png(png_header(1, 1), b"\0\1\2\3", chunk)
    with pytest.raises(BadImageError, match="malformed"):
        read_metadata(data)
    assert b"tEXt" not in kinds(strip_metadata(data))


@given(st.binary(max_size=120))
def test_noise_is_refused_by_every_function(noise: bytes) -> None:
    for start in (b"", PNG[:8], PNG[:40], b"\xff\xd8\xff\xe1\xff\xff", b"RIFF\xff\0\0\0WEBP"):
        for function in (read_metadata, strip_metadata, lambda data: with_parameters(data, "x")):
            data = start + noise
            if data[:1] in {b"\xff", b"R"} and function is read_metadata:
                continue  # JPEG and WebP have no texts to look for
            with pytest.raises(BadImageError):
                function(data)


@given(st.data())
def test_a_damaged_png_is_refused(data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(PNG) - 1))
    damaged = bytearray(PNG)
    damaged[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadImageError):
        with_parameters(bytes(damaged), "x")
    with pytest.raises(BadImageError):
        strip_metadata(PNG[:position])


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA"])
def test_a_stripped_png_shows_the_same_pixels(mode: str) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("prompt", "secret")
    info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>secret</x:xmpmeta>")
    info.add_text("note", "secret", zip=True)
    info.add(b"prVt", b"secret")
    data = encode(ramp(20, 12, mode), "PNG", pnginfo=info, exif=exif(), dpi=(72, 72))
    bare = strip_metadata(data)
    assert set(kinds(bare)) <= {b"IHDR", b"PLTE", b"tRNS", b"pHYs", b"IDAT", b"IEND"}
    assert pixels_of(bare) == pixels_of(data)
    assert strip_metadata(bare) == bare


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_stripped_avif_shows_the_same_pixels(mode: str) -> None:
    packet = b"<x:xmpmeta>secret</x:xmpmeta>"
    data = encode(
        ramp(40, 24, mode), "AVIF", exif=exif(orientation=6), xmp=packet, quality=80, speed=10
    )
    assert data.count(b"secret") == 2
    hidden = struct.pack(">I4s", 24, b"free") + b"a secret of ours"
    bare = strip_metadata(data + hidden + b"more")
    assert b"secret" not in bare
    assert pixels_of(bare) == pixels_of(data)
    assert decoded(bare).getexif().get(ORIENTATION) == 6  # a property of the image
    assert strip_metadata(bare) == bare
    deep = struct.pack(">I4s", 8, b"trak")
    for _ in range(40):
        deep = struct.pack(">I4s", 8 + len(deep), b"moov") + deep
    with pytest.raises(BadImageError):
        strip_metadata(data + deep)
    for cut in (60, len(data) // 2):
        with pytest.raises(BadImageError):
            strip_metadata(data[:cut])


@given(st.data())
def test_a_damaged_avif_is_stripped_or_refused(data: st.DataObject) -> None:
    damaged = bytearray(AVIF)
    damaged[data.draw(st.integers(0, len(AVIF) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BadImageError):
        assert len(strip_metadata(bytes(damaged))) <= len(damaged)


def test_parameters_can_be_stripped_again() -> None:
    assert strip_metadata(with_parameters(PNG, "a secret prompt")) == strip_metadata(PNG)
    assert read_metadata(strip_metadata(PNG)) == ()


@pytest.mark.parametrize("image_format", ["PNG", "WEBP", "AVIF"])
def test_a_stripped_animation_keeps_its_frames(image_format: str) -> None:
    data = animation(image_format)
    with Image.open(io.BytesIO(strip_metadata(data))) as image:
        assert getattr(image, "n_frames", 1) == 3


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_stripped_jpeg_shows_the_same_pixels(mode: str) -> None:
    data = encode(
        ramp(20, 12, mode),
        "JPEG",
        exif=exif(),
        comment=b"a secret",
        xmp=b"<x:xmpmeta>secret</x:xmpmeta>",
        icc_profile=b"profile",
        progressive=True,
    )
    bare = strip_metadata(data)
    assert pixels_of(bare) == pixels_of(data)
    assert b"secret" not in bare
    assert decoded(bare).info["icc_profile"] == b"profile"
    assert strip_metadata(bare) == bare


def test_further_images_of_a_jpeg_are_removed() -> None:
    data = encode(ramp(24, 16), "MPO", save_all=True, append_images=[ramp(8, 8)])
    bare = strip_metadata(data)
    assert decoded(bare).format == "JPEG"
    assert pixels_of(bare) == pixels_of(data)


@pytest.mark.parametrize("options", [{"quality": 70}, {"lossless": True}])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_stripped_webp_shows_the_same_pixels(mode: str, options: dict[str, object]) -> None:
    xmp = b"<x:xmpmeta>secret</x:xmpmeta>"
    data = encode(ramp(20, 12, mode), "WEBP", exif=exif().tobytes(), xmp=xmp, **options)
    bare = strip_metadata(data)
    assert b"secret" not in bare
    assert pixels_of(bare) == pixels_of(data)
    assert {chunk.kind for chunk in webp.read_chunks(bare)} <= {b"VP8X", b"VP8 ", b"VP8L", b"ALPH"}
    assert strip_metadata(bare) == bare


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
def test_only_orientation_is_kept_of_exif(image_format: str) -> None:
    bare = strip_metadata(encode(ramp(20, 12), image_format, exif=exif(6).tobytes()))
    assert b"secret" not in bare
    assert dict(decoded(bare).getexif()) == {ORIENTATION: 6}


def test_an_unannounced_orientation_is_removed() -> None:
    data = bytearray(encode(ramp(20, 12), "WEBP", exif=exif(6).tobytes()))
    data[data.index(b"VP8X") + 8] &= ~0x08
    bare = strip_metadata(bytes(data))
    assert decoded(bare).size == decoded(bytes(data)).size
    assert b"EXIF" not in bare


@pytest.mark.parametrize("orientation", [1, 0, 9, None])
def test_a_neutral_orientation_is_removed(orientation: int | None) -> None:
    bare = strip_metadata(encode(ramp(20, 12), "JPEG", exif=exif(orientation).tobytes()))
    assert not any(segment.is_exif for segment in jpeg.read_segments(bare))


def test_damaged_exif_is_stripped_too() -> None:
    data = encode(ramp(20, 12), "JPEG", exif=b"Exif\0\0what is this")
    assert b"what" not in strip_metadata(data)
