"""Resize, extend and mask images; pure functions on decoded images. All sizes in pixels.

Masks are 8-bit greyscale images, white where the image is to be painted.
"""

import io

from PIL import Image, ImageChops, ImageFilter

from genonaut.jobs.image_work import Extend, Resize
from genonaut.storage.colours import as_srgb

_OPAQUE = 255
# PNG level 1: a tenth of the time of the default, a fifth more bytes.
_COMPRESSION = 1


def flat_rgb(image: Image.Image, *, keeps_hidden: bool = False) -> Image.Image:
    """Return an image as 8-bit sRGB without alpha.

    Transparent pixels are blended over white, or with ``keeps_hidden`` keep the colour that they have
    below their transparency.
    """
    image = as_srgb(image)
    if image.mode == "RGB":
        return image
    if keeps_hidden:
        return image.convert("RGB")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def placed(image: Image.Image, size: tuple[int, int], resize: Resize) -> Image.Image:
    """Return an image in another size; unchanged if it has that size.

    ``crop`` cuts around the centre, ``fit`` adds the pixels of the edges, ``stretch`` ignores the ratio.
    """
    if image.size == size:
        return image
    if resize is Resize.FIT:
        inner = _scaled(image, _inside(image.size, size), Image.Resampling.LANCZOS)
        return _with_repeated_edges(inner, size, _centre(inner.size, size))
    return _cut(image, size, resize, Image.Resampling.LANCZOS)


def placed_mask(mask: Image.Image, size: tuple[int, int], resize: Resize) -> Image.Image:
    """Return the mask of an image for the same image after `placed`; what ``fit`` adds is not painted."""
    if mask.size == size:
        return mask
    if resize is Resize.FIT:
        inner = _scaled(mask, _inside(mask.size, size), Image.Resampling.BILINEAR)
        around = Image.new("L", size, 0)
        around.paste(inner, _centre(inner.size, size))
        return around
    return _cut(mask, size, resize, Image.Resampling.BILINEAR)


def _cut(
    image: Image.Image, size: tuple[int, int], resize: Resize, filter_: Image.Resampling
) -> Image.Image:
    width, height = size
    box = (0.0, 0.0, float(image.width), float(image.height))
    if resize is Resize.CROP:
        factor = max(width / image.width, height / image.height)
        kept_width, kept_height = width / factor, height / factor
        left, top = (image.width - kept_width) / 2, (image.height - kept_height) / 2
        box = (left, top, left + kept_width, top + kept_height)
        whole = (round(left), round(top))
        if factor == 1:  # no pixel changes
            return image.crop((*whole, whole[0] + width, whole[1] + height))
    box = (max(box[0], 0.0), max(box[1], 0.0), min(box[2], image.width), min(box[3], image.height))
    return image.resize(size, filter_, box)


def _inside(size: tuple[int, int], around: tuple[int, int]) -> tuple[int, int]:
    """Return the largest size of the same ratio within another one."""
    factor = min(around[0] / size[0], around[1] / size[1])
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def _centre(inner: tuple[int, int], outer: tuple[int, int]) -> tuple[int, int]:
    return (outer[0] - inner[0]) // 2, (outer[1] - inner[1]) // 2


def _scaled(image: Image.Image, size: tuple[int, int], filter_: Image.Resampling) -> Image.Image:
    return image if image.size == size else image.resize(size, filter_)


def extended(image: Image.Image, extend: Extend) -> Image.Image:
    """Return an image with room at its edges, filled with the pixels of the edges."""
    width = image.width + extend.left + extend.right
    height = image.height + extend.top + extend.bottom
    return _with_repeated_edges(image, (width, height), (extend.left, extend.top))


def _with_repeated_edges(
    image: Image.Image, size: tuple[int, int], at: tuple[int, int]
) -> Image.Image:
    """Return a larger image with the image at a position; its edge pixels are repeated outwards."""
    width, height = size
    left, top = at
    right, bottom = left + image.width, top + image.height
    wide = Image.new(image.mode, (width, image.height))
    wide.paste(image, (left, 0))
    for edge, start, end in ((0, 0, left), (image.width - 1, right, width)):
        if end > start:
            column = image.crop((edge, 0, edge + 1, image.height))
            wide.paste(
                column.resize((end - start, image.height), Image.Resampling.NEAREST), (start, 0)
            )
    whole = Image.new(image.mode, size)
    whole.paste(wide, (0, top))
    for edge, start, end in ((0, 0, top), (image.height - 1, bottom, height)):
        if end > start:
            row = wide.crop((0, edge, width, edge + 1))
            whole.paste(row.resize((width, end - start), Image.Resampling.NEAREST), (0, start))
    return whole


def extension_mask(size: tuple[int, int], extend: Extend) -> Image.Image:
    """Return the mask of an extended image: what was added, softly continued into the image.

    Args:
        size: of the image before it is extended.
        extend: its extension; ``feather_px`` is how far the mask reaches into the image.
    """
    width, height = size
    around = (width + extend.left + extend.right, height + extend.top + extend.bottom)
    added = Image.new("L", around, _OPAQUE)
    added.paste(0, (extend.left, extend.top, extend.left + width, extend.top + height))
    return feathered(added, extend.feather_px)


def grown(mask: Image.Image, px: int) -> Image.Image:
    """Return a mask that reaches ``px`` further in every direction, diagonals included."""
    for dx, dy in ((1, 0), (0, 1)):
        covered = 0
        while covered < px:
            step = min(2 * covered + 1, px - covered)
            moved = [_moved(mask, sign * step * dx, sign * step * dy) for sign in (1, -1)]
            mask = ImageChops.lighter(mask, ImageChops.lighter(*moved))
            covered += step
    return mask


def _moved(mask: Image.Image, dx: int, dy: int) -> Image.Image:
    """Return a mask moved by some pixels; what enters at the edges is not painted."""
    moved = Image.new("L", mask.size, 0)
    moved.paste(mask, (dx, dy))
    return moved


def feathered(mask: Image.Image, px: int) -> Image.Image:
    """Return a mask whose edge falls to 0 within ``px`` outside of it; the mask itself is unchanged.

    Farther than ``px`` away every pixel is exactly 0.
    """
    half = px // 2
    if not half:
        return mask
    soft = grown(mask, half).filter(ImageFilter.BoxBlur(half))
    # Rounding of the filter must neither weaken the mask nor reach beyond ``px``.
    limit = grown(mask, 2 * half)
    return ImageChops.darker(ImageChops.lighter(soft, mask), limit)


def mask_png(mask: Image.Image) -> bytes:
    """Return a mask as ComfyUI reads it exactly: an RGBA PNG, transparent where it is painted."""
    alpha = ImageChops.invert(mask)
    black = Image.new("L", mask.size, 0)
    return encode(Image.merge("RGBA", (black, black, black, alpha)))


def encode(image: Image.Image) -> bytes:
    """Return an image as PNG, without any metadata."""
    image.info = {}
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=_COMPRESSION)
    return file.getvalue()
