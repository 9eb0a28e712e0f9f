"""Serve the built web app. Hashed assets are cached for a year, the page is revalidated.

Texts are sent with Brotli or gzip. The build compresses with Brotli (frontend/scripts/compress.mjs),
which Python's standard library cannot.
"""

import gzip
import mimetypes
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from litestar import HttpMethod, Request, Response, route
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from genonaut.accounts.guards import PUBLIC
from genonaut.config import project_root
from genonaut.core.errors import NotFoundError
from genonaut.web.content_coding import accepts_coding

INDEX = "index.html"
_READ = [HttpMethod.GET, HttpMethod.HEAD]
_NOT_PAGES = ("api/", "ws/", "health/", "metrics", "assets/")
_COMPRESSED_ABOVE_BYTES = 1024
_COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg+xml")
_BROTLI_SUFFIX = ".br"
_GZIP = b"gzip"
_IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATED = "no-cache"
NOT_BUILT = (
    b"<!doctype html><html lang=en><meta charset=utf-8><title>Genonaut</title>"
    b"<p>The API runs. The web app is not built: run <code>just web-build</code>, or see the "
    b"<a href=/api/schema>API documentation</a>."
)


class Asset(msgspec.Struct, frozen=True):
    """One file of the web app in memory."""

    data: bytes | None
    """The file itself; None if it is kept compressed with gzip."""
    mime: str
    cache_control: str
    compressed: Sequence[tuple[bytes, bytes]] = ()
    """Content codings and the file in each, the smallest first."""


def read_assets(folder: Path) -> dict[str, Asset]:
    """Return the files of a build by relative path; empty when there is no build."""
    if not (folder / INDEX).is_file():
        return {}
    return {
        file.relative_to(folder).as_posix(): _asset(file, folder)
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith(".") and not _is_compressed(file)
    }


def find_build() -> Path:
    """Return the folder of the build: in the checkout, else in the installed package."""
    root = project_root()
    checkout = root / "frontend" / "dist"
    return checkout if (root / "frontend").is_dir() else root / "web"


def spa_routes(assets: Mapping[str, Asset]) -> list[HTTPRouteHandler]:
    """Return the routes of the web app; every path that is not a file serves the page."""

    @route("/", http_method=_READ, include_in_schema=False, opt=PUBLIC)
    async def index(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Serve the page."""
        return _page(request, assets)

    @route("/{path:path}", http_method=_READ, include_in_schema=False, opt=PUBLIC)
    async def file(request: Request[Any, Any, Any], path: FromPath[str]) -> Response[bytes]:
        """Serve a file, or the page for a route of the app."""
        name = path.lstrip("/")
        asset = assets.get(name)
        if asset is not None:
            return _answer(request, asset)
        if name.startswith(_NOT_PAGES) or "text/html" not in request.headers.get("accept", ""):
            raise NotFoundError(f"there is no resource at /{name}")
        return _page(request, assets)

    return [index, file]


def _page(request: Request[Any, Any, Any], assets: Mapping[str, Asset]) -> Response[bytes]:
    asset = assets.get(INDEX) or Asset(NOT_BUILT, "text/html", _REVALIDATED)
    return _answer(request, asset)


def _answer(request: Request[Any, Any, Any], asset: Asset) -> Response[bytes]:
    headers = {"Cache-Control": asset.cache_control, "Vary": "Accept-Encoding"}
    accepted = request.headers.get("accept-encoding", "").encode()
    for coding, data in asset.compressed:
        if accepts_coding(accepted, coding):
            headers["Content-Encoding"] = coding.decode()
            return Response(data, media_type=asset.mime, headers=headers)
    return Response(plain_file(asset), media_type=asset.mime, headers=headers)


def plain_file(asset: Asset) -> bytes:
    """Return the file for the few clients that accept no coding."""
    if asset.data is not None:
        return asset.data
    return gzip.decompress(dict(asset.compressed)[_GZIP])


def _is_compressed(file: Path) -> bool:
    """Return whether a file is the compressed form of the one beside it."""
    return file.suffix == _BROTLI_SUFFIX and file.with_suffix("").is_file()


def _asset(file: Path, folder: Path) -> Asset:
    data = file.read_bytes()
    mime = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    is_hashed = file.relative_to(folder).parts[0] == "assets"
    compressed = []
    if len(data) > _COMPRESSED_ABOVE_BYTES and mime.startswith(_COMPRESSIBLE):
        brotli = file.with_name(file.name + _BROTLI_SUFFIX)
        if brotli.is_file():
            compressed.append((b"br", brotli.read_bytes()))
        compressed.append((_GZIP, gzip.compress(data, 9, mtime=0)))
    charset = "; charset=utf-8" if mime.startswith("text/") else ""
    smaller = [one for one in compressed if len(one[1]) < len(data)]
    return Asset(
        None if _GZIP in dict(smaller) else data,
        mime + charset,
        _IMMUTABLE if is_hashed else _REVALIDATED,
        sorted(smaller, key=lambda one: len(one[1])),
    )
