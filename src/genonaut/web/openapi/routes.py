"""The routes of the API's documents, which another process makes when they are requested first."""

import asyncio
import contextlib
import gzip
import sys
from typing import Any, ClassVar

import msgspec
import structlog
from litestar import Controller, Request, Response, get
from litestar.datastructures import State
from litestar.enums import OpenAPIMediaType

from genonaut.accounts.guards import PUBLIC
from genonaut.core.errors import UnavailableError
from genonaut.web.content_coding import accepts_coding

log = structlog.get_logger()
_MODULE = "genonaut.web.api_documents"
_LIMIT_SECONDS = 120


class ApiDocuments(msgspec.Struct, frozen=True):
    """The documents, compressed with gzip."""

    openapi: bytes
    page: bytes


class DocumentSource:
    """Returns the documents; they are made once per process, because no setting changes them."""

    _made: ClassVar[ApiDocuments | None] = None

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def documents(self) -> ApiDocuments:
        """Return the documents; the first call takes seconds, without blocking the event loop.

        Raises:
            UnavailableError: they could not be made.
        """
        async with self._lock:
            if DocumentSource._made is None:
                DocumentSource._made = await _make()
            return DocumentSource._made


async def _make() -> ApiDocuments:
    try:
        # -P: a file in the working directory, say redis.py, must not hide a library.
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", _MODULE),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(_LIMIT_SECONDS):
                output, errors = await process.communicate()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        if process.returncode == 0:
            return msgspec.msgpack.decode(output, type=ApiDocuments)
        reason = errors.decode(errors="replace").strip()[-1000:]
    except (OSError, TimeoutError, msgspec.DecodeError) as error:
        reason = str(error) or type(error).__name__
    log.error("openapi.failed", reason=reason)
    raise UnavailableError("the API documentation could not be made; the log has the reason")


class ApiDocumentsController(Controller):
    """Serves the OpenAPI document, and the page that shows it."""

    path = "/api/schema"
    opt = PUBLIC
    include_in_schema = False

    @get()
    async def page(self, state: State) -> Response[bytes]:
        """Return the page."""
        documents = await state.documents.documents()
        return Response(gzip.decompress(documents.page), media_type="text/html; charset=utf-8")

    @get("/openapi.json")
    async def document(self, request: Request[Any, Any, Any], state: State) -> Response[bytes]:
        """Return the OpenAPI document."""
        data: bytes = (await state.documents.documents()).openapi
        headers = {"Vary": "Accept-Encoding"}
        if accepts_coding(request.headers.get("accept-encoding", "").encode(), b"gzip"):
            headers["Content-Encoding"] = "gzip"
        else:
            data = gzip.decompress(data)
        return Response(data, media_type=OpenAPIMediaType.OPENAPI_JSON, headers=headers)
