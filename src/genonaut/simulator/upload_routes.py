"""Routes /upload/image and /upload/mask. Source: ComfyUI server.py; statuses are the recorded ones."""

import io
import json
from pathlib import Path

import msgspec
from aiohttp import web
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from genonaut.simulator.files import Folders
from genonaut.simulator.middleware import SERVER

routes = web.RouteTableDef()


class _Upload(msgspec.Struct, frozen=True):
    """One upload: where it goes, and its bytes."""

    path: Path
    subfolder: str
    kind: str
    data: bytes

    def answer(self) -> web.Response:
        """Return the name under which the upload is stored."""
        return web.json_response(
            {"name": self.path.name, "subfolder": self.subfolder, "type": self.kind}
        )


@routes.post("/upload/image")
async def upload_image(request: web.Request) -> web.Response:
    """Store an upload; other content under an existing name gets a number."""
    folders = request.app[SERVER].folders
    fields, data = await _fields(request)
    upload = _located(folders, fields, data)
    if upload is None:
        return web.Response(status=400)
    upload.path.write_bytes(upload.data)
    return upload.answer()


@routes.post("/upload/mask")
async def upload_mask(request: web.Request) -> web.Response:
    """Store the colours of an earlier file with the alpha channel of the upload.

    Answers 200 without writing anything if the earlier file is missing or refused (observed).
    """
    folders = request.app[SERVER].folders
    fields, data = await _fields(request)
    upload = _located(folders, fields, data)
    if upload is None:
        return web.Response(status=400)
    original = _original(folders, json.loads(fields["original_ref"]))
    if original is not None:
        await request.app[SERVER].run_in_thread(lambda: _masked(upload, original))
    return upload.answer()


async def _fields(request: web.Request) -> tuple[dict[str, str], bytes | None]:
    """Return the text fields, with the name of the file under ``image``, and its bytes.

    A body above the size limit is answered with 413.
    """
    form = await request.post()
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    file = form.get("image")
    if file is None:
        return fields, None
    if not isinstance(file, web.FileField):  # without a name, aiohttp takes it for a value
        raise TypeError("the file has no name")
    return fields | {"image": file.filename}, file.file.read()


def _located(folders: Folders, fields: dict[str, str], data: bytes | None) -> _Upload | None:
    """Return where an upload goes; None if it has no file or leads out of its folder.

    Raises:
        ValueError: An unknown type, for which ComfyUI answers 500.
    """
    if data is None:
        return None
    kind, subfolder, name = (
        fields.get("type", "input"),
        fields.get("subfolder", ""),
        fields["image"],
    )
    if folders.of_type(kind) is None:
        raise ValueError(f"unknown type {kind!r}")
    path = folders.inside(kind, subfolder, name)
    folder = folders.inside(kind, subfolder)
    if folder is None or path is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    if fields.get("overwrite") not in {"true", "1"}:
        path = _free_name(path, data)
    return _Upload(path, subfolder, kind, data)


def _free_name(path: Path, data: bytes) -> Path:
    """Return a path that is unused or already has the same content."""
    candidate, count = path, 0
    while candidate.exists() and candidate.read_bytes() != data:
        count += 1
        candidate = path.with_name(f"{path.stem} ({count}){path.suffix}")
    return candidate


def _original(folders: Folders, reference: dict[str, str]) -> Path | None:
    """Return the file of an ``original_ref``, whose type is ``output`` by default."""
    name = reference["filename"]
    if not name or name.startswith("/") or ".." in name:
        return None
    place = (reference.get("subfolder", ""), Path(name).name)
    path = folders.inside(reference.get("type", "output"), *place)
    return path if path is not None and path.is_file() else None


def _masked(upload: _Upload, original: Path) -> None:
    """Write the original with the alpha channel of the upload, and its PNG texts.

    Raises:
        ValueError: The sizes differ.
        OSError: The upload is no image.
    """
    info = PngInfo()
    with Image.open(original) as image, Image.open(io.BytesIO(upload.data)) as mask:
        for name, value in getattr(image, "text", {}).items():
            info.add_text(name, value)
        colors = image.convert("RGBA")
        colors.putalpha(mask.convert("RGBA").getchannel("A"))
        colors.save(upload.path, "PNG", compress_level=4, pnginfo=info)
