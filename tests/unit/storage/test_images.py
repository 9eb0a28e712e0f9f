import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile
from tests.unit.storage.sample_images import (
    LIMITS,
    animation,
    comfyui_png,
    encode,
    png_header,
    ramp,
    raw_png,
)

from genonaut.storage import jpeg, png
from genonaut.storage.errors import BadImageError, BadImageReason
from genonaut.storage.images import (
    ImageFormat,
    ImageLimits,
    decode_image,
    inspect_image,
)

JPEG = encode(ramp(24, 16), "JPEG", quality=60)
PROGRESSIVE = encode(ramp(24, 16), "JPEG", quality=60, progressive=True)
WEBP = encode(ramp(24, 16), "WEBP", quality=60)
LOSSLESS = encode(ramp(24, 16), "WEBP", lossless=True)
ALPHA = encode(
    ramp(24, 16, "RGBA"), "WEBP", quality=60, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"
)
AVIF = encode(ramp(24, 16), "AVIF", quality=60, speed=10)
PNG = comfyui_png()
EVERY_KIND = {
    "png": PNG,
    "apng": animation("PNG"),
    "jpeg": JPEG,
    "progressive": PROGRESSIVE,
    "webp": WEBP,
    "lossless": LOSSLESS,
    "extended": ALPHA,
    "animated webp": animation("WEBP"),
    "avif": AVIF,
}


def refusal(data: bytes, limits: ImageLimits = LIMITS) -> BadImageError:
    with pytest.raises(BadImageError) as caught:
        decode_image(data, limits)
    return caught.value


def test_the_properties_of_an_image(tmp_path: Path) -> None:
    path = tmp_path / "wrong-extension.gif"
    path.write_bytes(PNG)
    facts = inspect_image(path, LIMITS)
    assert (facts.width, facts.height, facts.frames) == (24, 16, 1)
    assert (facts.format, facts.mime) == (ImageFormat.PNG, "image/png")
    assert facts.size_bytes == len(PNG)
    assert facts.sha256 == hashlib.sha256(PNG).hexdigest()


@pytest.mark.parametrize(
    ("name", "image_format", "mime"),
    [
        ("jpeg", ImageFormat.JPEG, "image/jpeg"),
        ("progressive", ImageFormat.JPEG, "image/jpeg"),
        ("webp", ImageFormat.WEBP, "image/webp"),
        ("lossless", ImageFormat.WEBP, "image/webp"),
        ("extended", ImageFormat.WEBP, "image/webp"),
        ("animated webp", ImageFormat.WEBP, "image/webp"),
        ("avif", ImageFormat.AVIF, "image/avif"),
    ],
)
def test_other_formats_are_accepted(name: str, image_format: ImageFormat, mime: str) -> None:
    data = EVERY_KIND[name]
    facts = decode_image(data, LIMITS).facts(data)
    assert (facts.format, facts.mime, facts.width, facts.height) == (image_format, mime, 24, 16)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (17, 33)])
def test_every_png_mode_and_shape_decodes(mode: str, size: tuple[int, int]) -> None:
    image = Image.new(mode, size) if mode == "I;16" else ramp(*size, mode)
    facts = decode_image(encode(image, "PNG"), LIMITS).facts(b"")
    assert (facts.width, facts.height) == size


def test_sixteen_bits_a_channel_decode() -> None:
    data = raw_png(png_header(2, 2, depth=16), (b"\0" + b"\x80\0" * 6) * 2)
    assert decode_image(data, LIMITS).pixels.convert("RGB").getpixel((1, 1)) == (128, 128, 128)


def test_a_rotated_photo_is_measured_as_displayed() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise
    facts = decode_image(encode(ramp(24, 16), "JPEG", exif=exif), LIMITS).facts(b"")
    assert (facts.width, facts.height) == (16, 24)


