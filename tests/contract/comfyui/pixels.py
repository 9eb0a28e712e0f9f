"""Images of the contract suite: uploads of pixels and downloads of results."""

import io
from typing import Any
from uuid import uuid4

import aiohttp
from PIL import Image
from tests.contract.comfyui.protocol_client import Graph, Server


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def checkered(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """Return an image without two equal neighbours, so that a shift or a scale shows."""
    width, height = size
    data = bytes(
        value
        for y in range(height)
        for x in range(width)
        for value in ((x * 37 + y * 11) % 256, (x * 5 + y * 29) % 256, (x * y) % 256)
    )
    return Image.frombytes("RGB", size, data).convert(mode)


async def upload(
    server: Server, data: bytes, name: str = "", *, route: str = "image", **fields: str
) -> tuple[int, Any]:
    """Upload a file; return the status and the JSON answer of a success."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("image", io.BytesIO(data), filename=name or f"{uuid4().hex}.png")
    for field, value in fields.items():
        form.add_field(field, value)
    async with server.http.post(f"{server.url}/upload/{route}", data=form) as reply:
        return reply.status, await reply.json() if reply.status == 200 else None


async def uploaded(server: Server, image: Image.Image, *, subfolder: str = "contract") -> str:
    """Upload an image as PNG; return its name for LoadImage."""
    status, answer = await upload(server, png(image), subfolder=subfolder)
    assert status == 200
    name: str = answer["name"]
    return f"{subfolder}/{name}" if subfolder else name


async def downloaded(server: Server, item: dict[str, str]) -> bytes:
    query = {name: item[name] for name in ("filename", "subfolder", "type")}
    async with server.http.get(f"{server.url}/view", params=query) as reply:
        assert reply.status == 200, item
        return await reply.read()


async def images_of(server: Server, entry: dict[str, Any], node: str) -> list[Image.Image]:
    """Return the images that a save node of a finished run wrote."""
    found = []
    assert node in entry["outputs"], entry["status"]
    for item in entry["outputs"][node]["images"]:
        with Image.open(io.BytesIO(await downloaded(server, item))) as image:
            image.load()
            found.append(image.copy())
    return found


def node(class_type: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs}


def saving(graph: Graph, source: list[Any], *, is_mask: bool = False) -> Graph:
    """Return the graph with a node ``save`` that writes an image, or a mask as an image."""
    save = node("SaveImage", images=source, filename_prefix=f"contract/{uuid4().hex}")
    if is_mask:
        save["inputs"]["images"] = ["mask_image", 0]
        return graph | {"mask_image": node("MaskToImage", mask=source), "save": save}
    return graph | {"save": save}


async def result(
    server: Server, graph: Graph, source: list[Any], *, is_mask: bool = False
) -> Image.Image:
    """Run a graph; return the first image of one of its outputs."""
    entry = await server.run(saving(graph, source, is_mask=is_mask))
    return (await images_of(server, entry, "save"))[0]
