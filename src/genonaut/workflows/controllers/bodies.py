"""Bodies that are either JSON or a file."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import (
    ClientException,
    InternalServerException,
    ValidationException,
)
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    RequestBody,
    Schema,
)
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE

from genonaut.core.sizes import format_bytes
from genonaut.runtime import Runtime
from genonaut.uploads.errors import MalformedUploadError
from genonaut.uploads.receiving import FIELD, receive_file

AnyRequest = Request[Any, Any, Any]


@dataclass
class AnalysisOperation(Operation):
    """Describes the body, which the route reads as it arrives instead of as ``data``."""

    def __post_init__(self) -> None:
        """Add the body to the OpenAPI operation."""
        file = Schema(type=OpenAPIType.STRING, content_media_type="application/octet-stream")
        form = Schema(type=OpenAPIType.OBJECT, properties={FIELD: file}, required=[FIELD])
        document = Schema(type=OpenAPIType.OBJECT, description="A workflow in any format")
        self.request_body = RequestBody(
            content={
                "application/json": OpenAPIMediaType(schema=document),
                "multipart/form-data": OpenAPIMediaType(schema=form),
            },
            required=True,
        )


async def sent_object(request: AnyRequest, *, limit_bytes: int) -> dict[str, Any]:
    """Return the JSON object of a body.

    Raises:
        ClientException: it is larger than the limit (413), incomplete or not JSON (400).
        ValidationException: it is JSON, but no object.
    """
    data = bytearray()
    try:
        async for chunk in request.stream():
            data += chunk
            if len(data) > limit_bytes:
                raise ClientException(
                    detail=f"the body is larger than {format_bytes(limit_bytes)}",
                    status_code=HTTP_413_REQUEST_ENTITY_TOO_LARGE,
                )
    except InternalServerException as error:  # Litestar's error for a client that went away
        raise ClientException(detail="the body is incomplete") from error
    try:
        document = await asyncio.to_thread(msgspec.json.decode, bytes(data))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ClientException(detail="the body is not valid JSON") from error
    if not isinstance(document, dict):
        extra = [{"message": "Expected `object`", "key": "body"}]
        raise ValidationException(detail="the body is no object", extra=extra)
    return document


async def sent_file(request: AnyRequest, runtime: Runtime) -> bytes:
    """Return the file of a ``multipart/form-data`` body, at most as large as an upload."""
    async with runtime.store.staging() as path:
        received = await receive_file(
            _chunks(request),
            content_type=request.headers.get("content-type", ""),
            path=path,
            max_bytes=runtime.settings.uploads.max_bytes,
        )
        return await asyncio.to_thread(received.path.read_bytes)


async def _chunks(request: AnyRequest) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            yield chunk
    except InternalServerException as error:  # Litestar's error for a client that went away
        raise MalformedUploadError("the body is incomplete") from error
