"""Image files of every kind, and sending them."""

import io
from typing import Any

import httpx
from PIL import Image

ORIENTATION = 0x0112


def encoded(image: Image.Image, image_format: str = "PNG", **options: Any) -> bytes:
    """Return the image as a file."""
    file = io.BytesIO()
    image.save(file, image_format, **options)
    return file.getvalue()


def gradient(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Return an image of which no two columns or rows are equal."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    flat = Image.new("L", (width, height), 90)
    bands = [across, down, flat, down][: len(mode)]
    return Image.merge(mode, bands)


def decoded(data: bytes) -> Image.Image:
    """Return the pixels of a file."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


async def send(http: httpx.AsyncClient, data: bytes, name: str = "photo.png") -> httpx.Response:
    """Upload a file."""
    return await http.post("/uploads/", files={"file": (name, data)})


async def uploaded(http: httpx.AsyncClient, data: bytes, name: str = "photo.png") -> dict[str, Any]:
    """Upload a file that is accepted; return its view."""
    answer = await send(http, data, name)
    assert answer.status_code in {200, 201}, answer.text
    view: dict[str, Any] = answer.json()
    return view
