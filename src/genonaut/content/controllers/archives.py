"""The route that downloads many files as a zip."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.response import Stream
from msgspec import UNSET, UnsetType

from genonaut.accounts.guards import READING
from genonaut.accounts.identity import Identity
from genonaut.content.archives import in_turn, matching_files, visible_files
from genonaut.content.bulk_selection import BulkFilter, Ids, Matching, read_selection
from genonaut.content.file_access import FileAccess, FileItem
from genonaut.content.zip_stream import archive_name, zip_files
from genonaut.core.schemas import RequestBody
from genonaut.runtime import Runtime

ZIP = "application/zip"


class DownloadSubmit(RequestBody, frozen=True):
    """Items to download: up to 500 ``ids``, or all own items that match a ``filter``."""

    ids: Ids | UnsetType = UNSET
    filter: BulkFilter | UnsetType = UNSET

    def selection(self, owner_id: UUID) -> Sequence[int] | Matching:
        """Return the ids, or the filter.

        Raises:
            InvalidInputError: both or none are given, or the filter is not valid.
        """
        return read_selection(self.ids, self.filter, None, owner_id)


class ArchiveController(Controller):
    """Many files at once."""

    path = "/content"
    tags = ("content",)

    @post(
        "/download",
        status_code=200,
        opt=READING,
        media_type=ZIP,
        summary="Download many files as a zip",
    )
    async def download(
        self,
        data: JSONBody[DownloadSubmit],
        identity: NamedDependency[Identity],
        file_access: NamedDependency[FileAccess],
    ) -> Response[Any]:
        """Stream the files of up to 500 items by ``ids``, or of all own items that match a ``filter``.

        Missing and damaged files are listed in ``missing-files.txt`` of the archive.
        """
        selected = data.selection(identity.user_id)
        if isinstance(selected, Matching):
            files = matching_files(file_access.runtime, selected)
        else:
            files = in_turn(await visible_files(file_access, selected))
        return zip_response(file_access.runtime, files, "images")


def zip_response(runtime: Runtime, files: AsyncIterator[FileItem], title: str) -> Response[Any]:
    """Return the response that streams an archive of the files."""
    headers = {
        "Content-Disposition": f'attachment; filename="{archive_name(title)}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Stream(zip_files(runtime, files), media_type=ZIP, headers=headers)
