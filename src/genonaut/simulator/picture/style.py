"""How LoRAs change the look of a picture."""

import hashlib
import random

from PIL import Image, ImageChops, ImageFilter, ImageOps

from genonaut.simulator.picture.request import PictureRequest


def apply_style(picture: Image.Image, request: PictureRequest) -> Image.Image:
    """Return the picture in the manner of its LoRAs (the checkpoint chose its palette)."""
    for name, strength in request.loras:
        picture = _lora(picture, name.lower(), max(-1.0, min(1.0, strength)))
    return picture


def _lora(picture: Image.Image, name: str, strength: float) -> Image.Image:
    if "ink" in name or "mono" in name or "sketch" in name:
        grey = ImageOps.colorize(
            ImageOps.autocontrast(picture.convert("L")), (24, 26, 36), (246, 240, 226)
        )
        return Image.blend(picture, grey, abs(strength) * 0.9)
    if "water" in name or "paint" in name:
        soft = picture.filter(ImageFilter.BoxBlur(max(1, min(picture.size) // 190)))
        washed = ImageChops.screen(soft, Image.new("RGB", picture.size, (70, 66, 58)))
        return Image.blend(picture, washed, abs(strength) * 0.85)
    if "detail" in name or "sharp" in name:
        steeper = [round((value - 128) * (1 + 0.16 * strength) + 128) for value in range(256)]
        return picture.point([max(0, min(255, value)) for value in steeper] * 3)
    if "grain" in name or "film" in name:
        return _grain(picture, strength)
    # A LoRA nobody knows tints the picture in a colour of its own.
    tint = tuple(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:3])
    overlay = Image.new("RGB", picture.size, tint)
    return Image.blend(
        picture, ImageChops.soft_light(picture, overlay), min(1.0, abs(strength) * 0.8)
    )


def _grain(picture: Image.Image, strength: float) -> Image.Image:
    size = (256, 256)
    noise = Image.frombytes("L", size, random.Random(0).randbytes(size[0] * size[1]))  # noqa: S311
    curve = [round((value - 128) * 0.12 * strength) + 128 for value in range(256)]
    tile = noise.point(curve).resize(picture.size, Image.Resampling.NEAREST)
    return ImageChops.add(picture, Image.merge("RGB", (tile, tile, tile)), offset=-128)
