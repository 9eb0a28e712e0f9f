"""The size of an image that is made from a source, and the limits of results."""

import math
from collections.abc import Collection, Iterator

from msgspec.structs import replace

from genonaut.catalog.selection.plan import ModelPlan
from genonaut.core.errors import FieldError
from genonaut.jobs.image_work import Resize
from genonaut.jobs.params import MAX_EDGE_PX, MIN_EDGE_PX, GenerationSpec

_MOST_UNASKED_PX = 2048
"""The longest edge of a result whose size is taken from the source."""
_MOST_RESULT_PX = 16_384
"""The longest edge of an enlarged result. Source: MAX_RESOLUTION in ComfyUI's nodes.py."""


def with_size(spec: GenerationSpec, left_open: Collection[str], plan: ModelPlan) -> GenerationSpec:
    """Return the spec with the size of its source where the submission does not set it.

    The size is reduced so that no edge is longer than 2,048 px, and rounded to the cells of the
    model's latents.
    """
    source = None if spec.inputs is None else spec.inputs.source
    is_open = [name for name in ("width", "height") if name in left_open]
    if spec.inputs is None or source is None or not is_open:
        return spec
    image = spec.inputs.image(source.image)
    if len(is_open) > 1:
        factor = min(1.0, _MOST_UNASKED_PX / max(image.width, image.height))
    elif "width" in is_open:
        factor = spec.height / image.height
    else:
        factor = spec.width / image.width
    step_px = plan.latent.step_px
    size = {"width": image.width * factor, "height": image.height * factor}
    return replace(
        spec, **{name: _in_cells(size[name], source.resize, step_px) for name in is_open}
    )


def _in_cells(edge_px: float, resize: Resize, cell_px: int) -> int:
    """Round so that crop loses pixels, fit adds some, and stretch changes the least."""
    cells = round(edge_px / cell_px, 6)  # 512.0000001 is not to be rounded up to 520
    match resize:
        case Resize.CROP:
            edge = math.floor(cells) * cell_px
        case Resize.FIT:
            edge = math.ceil(cells) * cell_px
        case Resize.STRETCH:
            edge = round(cells) * cell_px
    return min(max(edge, MIN_EDGE_PX), MAX_EDGE_PX)


def size_errors(spec: GenerationSpec, *, max_pixels: int) -> Iterator[FieldError]:
    """Yield an error for what makes the image, or a later result of the job, too large."""
    inputs = spec.inputs
    if inputs is None:
        return
    width, height = spec.canvas
    cell_px = spec.plan.latent.cell_px
    if max(width, height) > MAX_EDGE_PX:
        message = (
            f"makes an image of {width:,} x {height:,} px; at most {MAX_EDGE_PX:,} are allowed"
        )
        yield FieldError("source.extend", message)
    elif inputs.source is not None and (width % cell_px or height % cell_px):
        # ComfyUI would cut the source around its centre, and the result would not fit back into it.
        message = (
            f"makes an image of {width:,} x {height:,} px, but both must be multiples of {cell_px} "
            f"with a {spec.plan.architecture} model"
        )
        yield FieldError("source.extend" if inputs.source.extend else "width", message)
    elif inputs.hires is not None:
        yield from _too_large("hires.scale", width, height, inputs.hires.scale, max_pixels)


def upscaled_size(spec: GenerationSpec, *, max_pixels: int) -> tuple[int, int, list[FieldError]]:
    """Return width and height of an enlarged source, and what is wrong with them."""
    inputs = spec.inputs
    if inputs is None or inputs.source is None or inputs.upscale is None:
        raise ValueError("not an upscale")
    image, scale = inputs.image(inputs.source.image), inputs.upscale.scale
    errors = list(_too_large("upscale.scale", image.width, image.height, scale, max_pixels))
    return round(image.width * scale), round(image.height * scale), errors


def _too_large(
    field: str, width: int, height: int, scale: float, max_pixels: int
) -> Iterator[FieldError]:
    wide, high = round(width * scale), round(height * scale)
    if max(wide, high) > _MOST_RESULT_PX or wide * high > max_pixels:
        message = (
            f"makes an image of {wide:,} x {high:,} px; at most {_MOST_RESULT_PX:,} px per edge and "
            f"{max_pixels:,} in total are allowed"
        )
        yield FieldError(field, message)
