"""Route /view. Source: ComfyUI server.py."""

import io
import mimetypes
from pathlib import Path

from aiohttp import web
from PIL import Image

from genonaut.simulator.faults import FaultKind
from genonaut.simulator.files import Folders
from genonaut.simulator.middleware import SERVER, cut_connection
from genonaut.simulator.releases import FORCED_DOWNLOADS
from genonaut.simulator.simulated_server import SimulatorServer

routes = web.RouteTableDef()

# Types that Python's table lacks or names differently (observed).
_TYPES = {
    ".avif": "image/avif", ".csv": "text/csv", ".exr": "image/aces", ".flac": "audio/flac",
    ".glb": "model/gltf-binary", ".latent": "application/octet-stream", ".md": "text/markdown",
    ".mkv": "video/x-matroska", ".opus": "audio/ogg", ".ply": "application/octet-stream",
    ".wav": "audio/x-wav", ".webm": "video/webm", ".webp": "image/webp",
}  # fmt: skip
_ACTIVE = {".css", ".htm", ".html", ".js", ".svg", ".xml"}


@routes.get("/view")
async def view(request: web.Request) -> web.StreamResponse:
    """Return a file, completely, partially or re-encoded."""
    server = request.app[SERVER]
    found = _located(request, server.folders)
    if isinstance(found, int):
        return web.Response(status=found)
    path = found
    text = server.input_texts_by_file.get(path, "")
    damaged = await _damaged(request, server, path, text)
    if damaged is not None:
        return damaged
    disposition = {"Content-Disposition": f'filename="{path.name}"'}
    encoded = await server.run_in_thread(lambda: _encoded(request, path))
    if encoded is not None:
        body, content_type = encoded
        return web.Response(body=body, content_type=content_type, headers=disposition)
    return web.FileResponse(path, headers=disposition | _type_headers(request, server, path))


def _type_headers(request: web.Request, server: SimulatorServer, path: Path) -> dict[str, str]:
    """Return the content type; newer releases let nothing run in a browser (observed)."""
    ending = path.suffix.lower()
    kind = _TYPES.get(ending, mimetypes.guess_type(path.name)[0] or "application/octet-stream")
    if not server.has(FORCED_DOWNLOADS):
        return {"Content-Type": kind}
    is_image_tag = ending == ".svg" and request.headers.get("Sec-Fetch-Dest") == "image"
    if ending not in _ACTIVE or is_image_tag:
        return {"Content-Type": kind, "X-Content-Type-Options": "nosniff"}
    return {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f'attachment; filename="{path.name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }


def _located(request: web.Request, folders: Folders) -> Path | int:
    """Return the path, or the status of the refusal."""
    if "filename" not in request.query:
        return 404
    name, kind = _annotated(request.query["filename"], request.query.get("type", "output"))
    if not name or name.startswith("/") or ".." in name or folders.of_type(kind) is None:
        return 400
    subfolder = request.query.get("subfolder", "")
    if folders.inside(kind, subfolder) is None:
        return 403
    path = folders.inside(kind, subfolder, Path(name).name)
    return path if path is not None and path.is_file() else 404


def _annotated(name: str, kind: str) -> tuple[str, str]:
    """Split ``example.png [input]`` into name and type."""
    for folder in ("output", "input", "temp"):
        suffix = f"[{folder}]"
        if name.endswith(suffix):
            return name.removesuffix(suffix).rstrip(), folder
    return name, kind


def _encoded(request: web.Request, path: Path) -> tuple[bytes, str] | None:
    """Return the image re-encoded, None if the file itself is requested."""
    channel = request.query.get("channel", "rgba")
    out = io.BytesIO()
    if "preview" in request.query:
        options_text = request.query["preview"].split(";")
        # Any other format becomes WebP, and so does an image that may need transparency.
        jpeg = options_text[0] == "jpeg" and "a" not in request.query.get("channel", "")
        quality = int(options_text[-1]) if options_text[-1].isdecimal() else 90
        with Image.open(path) as image:
            converted = image.convert("RGB") if jpeg or channel == "rgb" else image
            converted.save(out, "JPEG" if jpeg else "WEBP", quality=quality)
        return out.getvalue(), "image/jpeg" if jpeg else "image/webp"
    if channel not in {"rgb", "a"}:
        return None
    with Image.open(path) as image:
        if channel == "rgb":
            converted = image.convert("RGB")
        else:
            converted = Image.new("RGBA", image.size)
            converted.putalpha(image.convert("RGBA").getchannel("A"))
        converted.save(out, "PNG")
    return out.getvalue(), "image/png"


async def _damaged(
    request: web.Request, server: SimulatorServer, path: Path, text: str
) -> web.StreamResponse | None:
    """Return the response of a planned fault, None if no fault applies."""
    slow = server.faults.trigger(FaultKind.SLOW_VIEW, text)
    if slow is not None:
        await server.wait_for_fault(slow)
    if server.faults.trigger(FaultKind.VIEW_MISSING, text) is not None:
        return web.Response(status=404)
    if server.faults.trigger(FaultKind.NOT_AN_IMAGE, text) is not None:
        return web.Response(body=b"not an image\n" * 64, content_type="image/png")
    if server.faults.trigger(FaultKind.WRONG_IMAGE, text) is not None:
        out = io.BytesIO()
        Image.new("RGB", (96, 64), (200, 30, 30)).save(out, "PNG")
        return web.Response(body=out.getvalue(), content_type="image/png")
    data = await server.run_in_thread(path.read_bytes)
    if server.faults.trigger(FaultKind.SHORT_FILE, text) is not None:
        return web.Response(body=data[: len(data) // 2], content_type="image/png")
    if server.faults.trigger(FaultKind.TRUNCATED, text) is not None:
        response = web.StreamResponse(headers={"Content-Type": "image/png"})
        response.content_length = len(data)
        await response.prepare(request)
        await response.write(data[: len(data) // 2])
        raise cut_connection(request)
    return None
