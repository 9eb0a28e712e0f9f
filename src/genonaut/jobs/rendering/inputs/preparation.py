"""What a job sends to its backend: one PNG per role, made from the referenced files."""

import hashlib
from collections.abc import Mapping
from typing import Protocol

import msgspec
from PIL import Image

from genonaut.jobs.image_work import (
    Extend,
    ImageReference,
    InputImage,
    JobInputs,
    Operation,
    Resize,
    Source,
)
from genonaut.jobs.rendering.inputs.pixels import (
    encode,
    extended,
    extension_mask,
    feathered,
    flat_rgb,
    grown,
    mask_png,
    placed,
    placed_mask,
)
from genonaut.storage.images import ImageLimits, decode_image
from genonaut.storage.kept_pixels import KeptPixels
from genonaut.storage.masks import painted_channel

SOURCE, MASK = "source", "mask"
_VERSION = 1
"""Part of every key: raise it when the same key would give other pixels."""
_MOST_REFERENCE_PX = 2048
"""Longest edge of a sent reference; models read at most about a megapixel of it."""


class Preparable(Protocol):
    """What preparing depends on of a job's spec."""

    @property
    def width(self) -> int:
        """Width of the source after resizing, in pixels."""
        ...

    @property
    def height(self) -> int:
        """Height of the source after resizing, in pixels."""
        ...

    @property
    def canvas(self) -> tuple[int, int]:
        """Width and height with the extension."""
        ...

    @property
    def inputs(self) -> JobInputs | None:
        """The images, and what is done with them."""
        ...


class Preparation(msgspec.Struct, frozen=True, kw_only=True):
    """How one image is prepared; equal preparations give equal bytes.

    ``files`` are the SHA-256 of the image and, for a mask, of the mask's file.
    """

    role: str
    files: tuple[str, ...] = ()
    size: tuple[int, int] | None = None
    resize: Resize = Resize.CROP
    is_mask: bool = False
    by_alpha: bool = False
    grow_px: int = 0
    feather_px: int = 0
    extend: Extend | None = None
    keeps_hidden: bool = False
    longest_px: int = 0

    @property
    def key(self) -> str:
        """Return what identifies the prepared bytes, whichever role they have."""
        anonymous = msgspec.structs.replace(self, role="")
        return hashlib.sha256(msgspec.msgpack.encode((_VERSION, anonymous))).hexdigest()


def preparations_of(spec: Preparable) -> list[Preparation]:
    """Return how each image of a job is prepared, in the order of the roles.

    A source with a mask or an extension has the role ``mask`` too.
    """
    inputs = spec.inputs
    if inputs is None:
        return []
    found: list[Preparation] = []
    for role, reference in inputs.roles():
        sha256 = inputs.image(reference).sha256
        match role.partition("_")[0]:
            case "source":
                found += _of_source(spec, inputs, sha256)
            case "control":
                # A ControlNet that paints reads the source, as it is sent.
                if not inputs.control[int(role.partition("_")[2]) - 1].reads_mask:
                    found.append(Preparation(role=role, files=(sha256,), size=spec.canvas))
            case "reference":
                found.append(Preparation(role=role, files=(sha256,), longest_px=_MOST_REFERENCE_PX))
            case _:
                pass  # the mask is prepared with its source
    return found


def _of_source(spec: Preparable, inputs: JobInputs, sha256: str) -> list[Preparation]:
    source = inputs.source
    if source is None or inputs.operation is Operation.UPSCALE:
        return [Preparation(role=SOURCE, files=(sha256,))]
    size = (spec.width, spec.height)
    image = Preparation(
        role=SOURCE,
        files=(sha256,),
        size=size,
        resize=source.resize,
        extend=source.extend,
        keeps_hidden=source.is_masked_by_alpha,
    )
    mask = _of_mask(inputs, source, size)
    return [image] if mask is None else [image, mask]


def _of_mask(inputs: JobInputs, source: Source, size: tuple[int, int]) -> Preparation | None:
    if source.extend is not None:
        return Preparation(role=MASK, size=size, extend=source.extend, is_mask=True)
    if source.mask is None:
        return None
    return Preparation(
        role=MASK,
        files=(inputs.image(source.mask).sha256,),
        size=size,
        resize=source.resize,
        is_mask=True,
        by_alpha=source.is_masked_by_alpha,
        grow_px=source.mask_grow_px,
        feather_px=source.mask_feather_px,
    )


def files_of(inputs: JobInputs) -> dict[str, InputImage]:
    """Return the referenced files by their SHA-256."""
    references: list[ImageReference] = [reference for _, reference in inputs.roles()]
    if inputs.source is not None and inputs.source.mask is not None:
        references.append(inputs.source.mask)
    images = [inputs.image(reference) for reference in references]
    return {image.sha256: image for image in images}


def prepare(preparation: Preparation, files: Mapping[str, bytes], limits: ImageLimits) -> bytes:
    """Return the PNG that is sent.

    Args:
        preparation: what is made.
        files: the contents of the files that it names, by their SHA-256.
        limits: limits of decoding.

    Raises:
        BadImageError: a file is damaged.
    """
    if preparation.is_mask:
        return mask_png(prepared_mask(preparation, files, limits))
    return encode(prepared_image(preparation, files, limits))


def prepared_image(
    preparation: Preparation, files: Mapping[str, bytes], limits: ImageLimits
) -> Image.Image:
    """Return the pixels of an image as RGB.

    Raises:
        BadImageError: the file is damaged.
    """
    pixels = decode_image(files[preparation.files[0]], limits).pixels
    image = flat_rgb(pixels, keeps_hidden=preparation.keeps_hidden)
    if preparation.longest_px and max(image.size) > preparation.longest_px:
        image.thumbnail((preparation.longest_px, preparation.longest_px))
    if preparation.size is not None:
        image = placed(image, preparation.size, preparation.resize)
    return image if preparation.extend is None else extended(image, preparation.extend)


def prepared_mask(
    preparation: Preparation, files: Mapping[str, bytes], limits: ImageLimits
) -> Image.Image:
    """Return a mask, white where the image is painted.

    Raises:
        BadImageError: the file is damaged.
    """
    size = preparation.size
    if size is None:
        raise ValueError("a mask has the size of its source")
    if preparation.extend is not None:
        return extension_mask(size, preparation.extend)
    pixels = decode_image(files[preparation.files[0]], limits).pixels
    mask = painted_channel(pixels, by_alpha=preparation.by_alpha)
    mask = placed_mask(mask, size, preparation.resize)
    return feathered(grown(mask, preparation.grow_px), preparation.feather_px)


def kept_pixels(
    preparations: list[Preparation], files: Mapping[str, bytes], limits: ImageLimits
) -> KeptPixels | None:
    """Return the pixels that must not change; None without a mask.

    Raises:
        BadImageError: a file is damaged.
    """
    by_role = {one.role: one for one in preparations}
    if MASK not in by_role:
        return None
    return KeptPixels(
        prepared_image(by_role[SOURCE], files, limits),
        prepared_mask(by_role[MASK], files, limits),
    )
