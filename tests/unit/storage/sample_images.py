"""Small sample images of every kind, made in memory."""

import io
import struct
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from genonaut.storage import png
from genonaut.storage.images import ImageLimits

LIMITS = ImageLimits(max_bytes=1 << 20, max_pixels=1 << 20, max_animation_pixels=1 << 21)
COMFYUI_TEXTS = {"prompt": '{"3": {"class_type": "KSampler"}}', "workflow": '{"nodes": []}'}


def ramp(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return an image in which all rows and all columns differ."""
    pixels = bytes(
        value
        for y in range(height)
        for x in range(width)
        for value in (
            x * 255 // max(1, width - 1),
            y * 255 // max(1, height - 1),
            (x * 7 + y) % 256,
        )
    )
    return Image.frombytes("RGB", (width, height), pixels).convert(mode)


def encode(image: Image.Image, image_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, image_format, **options)
    return file.getvalue()


def comfyui_png(width: int = 24, height: int = 16, **extra: str) -> bytes:
    """Return what SaveImage writes: RGB with its texts before the pixels."""
    info = PngInfo()
    for keyword, text in (COMFYUI_TEXTS | extra).items():
        info.add_text(keyword, text)
    return encode(ramp(width, height), "PNG", pnginfo=info, compress_level=4)


def raw_png(header: bytes, scanlines: bytes, *more: bytes) -> bytes:
    """Return a PNG made of the given chunks, for variants that Pillow cannot write."""
    pixels = png.make_chunk(b"IDAT", zlib.compress(scanlines))
    return png.join([png.make_chunk(b"IHDR", header), *more, pixels, png.make_chunk(b"IEND", b"")])


def png_header(width: int, height: int, *, depth: int = 8, colour: int = 2) -> bytes:
    return struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)


def animation(image_format: str, *, frames: int = 3) -> bytes:
    frame_images = [ramp(24 - step, 16).resize((24, 16)) for step in range(frames)]
    return encode(
        frame_images[0], image_format, save_all=True, append_images=frame_images[1:], duration=50
    )


def decoded(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image


def pixels_of(data: bytes) -> bytes:
    """Return every pixel as RGBA, as a viewer shows it."""
    return decoded(data).convert("RGBA").tobytes()