@pytest.mark.parametrize("image_format", ["PNG", "WEBP", "AVIF"])
def test_all_frames_are_decoded_and_the_first_is_returned(image_format: str) -> None:
    found = decode_image(animation(image_format), LIMITS)
    first = decode_image(encode(ramp(24, 16), "PNG"), LIMITS)
    assert found.frames == 3
    difference = [
        abs(a - b)
        for a, b in zip(found.pixels.convert("RGB").tobytes(), first.pixels.tobytes(), strict=True)
    ]
    assert sum(difference) / len(difference) < 25  # WebP is lossy; the other frames are far off


def test_the_frames_of_an_animation_share_a_limit() -> None:
    limits = ImageLimits(max_pixels=24 * 16, max_animation_pixels=24 * 16 * 2)
    assert refusal(animation("PNG"), limits).reason is BadImageReason.TOO_MANY_PIXELS
    assert decode_image(animation("PNG", frames=2), limits).frames == 2


def test_the_size_of_an_avif_is_checked_before_it_is_decoded() -> None:
    wide = encode(Image.new("RGB", (600, 20)), "AVIF", speed=10)
    refused = refusal(wide, ImageLimits(max_pixels=599 * 20))
    assert refused.reason is BadImageReason.TOO_MANY_PIXELS
    for damaged in (AVIF[:-8], AVIF[:60], b"\0\0\0\x1cftypavif" + bytes(80)):
        assert refusal(damaged).reason in {BadImageReason.CORRUPT, BadImageReason.TRUNCATED}
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    assert refusal(heic).reason is BadImageReason.UNKNOWN_FORMAT


def test_a_damaged_later_frame_is_found() -> None:
    good = animation("PNG")
    parts = []
    for chunk in png.read_chunks(good):
        if chunk.kind == b"fdAT":
            data = bytes(chunk.data[:4]) + b"\0" * (len(chunk.data) - 4)
            parts.append(png.make_chunk(b"fdAT", data))
        else:
            parts.append(bytes(chunk.whole))
    assert refusal(png.join(parts)).reason in {BadImageReason.CORRUPT, BadImageReason.TRUNCATED}


def test_the_first_image_of_a_multi_image_jpeg_counts() -> None:
    data = encode(ramp(24, 16), "MPO", save_all=True, append_images=[ramp(8, 8)])
    facts = decode_image(data, LIMITS).facts(data)
    assert (facts.width, facts.height, facts.mime) == (24, 16, "image/jpeg")


@pytest.mark.parametrize(
    "data",
    [
        b"<html>502 Bad Gateway</html>",
        b"GIF89a" + b"\0" * 100,
        encode(ramp(4, 4), "GIF"),
        encode(ramp(4, 4), "BMP"),
        encode(ramp(4, 4), "TIFF"),
        b"RIFF\x04\0\0\0WAVE",
    ],
)
def test_other_formats_are_refused(data: bytes) -> None:
    assert refusal(data).reason is BadImageReason.UNKNOWN_FORMAT


@pytest.mark.parametrize("data", [b"", b"\x89PN", b"\xff", b"RI"])
def test_a_download_of_a_few_bytes_is_truncated(data: bytes) -> None:
    assert refusal(data).reason is BadImageReason.TRUNCATED


@pytest.mark.parametrize("name", EVERY_KIND)
def test_a_file_truncated_anywhere_is_refused(name: str) -> None:
    data = EVERY_KIND[name]
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
    for length in range(len(data)):
        refusal(data[:length])


@pytest.mark.parametrize("name", ["png", "apng"])
def test_any_damaged_byte_of_a_png_is_found(name: str) -> None:
    data = EVERY_KIND[name]
    for position in range(len(data)):
        damaged = bytearray(data)
        damaged[position] ^= 0x55
        refusal(bytes(damaged))


@pytest.mark.parametrize("name", EVERY_KIND)
@pytest.mark.parametrize("flip", [0x01, 0xFF])
def test_a_damaged_byte_never_crashes(name: str, flip: int) -> None:
    data = EVERY_KIND[name]
    for position in range(len(data)):
        damaged = bytearray(data)
        damaged[position] ^= flip
        try:
            found = decode_image(bytes(damaged), LIMITS)
        except BadImageError as error:
            assert error.reason in BadImageReason  # noqa: PT017 - most damage is refused, not all
        else:
            assert found.pixels.width * found.pixels.height <= LIMITS.max_pixels


