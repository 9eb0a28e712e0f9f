"""Parts of HTTP bodies that show what a job does beyond text to image."""

from typing import Any

import msgspec

from genonaut.core.schemas import View
from genonaut.jobs.image_work import (
    ControlType,
    HiresMethod,
    JobInputs,
    MaskMode,
    Preprocessor,
    Resize,
    Source,
)


class ImageReferenceView(View, frozen=True):
    """A referenced image; one of the ids is set."""

    upload_id: int | None
    content_id: int | None


class ExtendView(View, frozen=True):
    """How far the source was extended at each edge, in pixels."""

    left: int
    top: int
    right: int
    bottom: int
    feather_px: int


class SourceView(View, frozen=True):
    """The image that the job starts from; the mask's fields are null without a mask."""

    image: ImageReferenceView
    resize: Resize
    mask: ImageReferenceView | None
    mask_mode: MaskMode | None
    mask_grow_px: int | None
    mask_feather_px: int | None
    extend: ExtendView | None


class ReferenceView(View, frozen=True):
    """An image that the result follows."""

    image: ImageReferenceView
    strength: float


class ControlView(View, frozen=True):
    """A ControlNet of a job."""

    model: str
    image: ImageReferenceView
    type: ControlType
    preprocessor: Preprocessor
    strength: float
    start: float
    end: float


class HiresView(View, frozen=True):
    """The second sampling of the enlarged image; ``steps`` null: as many as the first time."""

    scale: float
    method: HiresMethod
    upscale_model: str | None
    steps: int | None
    denoise: float


class UpscaleView(View, frozen=True):
    """The upscale model of a job."""

    model: str
    scale: float


class RefinerView(View, frozen=True):
    """The refiner of a job."""

    model: str
    switch_at: float


class WorkflowRunView(View, frozen=True):
    """The workflow that a job runs, with the title that it had then."""

    id: int
    version: int
    title: str


def input_fields(inputs: JobInputs | None) -> dict[str, Any]:
    """Return the fields of a view that show what goes beyond text to image."""
    inputs = inputs or JobInputs()
    source, hires, run = inputs.source, inputs.hires, inputs.workflow
    return {
        "operation": inputs.operation,
        "source": None if source is None else _source_view(source),
        "references": msgspec.convert(inputs.references, list[ReferenceView], from_attributes=True),
        "control": msgspec.convert(inputs.control, list[ControlView], from_attributes=True),
        "hires": None
        if hires is None
        else HiresView(
            scale=hires.scale,
            method=hires.method,
            upscale_model=hires.upscale_model or None,
            steps=hires.steps or None,
            denoise=hires.denoise,
        ),
        "upscale": msgspec.convert(inputs.upscale, UpscaleView | None, from_attributes=True),
        "vae": inputs.vae or None,
        "clip_skip": None if inputs.clip_skip == 1 else inputs.clip_skip,
        "refiner": msgspec.convert(inputs.refiner, RefinerView | None, from_attributes=True),
        "workflow": None
        if run is None
        else WorkflowRunView(id=run.workflow_id, version=run.number, title=run.title),
        "inputs": None if run is None else run.values,
    }


def _source_view(source: Source) -> SourceView:
    mask = source.mask
    return SourceView(
        image=msgspec.convert(source.image, ImageReferenceView, from_attributes=True),
        resize=source.resize,
        mask=msgspec.convert(mask, ImageReferenceView | None, from_attributes=True),
        mask_mode=None if mask is None else source.mask_mode,
        mask_grow_px=None if mask is None else source.mask_grow_px,
        mask_feather_px=None if mask is None else source.mask_feather_px,
        extend=msgspec.convert(source.extend, ExtendView | None, from_attributes=True),
    )


INPUT_FIELDS = tuple(input_fields(None))
"""The fields of a job that show what goes beyond text to image."""
