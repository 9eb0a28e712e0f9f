"""The effect of LoRAs on an image."""

import hashlib
import random

from PIL import Image, ImageChops, ImageFilter, ImageOps

from genonaut.simulator.image.request import ImageRequest


def apply_style(image: Image.Image, request: ImageRequest) -> Image.Image:
    """Return the image with the effects of the requested LoRAs."""
    for name, strength in request.loras:
        image = _lora(image, name.lower(), max(-1.0, min(1.0, strength)))
    return image


def _lora(image: Image.Image, name: str, strength: float) -> Image.Image:
    if "ink" in name or "mono" in name or "sketch" in name:
        grey = ImageOps.colorize(
            ImageOps.autocontrast(image.convert("L")), (24, 26, 36), (246, 240, 226)
        )
        return Image.blend(image, grey, abs(strength) * 0.9)
    if "water" in name or "paint" in name:
        soft = image.filter(ImageFilter.BoxBlur(max(1, min(image.size) // 190)))
        washed = ImageChops.screen(soft, Image.new("RGB", image.size, (70, 66, 58)))
        return Image.blend(image, washed, abs(strength) * 0.85)
    if "detail" in name or "sharp" in name:
        steeper = [round((value - 128) * (1 + 0.16 * strength) + 128) for value in range(256)]
        return image.point([max(0, min(255, value)) for value in steeper] * 3)
    if "grain" in name or "film" in name:
        return _grain(image, strength)
    # Any other LoRA tints the image in a colour that depends on its name.
    tint = tuple(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:3])
    overlay = Image.new("RGB", image.size, tint)
    return Image.blend(image, ImageChops.soft_light(image, overlay), min(1.0, abs(strength) * 0.8))


def _grain(image: Image.Image, strength: float) -> Image.Image:
    size = (256, 256)
    noise = Image.frombytes("L", size, random.Random(0).randbytes(size[0] * size[1]))  # noqa: S311
    curve = [round((value - 128) * 0.12 * strength) + 128 for value in range(256)]
    tile = noise.point(curve).resize(image.size, Image.Resampling.NEAREST)
    return ImageChops.add(image, Image.merge("RGB", (tile, tile, tile)), offset=-128)
