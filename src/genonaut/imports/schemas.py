"""HTTP bodies of imports."""

from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import Meta

from genonaut.core.schemas import RequestBody, View
from genonaut.imports.mapping import texts_of
from genonaut.imports.service import ImportedFile, ImportStatus, InspectedFile

MAX_HASHES = 500
_Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class KnownSubmit(RequestBody, frozen=True):
    """The SHA-256 of files, in hexadecimal digits."""

    sha256: Annotated[list[_Sha256], Meta(min_length=1, max_length=MAX_HASHES)]


class KnownView(View, frozen=True):
    """The caller's items by the SHA-256 of their files; hashes that the caller does not have are left out."""

    items: dict[str, int]


class InspectedView(View, frozen=True):
    """What a file says about how it was made, in the fields of an item.

    ``program`` is null for a file that says nothing. ``content_id`` is the caller's item with the same bytes.
    ``is_importable`` is false for files that are no image, video or sound that the gallery takes.
    """

    name: str
    sha256: str
    size_bytes: int
    content_id: int | None
    is_importable: bool
    program: str | None
    prompt: str
    negative_prompt: str
    checkpoint_model: str
    width: int | None
    height: int | None
    metadata: dict[str, Any]

    @classmethod
    def of(cls, found: InspectedFile) -> "InspectedView":
        """Return the view of a file that was read."""
        generation = found.generation
        texts = texts_of(found.name, generation)
        return cls(
            name=found.name,
            sha256=found.sha256,
            size_bytes=found.size_bytes,
            content_id=found.content_id,
            is_importable=found.is_importable,
            program=None if generation is None else generation.program,
            prompt=texts.prompt,
            negative_prompt=texts.negative_prompt,
            checkpoint_model=texts.checkpoint_model,
            width=None if generation is None else generation.width,
            height=None if generation is None else generation.height,
            metadata=texts.details,
        )


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
