"""Resolve the files that the inputs of a workflow name."""

from collections.abc import Sequence
from uuid import UUID

from genonaut.core.errors import InvalidInputError, collect_errors
from genonaut.jobs.image_work import ImageReference, InputImage
from genonaut.runtime import Runtime
from genonaut.uploads.references import resolve_file
from genonaut.uploads.tables import UploadKind
from genonaut.workflows.forms import FieldType
from genonaut.workflows.inputs import NamedFile

_KINDS = {
    FieldType.IMAGE: UploadKind.IMAGE,
    FieldType.MASK: UploadKind.IMAGE,
    FieldType.VIDEO: UploadKind.VIDEO,
    FieldType.AUDIO: UploadKind.AUDIO,
}


async def resolve_files(
    runtime: Runtime, files: Sequence[NamedFile], owner_id: UUID
) -> tuple[InputImage, ...]:
    """Return the facts about every file.

    Raises:
        InvalidInputError: names ``inputs.<key>`` of each file that the owner may not use, that does not
            exist, or that is of another kind.
    """
    found: dict[ImageReference, InputImage] = {}
    if not files:
        return ()
    # In one order for all, because uploads are locked.
    wanted = sorted(files, key=lambda one: (one.upload_id or 0, one.key))
    async with runtime.begin() as uow:
        with collect_errors() as collecting:
            for file in wanted:
                with collecting():
                    field = f"inputs.{file.key}"
                    resolved = await resolve_file(
                        runtime,
                        uow,
                        owner_id,
                        upload_id=file.upload_id,
                        content_id=file.content_id,
                        field=field,
                    )
                    kind = _KINDS[file.type]
                    if resolved.kind is not kind:
                        message = f"must be of type {kind}, but the file is of type {resolved.kind}"
                        raise InvalidInputError.of(field, message)
                    reference = ImageReference(upload_id=file.upload_id, content_id=file.content_id)
                    found[reference] = InputImage(
                        reference=reference,
                        sha256=resolved.sha256,
                        storage_key=resolved.storage_key,
                        mime=resolved.mime,
                        width=resolved.width or 0,
                        height=resolved.height or 0,
                        size_bytes=resolved.size_bytes,
                        has_alpha=resolved.has_alpha,
                    )
    return tuple(found.values())
