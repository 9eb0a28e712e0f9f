"""HTTP bodies of imports."""

from collections.abc import Sequence

from genonaut.core.schemas import View
from genonaut.imports.service import ImportedFile, ImportStatus


class ImportedFileView(View, frozen=True):
    """The outcome for one file.

    ``content_id`` is the new item, or the one that has the same bytes already. ``program`` wrote the file,
    as far as its metadata say. ``reason`` says why a file was refused.
    """

    name: str
    status: ImportStatus
    content_id: int | None
    program: str | None
    reason: str | None


class ImportView(View, frozen=True):
    """One outcome per file, in the order of the archive."""

    items: list[ImportedFileView]
    counts: dict[ImportStatus, int]

    @classmethod
    def of(cls, found: Sequence[ImportedFile]) -> "ImportView":
        """Return the view of the outcomes."""
        items = [
            ImportedFileView(
                name=one.name.replace("\0", "").encode("utf-8", "replace").decode(),
                status=one.status,
                content_id=one.content_id,
                program=one.program,
                reason=one.reason,
            )
            for one in found
        ]
        statuses = [one.status for one in found]
        counts = {status: statuses.count(status) for status in ImportStatus}
        return cls(items=items, counts=counts)
