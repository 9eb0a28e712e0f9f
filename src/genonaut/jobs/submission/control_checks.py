"""Whether the control images of a submission fit the checkpoint, once their models are known."""

from collections.abc import Iterator

from genonaut.catalog.selection.capabilities import (
    CONTROLNETS,
    MODEL_PATCHES,
    Abilities,
    abilities_of,
)
from genonaut.catalog.selection.plan import ModelPlan
from genonaut.core.errors import FieldError
from genonaut.jobs.image_work import Control, ControlType, JobInputs, Preprocessor


def control_errors(inputs: JobInputs, plan: ModelPlan) -> list[FieldError]:
    """Return the errors of control images; models that are missing are not among them.

    Args:
        inputs: what is asked, with folders and variants of the ControlNets.
        plan: the checkpoint.
    """
    abilities = abilities_of(plan.architecture, plan.variant)
    model = f"{plan.architecture} {plan.variant}".strip()
    if abilities.reads_control:
        return list(_read_by_checkpoint(inputs, abilities.reads_control, model))
    return [
        FieldError(f"control[{index}].{field}", message)
        for index, one in enumerate(inputs.control)
        for field, message in _of_one(one, inputs, abilities, model)
    ]


def _read_by_checkpoint(
    inputs: JobInputs, maps: tuple[str, ...], model: str
) -> Iterator[FieldError]:
    if len(inputs.control) != 1:
        yield FieldError("control", f"a {model} model reads exactly one control image")
    for index, one in enumerate(inputs.control):
        changed = {
            "model": (one.model, "", "must be left out"),
            "strength": (one.strength, 1.0, "must be 1"),
            "start": (one.start, 0.0, "must be 0"),
            "end": (one.end, 1.0, "must be 1"),
        }
        for field, (value, wanted, words) in changed.items():
            if value != wanted:
                message = f"{words}: a {model} model reads the control image itself"
                yield FieldError(f"control[{index}].{field}", message)
        kinds = " or ".join(maps)
        if one.type not in {ControlType.AUTO, *maps}:
            message = f"must be auto or {kinds}: that is what a {model} model reads"
            yield FieldError(f"control[{index}].type", message)
        elif one.preprocessor is Preprocessor.CANNY and "canny" not in maps:
            message = f"must be none: a {model} model reads {kinds}, not edges"
            yield FieldError(f"control[{index}].preprocessor", message)


def _of_one(
    control: Control, inputs: JobInputs, abilities: Abilities, model: str
) -> Iterator[tuple[str, str]]:
    if not control.model:
        yield "model", "is required"
        return
    if control.folder not in abilities.control_folders:
        folders = " or ".join(abilities.control_folders)
        message = f"{control.model!r} is in {control.folder}, but {model} models take ControlNets in {folders}"
        yield "model", message
    elif control.folder == CONTROLNETS and control.variant.startswith("patch"):
        message = f"{control.model!r} patches the model: ComfyUI loads it from {MODEL_PATCHES}, not {CONTROLNETS}"
        yield "model", message
    elif control.folder == MODEL_PATCHES:
        yield from _of_patch(control)
    if control.reads_mask:
        yield from _of_painting(control, inputs)


def _of_patch(control: Control) -> Iterator[tuple[str, str]]:
    for field, value, wanted in (("start", control.start, 0), ("end", control.end, 1)):
        if value != wanted:
            yield field, f"must be {wanted}: {control.model!r} patches the model for all steps"


def _of_painting(control: Control, inputs: JobInputs) -> Iterator[tuple[str, str]]:
    source = inputs.source
    if source is None or not (source.mask or source.extend):
        yield "model", f"{control.model!r} paints: it needs source.mask or source.extend"
    elif control.image != source.image:
        yield "image", f"must be the source: {control.model!r} reads the source and its mask"
