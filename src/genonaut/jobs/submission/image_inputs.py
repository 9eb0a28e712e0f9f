"""Resolve the images of a submission, and check them: rights, sizes, masks."""

from collections.abc import Iterator
from uuid import UUID

from msgspec.structs import replace

from genonaut.core.errors import InvalidInputError, collect_errors
from genonaut.jobs.image_work import ImageReference, InputImage, JobInputs
from genonaut.runtime import Runtime
from genonaut.storage.errors import BadImageError, FileMissingError
from genonaut.uploads.references import ResolvedFile, resolve_image


def fields_of(inputs: JobInputs) -> Iterator[tuple[str, ImageReference]]:
    """Yield each field that names an image, with the image."""
    for role, reference in inputs.roles():
        name, _, number = role.partition("_")
        place = f"[{int(number) - 1}].image" if number else ""
        match name:
            case "source":
                yield "source.image", reference
            case "mask":
                yield "source.mask", reference
            case "reference":
                yield f"references{place}", reference
            case _:
                yield f"{name}{place}", reference


async def resolve_images(
    runtime: Runtime, inputs: JobInputs, owner_id: UUID
) -> tuple[InputImage, ...]:
    """Return the facts about every image.

    Raises:
        InvalidInputError: names each field with an image that the owner may not use or that does not
            exist, and a mask that does not fit or paints nothing.
    """
    found: dict[ImageReference, InputImage] = {}
    # Each statement commits by itself: nothing depends on what another one read, and no row of an
    # upload stays locked while the storage is read.
    async with runtime.fast.single() as unit:
        with collect_errors() as collecting:
            for field, reference in fields_of(inputs):
                if reference in found:
                    continue
                with collecting():
                    file = await resolve_image(
                        runtime,
                        unit,
                        owner_id,
                        upload_id=reference.upload_id,
                        content_id=reference.content_id,
                        field=field,
                    )
                    found[reference] = _facts(reference, file)
    images = tuple(found.values())
    await _require_mask(runtime, replace(inputs, images=images))
    return images


def _facts(reference: ImageReference, file: ResolvedFile) -> InputImage:
    return InputImage(
        reference=reference,
        sha256=file.sha256,
        storage_key=file.storage_key,
        mime=file.mime,
        width=file.width or 0,
        height=file.height or 0,
        size_bytes=file.size_bytes,
        has_alpha=file.has_alpha,
    )


async def _require_mask(runtime: Runtime, inputs: JobInputs) -> None:
    source = inputs.source
    if source is None or source.mask is None:
        return
    image, mask = inputs.image(source.image), inputs.image(source.mask)
    if (mask.width, mask.height) != (image.width, image.height):
        message = (
            f"has {mask.width} x {mask.height} pixels, but the source has "
            f"{image.width} x {image.height}; both must have the same size"
        )
        raise InvalidInputError.of("source.mask", message)
    by_alpha = source.is_masked_by_alpha
    if by_alpha and not mask.has_alpha:
        message = "is the source itself, which has no transparent pixels to paint"
        raise InvalidInputError.of("source.mask", message)
    try:
        data = await runtime.store.read(mask.storage_key)
        is_empty = await runtime.image_processor.paints_nothing(data, by_alpha=by_alpha)
    except (FileMissingError, BadImageError) as error:
        raise InvalidInputError.of("source.mask", f"cannot be read: {error}") from error
    if is_empty:
        wanted = "transparent" if by_alpha else "white"
        message = f"has no {wanted} pixels, so nothing would be painted"
        raise InvalidInputError.of("source.mask", message)
