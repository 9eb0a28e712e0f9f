"""The route that imports files."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Request, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from genonaut.accounts.guards import READING
from genonaut.accounts.identity import Identity
from genonaut.imports.schemas import ImportView, InspectedView, KnownSubmit, KnownView
from genonaut.imports.service import ImportService
from genonaut.metadata import MAX_SIDECAR_BYTES
from genonaut.runtime import Runtime
from genonaut.uploads.controllers import FileOperation, body_of
from genonaut.uploads.receiving import FIELD, MULTIPART_BYTES, SIDECAR_FIELD, too_large

_FORM_BYTES = MULTIPART_BYTES + MAX_SIDECAR_BYTES


@dataclass
class ImportOperation(FileOperation):
    """Describes the body of a route that takes a file and the text beside it."""

    fields: ClassVar[tuple[str, ...]] = (FIELD, SIDECAR_FIELD)


class ImportController(Controller):
    """Files of other programs for the gallery."""

    path = "/imports"
    tags = ("content",)

    @post(
        "/",
        status_code=200,
        request_max_body_size=None,
        operation_class=ImportOperation,
        summary="Import images into the gallery",
    )
    async def import_files(
        self,
        request: Request[Any, Any, Any],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
    ) -> ImportView:
        """Import the field ``file`` of a ``multipart/form-data`` body: an image, or a zip of images.

        Files are stored as they are, with their metadata; prompt and settings are read from them, or from
        the text in the field ``sidecar``, of at most 1 MiB, that programs write beside an image. Bytes that the caller has already are not stored again, so an import can be repeated.
        """
        limit = runtime.settings.imports.max_bytes
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > limit + _FORM_BYTES:
            raise too_large(limit, setting="imports.max_bytes")
        service = ImportService(runtime, owner_id=identity.user_id)
        found = await service.accept(
            body_of(request), content_type=request.headers.get("content-type", "")
        )
        return ImportView.of(found)

    @post(
        "/inspect",
        status_code=200,
        opt=READING,
        request_max_body_size=None,
        operation_class=ImportOperation,
        summary="Read the prompt and settings of a file",
    )
    async def inspect(
        self,
        request: Request[Any, Any, Any],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
    ) -> InspectedView:
        """Read the fields ``file`` and ``sidecar`` of a ``multipart/form-data`` body; nothing is stored."""
        limit = runtime.settings.storage.max_image_bytes
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > limit + _FORM_BYTES:
            raise too_large(limit, setting="storage.max_image_bytes")
        service = ImportService(runtime, owner_id=identity.user_id)
        found = await service.inspect(
            body_of(request), content_type=request.headers.get("content-type", "")
        )
        return InspectedView.of(found)

    @post("/known", status_code=200, opt=READING, summary="Find files that were imported before")
    async def find_known(
        self,
        data: JSONBody[KnownSubmit],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
    ) -> KnownView:
        """Return which of up to 500 files the caller has, also in the trash: they need not be sent."""
        service = ImportService(runtime, owner_id=identity.user_id)
        return KnownView(items=await service.known(data.sha256))
