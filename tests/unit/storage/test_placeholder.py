"""The placeholder of an image from which none could be made."""

from PIL import Image

from genonaut.storage.placeholder import make_placeholder
from genonaut.storage.processing import UNKNOWN_PLACEHOLDER


def test_an_unknown_image_has_the_placeholder_of_a_grey_pixel() -> None:
    assert make_placeholder(Image.new("RGB", (1, 1), (128, 128, 128))) == UNKNOWN_PLACEHOLDER
