"""Operations on pixels that several nodes share."""

import random
from collections.abc import Sequence
from typing import TypeVar

from PIL import Image, ImageChops

from genonaut.simulator.errors import NodeFailedError
from genonaut.simulator.nodes.values import Images, Masks

_METHODS = {
    "nearest-exact": Image.Resampling.NEAREST,
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "area": Image.Resampling.BOX,
    "bicubic": Image.Resampling.BICUBIC,
    "bislerp": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
# A batch with more pixels fails as on a device whose memory is full.
MAX_BATCH_PIXELS = 1 << 28
LATENT_STEP_PX = 8

_Item = TypeVar("_Item")


def check_memory(width: int, height: int, count: int = 1) -> None:
    """Refuse batches that no device can hold.

    Raises:
        NodeFailedError: More than ``MAX_BATCH_PIXELS`` pixels, as torch.OutOfMemoryError.
    """
    if width * height * count > MAX_BATCH_PIXELS:
        raise NodeFailedError(
            "Allocation on device (simulated)", exception_type="torch.OutOfMemoryError"
        )


def resized(image: Image.Image, size: tuple[int, int], method: str = "bilinear") -> Image.Image:
    """Return the image in another size (at least 1x1)."""
    width, height = max(1, size[0]), max(1, size[1])
    check_memory(width, height)
    if image.size == (width, height):
        return image
    return image.resize((width, height), _METHODS.get(method, Image.Resampling.BILINEAR))


def center_cropped(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the largest centred part with the aspect ratio of ``size``.

    Source: ComfyUI comfy/utils.py, common_upscale.
    """
    width, height = image.size
    wanted = size[0] / size[1]
    x = y = 0
    if width / height > wanted:
        x = round((width - height * wanted) / 2)
    else:
        y = round((height - width / wanted) / 2)
    return image.crop((x, y, max(x + 1, width - x), max(y + 1, height - y)))


def latent_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return the size rounded down to multiples of 8, at least 8."""
    step = LATENT_STEP_PX
    return max(step, size[0] // step * step), max(step, size[1] // step * step)


def cropped_to_latent(image: Image.Image) -> Image.Image:
    """Crop around the centre to multiples of 8, as ComfyUI does before it encodes (observed)."""
    width, height = latent_size(image.size)
    x, y = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((x, y, x + width, y + height))


def cycled(items: Sequence[_Item], count: int) -> list[_Item]:
    """Return ``count`` items, starting again from the first. Source: repeat_to_batch_size."""
    return [items[index % len(items)] for index in range(count)]


def fitted_masks(masks: Masks, size: tuple[int, int], count: int) -> list[Image.Image]:
    """Return one mask per image in its size; ComfyUI stretches masks bilinearly (observed)."""
    return [resized(mask, size) for mask in cycled(masks, count)]


def rgb(image: Image.Image) -> Image.Image:
    """Return the image without alpha."""
    return image if image.mode == "RGB" else image.convert("RGB")


def blended(below: Images, above: Images, share: float) -> Images:
    """Blend two batches; the second one is brought to the first one's size and number."""
    fitting = cycled(above, len(below))
    return tuple(
        Image.blend(rgb(one), resized(rgb(other), one.size), max(0.0, min(1.0, share)))
        for one, other in zip(below, fitting, strict=True)
    )


def grain(size: tuple[int, int], seed: int) -> Image.Image:
    """Return reproducible grey noise around 128; Pillow's noise has no seed."""
    noise = random.Random(seed).randbytes(size[0] * size[1])  # noqa: S311  # protects no secret
    return Image.frombytes("L", size, noise)


def noisy(image: Image.Image, seed: int, strength: float) -> Image.Image:
    """Return the image with grey noise; ``strength`` 1 adds up to 255 levels."""
    scaled = grain(image.size, seed).point(
        [round((value - 128) * strength * 2) + 128 for value in range(256)]
    )
    return ImageChops.add(rgb(image), Image.merge("RGB", (scaled,) * 3), offset=-128)
