"""Pixels outside of a mask equal those of the source."""

from PIL import Image, PngImagePlugin
from tests.support.uploads import encoded, gradient

from genonaut.storage.images import ImageLimits, decode_image
from genonaut.storage.kept_pixels import KeptPixels
from genonaut.storage.metadata import TextEntry, read_metadata

LIMITS = ImageLimits()


def kept() -> KeptPixels:
    mask = Image.new("L", (64, 48), 0)
    mask.paste(255, (10, 10, 30, 30))
    mask.paste(1, (30, 10, 31, 30))
    return KeptPixels(gradient(), mask)


def test_an_exact_image_keeps_its_bytes() -> None:
    image = gradient()
    image.paste("red", (10, 10, 31, 30))
    data = encoded(image)
    found, decoded = kept().restored(data, decode_image(data, LIMITS))
    assert found is data
    assert decoded.pixels.tobytes() == image.tobytes()


def test_changed_pixels_outside_are_restored_and_texts_are_kept() -> None:
    image = gradient()
    image.paste("red", (5, 5, 40, 40))
    texts = PngImagePlugin.PngInfo()
    texts.add_text("prompt", "{}")
    data = encoded(image, pnginfo=texts)
    found, decoded = kept().restored(data, decode_image(data, LIMITS))
    expected = gradient()
    expected.paste("red", (10, 10, 31, 30))
    assert decode_image(found, LIMITS).pixels.tobytes() == expected.tobytes()
    assert decoded.pixels.tobytes() == expected.tobytes()
    assert read_metadata(found) == (TextEntry("prompt", "{}"),)


def test_an_image_of_another_size_is_unchanged() -> None:
    data = encoded(gradient(32, 32))
    assert kept().restored(data, decode_image(data, LIMITS))[0] is data
