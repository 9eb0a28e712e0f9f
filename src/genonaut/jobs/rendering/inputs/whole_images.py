"""Images that nodes of a workflow load: unchanged but for their format."""

import io

from PIL import Image

from genonaut.storage.images import ImageLimits, decode_image

_EIGHT_BIT = frozenset({"RGB", "RGBA"})


def as_png(data: bytes, limits: ImageLimits) -> bytes:
    """Return an image as PNG with 8 bits per channel: ComfyUI reads JPEG and grey images differently.

    Raises:
        BadImageError: it does not decode.
    """
    decoded = decode_image(data, limits)
    pixels = decoded.pixels
    if decoded.format.mime == "image/png" and pixels.mode in _EIGHT_BIT:
        return data
    has_alpha = "A" in pixels.getbands() or "transparency" in pixels.info
    if pixels.mode == "I;16":  # convert() would clip everything above 255 to white
        pixels = pixels.point(lambda value: value / 256).convert("L")
    made: Image.Image = pixels.convert("RGBA" if has_alpha else "RGB")
    file = io.BytesIO()
    made.save(file, "PNG", compress_level=1)
    return file.getvalue()
