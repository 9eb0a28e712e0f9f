import base64
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image, ImageCms
from tests.unit.storage.sample_images import LIMITS, decoded, encode, png_header, ramp, raw_png

from genonaut.storage.errors import BadImageError
from genonaut.storage.images import decode_image
from genonaut.storage.placeholder import make_placeholder
from genonaut.storage.thumbnails import (
    ThumbnailSize,
    as_jpeg,
    begin_thumbnails,
    flatten,
    make_thumbnails,
)

RED = (200, 30, 40)


def close(found: object, wanted: tuple[int, ...]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(a - b) <= 6 for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((2000, 1000), [(256, 128), (512, 256), (1024, 512)]),
        ((768, 1024), [(192, 256), (384, 512), (768, 1024)]),
        ((300, 200), [(256, 171), (300, 200), (300, 200)]),
        ((1, 1), [(1, 1), (1, 1), (1, 1)]),
        ((5000, 3), [(256, 1), (512, 1), (1024, 1)]),
        ((2, 3000), [(1, 256), (1, 512), (1, 1024)]),
    ],
)
def test_longest_edges_fit_and_nothing_is_enlarged(
    size: tuple[int, int], wanted: list[tuple[int, int]]
) -> None:
    made = make_thumbnails(Image.new("RGB", size)).encoded
    assert [thumbnail.size for thumbnail in made] == list(ThumbnailSize)
    assert [(thumbnail.width, thumbnail.height) for thumbnail in made] == wanted
    for thumbnail in made:
        image = decoded(thumbnail.data)
        assert (image.format, image.size) == ("WEBP", (thumbnail.width, thumbnail.height))
        assert thumbnail.longest_edge_px == max(image.size)


def test_equal_thumbnails_share_their_bytes() -> None:
    small, medium, large = make_thumbnails(ramp(400, 300)).encoded
    assert medium.data is large.data
    assert small.data is not medium.data


@pytest.mark.parametrize("size", [(400, 300), (40, 30), (1500, 200)])
def test_thumbnails_are_the_same_with_another_thread(size: tuple[int, int]) -> None:
    with ThreadPoolExecutor(1) as encoder:
        made = begin_thumbnails(ramp(*size), encoder).finish()
    assert made == make_thumbnails(ramp(*size)).encoded


def paletted() -> Image.Image:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, *RED])
    return image


MODES: dict[str, tuple[Callable[[], Image.Image], tuple[int, int, int]]] = {
    "1": (lambda: Image.new("1", (8, 8), 1), (255, 255, 255)),
    "L": (lambda: Image.new("L", (8, 8), 90), (90, 90, 90)),
    "P": (paletted, RED),
    "I;16": (lambda: Image.new("I;16", (8, 8), 40_000), (156, 156, 156)),
    "RGB": (lambda: Image.new("RGB", (8, 8), RED), RED),
    "LA": (lambda: Image.new("LA", (8, 8), (90, 255)), (90, 90, 90)),
    "RGBA": (lambda: Image.new("RGBA", (8, 8), (*RED, 255)), RED),
}


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_keeps_its_colours(mode: str) -> None:
    draw, colour = MODES[mode]
    pixels = decode_image(encode(draw(), "PNG"), LIMITS).pixels
    for thumbnail in make_thumbnails(pixels).encoded:
        assert close(decoded(thumbnail.data).convert("RGB").getpixel((4, 4)), colour)


