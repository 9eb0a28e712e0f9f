"""Draws the picture of a request."""

from PIL import Image

from genonaut.simulator.picture.request import PictureRequest


def draw(request: PictureRequest) -> Image.Image:
    """Return the finished RGB picture, (width, height) in pixels as requested."""
    dice = request.dice("sky")
    small = Image.new("RGB", (2, 4))
    small.putdata(
        [(dice.randrange(256), dice.randrange(256), dice.randrange(256)) for _ in range(8)]
    )
    return small.resize((request.width, request.height), Image.Resampling.BICUBIC)
