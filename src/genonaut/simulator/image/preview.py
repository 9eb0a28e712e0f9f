"""Previews: the finished image under noise that decreases with every step."""

import io
import random

from PIL import Image

PREVIEW_EDGE = 512  # long side in pixels; smaller images are scaled up (observed, ComfyUI 0.3.64)


def preview_jpeg(image: Image.Image, progress: float, seed: int) -> bytes:
    """Return a JPEG of the image at ``progress`` (0..1; 1 is nearly sharp)."""
    width, height = preview_size(image.size)
    # As in a latent preview, the detail increases with progress.
    edge = round(8 * 2 ** (progress * 3.6))
    scale = edge / max(width, height)
    small = image.resize(
        (max(1, round(width * scale)), max(1, round(height * scale))), reducing_gap=1.0
    )
    strength = (1 - progress) ** 1.5 * 0.7
    if strength > 0:
        noise = random.Random(seed).randbytes(small.width * small.height * 3)  # noqa: S311
        small = Image.blend(small, Image.frombytes("RGB", small.size, noise), strength)
    out = io.BytesIO()
    small.resize((width, height), Image.Resampling.BILINEAR).save(out, "JPEG", quality=80)
    return out.getvalue()


def preview_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return (width, height) of a preview in pixels."""
    factor = PREVIEW_EDGE / max(size)
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
