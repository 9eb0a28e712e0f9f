"""Which fields of a submission fit together; rules that need neither models nor images."""

from collections.abc import Iterator, Sequence

import msgspec

from genonaut.core.errors import FieldError
from genonaut.jobs.image_work import (
    Control,
    ControlType,
    Hires,
    HiresMethod,
    JobInputs,
    Operation,
    Preprocessor,
    Source,
)

_OF_UPSCALE = frozenset({"operation", "source", "upscale", "job_type"})
_CANNY_TYPES = frozenset({ControlType.AUTO, ControlType.CANNY, ControlType.LINEART})


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What a request says explicitly, as names of fields."""

    fields: Sequence[str]
    """Fields of the submission that do not have their default value."""
    source_fields: Sequence[str] = ()
    """Optional fields of ``source`` that are set, except ``resize``."""
    resizes: bool = False
    """Whether ``source.resize`` has another value than its default."""


def combination_errors(inputs: JobInputs, given: Given) -> list[FieldError]:
    """Return the errors of fields that do not fit together, by field."""
    if inputs.operation is Operation.UPSCALE:
        return list(_upscale_errors(given))
    return [
        *([] if "prompt" in given.fields else [FieldError("prompt", "is required")]),
        *_generate_errors(inputs),
        *(_source_errors(inputs.source, given) if inputs.source else ()),
        *(error for index, one in enumerate(inputs.control) for error in _control_errors(index, one)),
        *(_hires_errors(inputs.hires) if inputs.hires else ()),
    ]  # fmt: skip


def _upscale_errors(given: Given) -> Iterator[FieldError]:
    for name in ("source", "upscale"):
        if name not in given.fields:
            yield FieldError(name, "is required with operation upscale")
    for name in given.fields:
        if name == "batch_size":
            yield FieldError(name, "must be 1 with operation upscale: all results would be equal")
        elif name not in _OF_UPSCALE:
            yield FieldError(name, "cannot be used with operation upscale, which does not sample")
    for name in given.source_fields:
        yield FieldError(f"source.{name}", "cannot be used with operation upscale")
    if given.resizes:
        message = "cannot be used with operation upscale; upscale.scale sets the size"
        yield FieldError("source.resize", message)


def _generate_errors(inputs: JobInputs) -> Iterator[FieldError]:
    if inputs.upscale is not None:
        message = "needs operation upscale; use hires to enlarge an image while it is generated"
        yield FieldError("upscale", message)
    if inputs.refiner is not None and inputs.hires is not None:
        yield FieldError("refiner", "cannot be combined with hires")
    source = inputs.source
    if source is not None and inputs.hires is not None and (source.mask or source.extend):
        message = "cannot be combined with a mask or an extension, which keep pixels of the source"
        yield FieldError("hires", message)


def _source_errors(source: Source, given: Given) -> Iterator[FieldError]:
    if source.mask is None:
        for name in given.source_fields:
            if name.startswith("mask_"):
                yield FieldError(f"source.{name}", "needs source.mask")
    if source.extend is not None:
        extend = source.extend
        if source.mask is not None:
            message = "cannot be combined with source.mask; extend the image first, then paint it"
            yield FieldError("source.extend", message)
        if not (extend.left or extend.top or extend.right or extend.bottom):
            message = "must have at least one edge that is more than 0"
            yield FieldError("source.extend", message)


def _control_errors(index: int, control: Control) -> Iterator[FieldError]:
    if control.start >= control.end:
        message = f"must be more than start, which is {control.start:g}"
        yield FieldError(f"control[{index}].end", message)
    if control.preprocessor is Preprocessor.CANNY and control.type not in _CANNY_TYPES:
        message = f"makes a map of edges, which does not fit type {control.type}"
        yield FieldError(f"control[{index}].preprocessor", message)


def _hires_errors(hires: Hires) -> Iterator[FieldError]:
    if hires.method is HiresMethod.MODEL and not hires.upscale_model:
        yield FieldError("hires.upscale_model", "is required with method model")
    if hires.method is HiresMethod.LATENT and hires.upscale_model:
        yield FieldError("hires.upscale_model", "cannot be used with method latent")