def test_cmyk_becomes_rgb() -> None:
    data = encode(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", quality=95)
    small = make_thumbnails(decode_image(data, LIMITS).pixels).encoded[0]
    assert close(decoded(small.data).convert("RGB").getpixel((8, 8)), (254, 0, 0))


def test_transparency_is_kept_and_blended_over_white_for_jpeg() -> None:
    image = Image.new("RGBA", (16, 16), (*RED, 0))
    image.paste((*RED, 255), (0, 0, 8, 16))
    small = make_thumbnails(image).encoded[0]
    assert decoded(small.data).mode == "RGBA"
    jpeg = decoded(as_jpeg(small.data))
    assert (jpeg.format, jpeg.mode, jpeg.size) == ("JPEG", "RGB", (16, 16))
    assert close(jpeg.getpixel((2, 8)), RED)
    assert close(jpeg.getpixel((13, 8)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["P", "L", "RGB"])
def test_a_transparent_colour_becomes_transparency(mode: str) -> None:
    transparent = (0, 0, 0) if mode == "RGB" else 0
    data = encode(Image.new(mode, (8, 8), 0), "PNG", transparency=transparent)
    small = make_thumbnails(decode_image(data, LIMITS).pixels).encoded[0]
    pixel = decoded(small.data).convert("RGBA").getpixel((4, 4))
    assert isinstance(pixel, tuple)
    assert pixel[3] == 0


def test_flattening_keeps_an_opaque_image() -> None:
    assert flatten(ramp(4, 4)).tobytes() == ramp(4, 4).tobytes()


def test_a_rotated_photo_has_upright_thumbnails() -> None:
    photo = Image.new("RGB", (64, 32), "black")
    photo.paste(RED, (0, 0, 32, 32))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise: the left half becomes the top
    pixels = decode_image(encode(photo, "JPEG", exif=exif, quality=95), LIMITS).pixels
    small = decoded(make_thumbnails(pixels).encoded[0].data).convert("RGB")
    assert small.size == (32, 64)
    assert close(small.getpixel((16, 10)), RED)
    assert not small.getexif()


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA"])
@pytest.mark.parametrize("profile", [srgb_profile(), b"junk"])
def test_a_profile_is_applied_or_ignored_and_never_copied(mode: str, profile: bytes) -> None:
    image = Image.new("RGBA", (8, 8), (*RED, 200)).convert(mode)
    data = encode(image, "PNG", icc_profile=profile)
    small = decoded(make_thumbnails(decode_image(data, LIMITS).pixels).encoded[0].data)
    assert "icc_profile" not in small.info
    assert small.mode == ("RGBA" if "A" in mode else "RGB")
    wanted = image.convert("RGBA").getpixel((4, 4))
    assert isinstance(wanted, tuple)
    assert close(small.convert("RGBA").getpixel((4, 4)), wanted)


def test_a_wide_gamut_is_converted_to_srgb() -> None:
    profile = swapped_primaries()
    data = encode(Image.new("RGB", (8, 8), (255, 0, 0)), "PNG", icc_profile=profile)
    small = decoded(make_thumbnails(decode_image(data, LIMITS).pixels).encoded[0].data)
    assert close(small.getpixel((4, 4)), (0, 254, 1))


def swapped_primaries() -> bytes:
    """Return the sRGB profile with red and green swapped."""
    profile = bytearray(srgb_profile())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


def test_the_decoded_image_is_not_changed() -> None:
    pixels = decode_image(encode(ramp(20, 20), "PNG"), LIMITS).pixels
    pixels.info["mine"] = 1
    make_thumbnails(pixels)
    assert pixels.info["mine"] == 1
    assert pixels.tobytes() == ramp(20, 20).tobytes()


@pytest.mark.parametrize("data", [b"", b"junk", encode(ramp(4, 4), "PNG")])
def test_only_webp_becomes_jpeg(data: bytes) -> None:
    with pytest.raises(BadImageError):
        as_jpeg(data)


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        # Made by the reference port `thumbhash` 0.1.2 from the same pixels. None of their values lies
        # in the middle of two levels, where the last bit of a sum decides: Python 3.12 adds better.
        ((24, 16), "4PcNNZxhdodQiHiGeHhod6DxDPiI"),
        ((21, 24), "HwgKRhpwdxd2d1eGh5V4iHaHg5AM+Hc="),
        ((24, 1), "UfciIb6Eh4eIiAh7i4dPiAg="),
    ],
)
def test_placeholders_equal_the_reference(size: tuple[int, int], wanted: str) -> None:
    width, height = size
    image = Image.new("RGB", size)
    image.putdata(
        [
            (x * 255 // max(1, width - 1), y * 255 // max(1, height - 1), (x * 7 + y * 13) % 256)
            for y in range(height)
            for x in range(width)
        ]
    )
    assert make_placeholder(image) == wanted


@pytest.mark.parametrize("alpha", [0, 100, 255])
@pytest.mark.parametrize("size", [(1, 1), (9, 5), (256, 256), (256, 1), (1, 256)])
def test_a_placeholder_is_short_and_has_transparency(alpha: int, size: tuple[int, int]) -> None:
    raw = base64.b64decode(make_placeholder(Image.new("RGBA", size, (*RED, alpha))))
    assert 5 < len(raw) <= 27
    assert bool(raw[2] & 0x80) is (alpha < 255)
    assert bool(raw[4] & 0x80) is (size[0] > size[1])


def test_a_flat_placeholder_has_no_pattern_and_the_right_mean() -> None:
    raw = base64.b64decode(make_placeholder(Image.new("RGB", (40, 40), RED)))
    head = int.from_bytes(raw[:3], "little")
    assert (head & 63) / 63 == pytest.approx(sum(RED) / 3 / 255, abs=0.02)
    assert head >> 18 & 31 == 0
    assert set(raw[5:]) <= {0x88, 0x08}


def test_sixteen_bit_colour_makes_thumbnails() -> None:
    data = raw_png(png_header(2, 2, depth=16), (b"\0" + b"\x80\0" * 6) * 2)
    small = make_thumbnails(decode_image(data, LIMITS).pixels).encoded[0]
    assert close(Image.open(io.BytesIO(small.data)).getpixel((0, 0)), (128, 128, 128))
