"""Which pixels of a mask are painted."""

from __future__ import annotations

from genonaut.storage.images import ImageLimits, decode_image
from genonaut.storage.pillow import Image


def painted_channel(image: Image.Image, *, by_alpha: bool) -> Image.Image:
    """Return an 8-bit greyscale image that is white where a mask is to be painted.

    Args:
        image: a decoded mask, white where it is to be painted; transparent pixels are not.
        by_alpha: the mask is instead the alpha channel: transparent where it is to be painted.
    """
    rgba = image.convert("RGBA")
    alpha = rgba.getchannel("A")
    if by_alpha:
        return Image.eval(alpha, lambda value: 255 - value)
    black = Image.new("L", rgba.size, 0)
    return Image.composite(rgba.convert("L"), black, alpha)


def paints_nothing(data: bytes, limits: ImageLimits, *, by_alpha: bool) -> bool:
    """Return whether no pixel of a mask file is painted; arguments as of `painted_channel`.

    Raises:
        BadImageError: not an accepted image.
    """
    pixels = decode_image(data, limits).pixels
    return painted_channel(pixels, by_alpha=by_alpha).getbbox() is None