@given(
    st.binary(max_size=200), st.sampled_from([PNG[:8], PNG[:33], JPEG[:2], JPEG[:160], WEBP[:12]])
)
@settings(max_examples=200)
def test_noise_after_a_valid_start_is_refused(noise: bytes, start: bytes) -> None:
    refusal(start + noise)


def test_trailing_bytes_are_tolerated() -> None:
    assert decode_image(PNG + b"\0" * 100, LIMITS).pixels.size == (24, 16)
    assert decode_image(JPEG + b"\0" * 100, LIMITS).pixels.size == (24, 16)


def test_too_many_bytes_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(PNG)
    with path.open("r+b") as file:
        file.truncate(1 << 40)  # sparse: reading it would never end
    with pytest.raises(BadImageError) as caught:
        inspect_image(path, LIMITS)
    assert caught.value.reason is BadImageReason.TOO_MANY_BYTES


@pytest.mark.parametrize(
    "data",
    [
        raw_png(png_header(60_000, 60_000), b""),
        raw_png(png_header(2**31 - 1, 2**31 - 1), b""),
        raw_png(png_header(1 << 20, 2), b""),
        b"\xff\xd8\xff\xc0\0\x0b\x08\xff\xff\xff\xff\x01\x01\x11\0\xff\xda\0\x02x\xff\xd9",
        b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff" * 6,
    ],
)
def test_a_decompression_bomb_is_refused_by_its_header(data: bytes) -> None:
    assert refusal(data).reason is BadImageReason.TOO_MANY_PIXELS


def test_pixels_up_to_the_limit_are_accepted() -> None:
    limits = ImageLimits(max_pixels=24 * 16)
    assert decode_image(PNG, limits).pixels.size == (24, 16)
    assert refusal(comfyui_png(24, 17), limits).reason is BadImageReason.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    "data",
    [
        raw_png(png_header(0, 5), b""),
        raw_png(png_header(5, 5)[:8], b""),
        raw_png(png_header(5, 5), b"\0"),
        raw_png(png_header(5, 5), b"", png.make_chunk(b"IHDR", png_header(5, 5))),
        raw_png(png_header(5, 5), b"", png.make_chunk(b"acTL", b"\0")),
        raw_png(png_header(5, 5), b"", png.make_chunk(b"ac1L", b"")),
        png.join([png.make_chunk(b"IHDR", png_header(5, 5)), png.make_chunk(b"IEND", b"")]),
        png.join([png.make_chunk(b"IEND", b"")]),
        raw_png(png_header(5, 5), b"", *[png.make_chunk(b"tEXt", b"")] * 70_000),
        jpeg.START + b"\xff\xd9",
        jpeg.START + b"\xff\xc0\0\x04\x08\0\xff\xd9",
        jpeg.START + b"\xff\xe0\0\x01\xff\xd9",
        jpeg.START + b"no marker",
        b"RIFF\x04\0\0\0WEBP",
        b"RIFF\x06\0\0\0WEBPVP",
        b"RIFF\x10\0\0\0WEBPVP8 \xff\0\0\0\0\0\0\0",
        b"RIFF\x10\0\0\0WEBPVP8 \x04\0\0\0\0\0\0\0",
        b"RIFF" + (4 + 8 * 70_000).to_bytes(4, "little") + b"WEBP" + b"JUNK\0\0\0\0" * 70_000,
    ],
)
def test_a_malformed_container_is_refused(data: bytes) -> None:
    assert refusal(data).reason in {BadImageReason.CORRUPT, BadImageReason.TRUNCATED}


def test_fill_bytes_before_a_jpeg_marker_are_allowed() -> None:
    padded = JPEG[:2] + b"\xff\xff\xff" + JPEG[2:]
    assert decode_image(padded, LIMITS).pixels.size == (24, 16)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_damaged_exif_is_ignored() -> None:
    data = encode(ramp(24, 16), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert decode_image(data, LIMITS).pixels.size == (24, 16)
