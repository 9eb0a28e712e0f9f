"""Routes for models, nodes and system information. Source: ComfyUI server.py and app/model_manager.py."""

import asyncio
import io
from functools import cache
from typing import Any

from aiohttp import web

from genonaut.simulator.image.drawing import draw_image
from genonaut.simulator.image.request import ImageRequest
from genonaut.simulator.middleware import SERVER
from genonaut.simulator.model_folders import FOLDERS, LEGACY_FOLDERS, NEWER_FOLDERS
from genonaut.simulator.releases import NODES
from genonaut.simulator.websocket_routes import features_of

routes = web.RouteTableDef()

_PREVIEW_PX = 384
MEMORY_BYTES = 17_179_869_184  # of the simulated machine


@routes.get("/models")
async def model_folders(request: web.Request) -> web.Response:
    """Return the names of the model folders."""
    current = NEWER_FOLDERS if request.app[SERVER].has(NODES) else ()
    return web.json_response([*FOLDERS, *current])


@routes.get("/models/{folder}")
async def model_names(request: web.Request) -> web.Response:
    """Return the file names of one folder."""
    model_folders = request.app[SERVER].model_folders
    folder = request.match_info["folder"]
    if not model_folders.has_folder(folder):
        return web.Response(status=404)
    return web.json_response(model_folders.names(folder))


@routes.get("/embeddings")
async def embeddings(request: web.Request) -> web.Response:
    """Return the embeddings without suffixes."""
    names = request.app[SERVER].model_folders.names("embeddings")
    return web.json_response([name.rsplit(".", 1)[0] for name in names])


@routes.get("/experiment/models")
async def model_folders_in_detail(_request: web.Request) -> web.Response:
    """Return the folders with their simulated directories."""
    hidden = {"configs", "custom_nodes"}
    return web.json_response(
        [
            {"name": name, "folders": [f"/simulated/models/{name}"]}
            for name in FOLDERS
            if name not in hidden
        ]
    )


@routes.get("/experiment/models/{folder}")
async def models_in_detail(request: web.Request) -> web.Response:
    """Return the models of one folder with size and time."""
    model_folders = request.app[SERVER].model_folders
    folder = request.match_info["folder"]
    if not model_folders.has_folder(folder) or folder in LEGACY_FOLDERS:
        return web.Response(status=404)
    return web.json_response(
        [
            {
                "name": model.name,
                "pathIndex": 0,
                "modified": model.modified,
                "created": model.modified,
                "size": model.size_bytes,
            }
            for model in model_folders.of(folder)
        ]
    )


@routes.get("/experiment/models/preview/{folder}/{path_index}/{filename:.*}")
async def model_preview(request: web.Request) -> web.Response:
    """Return the preview image of a model as WebP, or 404."""
    server = request.app[SERVER]
    place = request.match_info
    subject = server.model_folders.preview_prompt(
        place["folder"], int(place["path_index"]), place["filename"]
    )
    if not subject:
        return web.Response(status=404)
    loop = asyncio.get_running_loop()
    data = await loop.run_in_executor(server.image_executor, _draw_webp, subject)
    return web.Response(body=data, content_type="image/webp")


@cache
def _draw_webp(subject: str) -> bytes:
    out = io.BytesIO()
    draw_image(ImageRequest(subject, width=_PREVIEW_PX, height=_PREVIEW_PX)).save(out, "WEBP")
    return out.getvalue()


@routes.get("/view_metadata/{folder}")
async def model_metadata(request: web.Request) -> web.Response:
    """Return the safetensors metadata of one model, or 404 (see ModelFolders.metadata)."""
    name = request.query.get("filename", "")
    metadata = request.app[SERVER].model_folders.metadata(request.match_info["folder"], name)
    return web.Response(status=404) if metadata is None else web.json_response(metadata)


@routes.get("/object_info")
async def all_nodes(request: web.Request) -> web.Response:
    """Return all node definitions."""
    return web.json_response(request.app[SERVER].nodes.all())


@routes.get("/object_info/{node}")
async def one_node(request: web.Request) -> web.Response:
    """Return one node definition, or ``{}``."""
    name = request.match_info["node"]
    definition = request.app[SERVER].nodes.get(name)
    return web.json_response({} if definition is None else {name: definition})


@routes.get("/features")
async def features(request: web.Request) -> web.Response:
    """Return the feature flags that are negotiated over the websocket."""
    return web.json_response(features_of(request.app[SERVER]))


@routes.get("/system_stats")
async def system_stats(request: web.Request) -> web.Response:
    """Return version and devices."""
    options = request.app[SERVER].options
    device: dict[str, Any] = {
        "name": f"{options.name} (simulated)",
        "type": "cpu",
        "index": None,
        "vram_total": MEMORY_BYTES,
        "vram_free": MEMORY_BYTES,
        "torch_vram_total": MEMORY_BYTES,
        "torch_vram_free": MEMORY_BYTES,
    }
    system = {
        "os": "nt" if options.windows else "posix",
        "ram_total": MEMORY_BYTES,
        "ram_free": MEMORY_BYTES,
        "comfyui_version": options.version,
        "required_frontend_version": "1.27.10",
        "installed_templates_version": None,
        "required_templates_version": "0.1.95",
        "python_version": "simulated",
        "pytorch_version": "simulated",
        "embedded_python": False,
        "argv": ["main.py", "--preview-method", "auto" if options.previews else "none"],
    }
    return web.json_response({"system": system, "devices": [device]})


@routes.get("/")
async def index(_request: web.Request) -> web.Response:
    """Return a page that names the simulator, for a visit with a browser."""
    return web.Response(
        content_type="text/html",
        text="<!doctype html><title>ComfyUI simulator</title><p>Genonaut's ComfyUI simulator."
        ' It has no user interface; see <a href="/simulator/state">its state</a>.\n',
    )
