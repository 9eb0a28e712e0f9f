"""Whether a model can do what a submission asks of it, by the capability table."""

from collections.abc import Iterator

from genonaut.catalog.selection.capabilities import (
    Abilities,
    Ability,
    ReferenceKind,
    abilities_of,
    models_that_can,
    why_not,
)
from genonaut.catalog.selection.plan import ModelPlan
from genonaut.core.errors import FieldError, InvalidInputError
from genonaut.jobs.image_work import JobInputs, Operation

_CHECKPOINT = "checkpoint_model"


def require_abilities(inputs: JobInputs | None, plan: ModelPlan) -> None:
    """Check what is asked against the architecture and variant of the model.

    A refiner is checked with its own model.

    Raises:
        InvalidInputError: names each field that the model cannot do, and the kinds of models that can.
    """
    inputs = inputs or JobInputs()
    if inputs.operation is Operation.UPSCALE:
        return
    errors = [
        FieldError(field, reason)
        for field, ability in _asked(inputs, abilities_of(plan.architecture, plan.variant))
        if (reason := why_not(ability, plan.architecture, plan.variant))
    ]
    errors = errors or list(_reference_errors(inputs, plan))
    if errors:
        raise InvalidInputError(*errors)


def _asked(inputs: JobInputs, abilities: Abilities) -> Iterator[tuple[str, Ability]]:
    """Yield each field with what it asks of the model."""
    start = _start(inputs, abilities)
    if start is not None:
        yield start
    given = (
        ("references", Ability.REFERENCE, bool(inputs.references)),
        ("control", Ability.CONTROL, bool(inputs.control)),
        ("hires", Ability.HIRES, inputs.hires is not None),
        ("clip_skip", Ability.CLIP_SKIP, inputs.clip_skip > 1),
    )
    yield from ((field, ability) for field, ability, is_given in given if is_given)


def _start(inputs: JobInputs, abilities: Abilities) -> tuple[str, Ability] | None:
    """Return what the image starts from; None if that is left to references or a control image."""
    source = inputs.source
    if source is None:
        reads_control = bool(abilities.reads_control and inputs.control)
        return None if inputs.references or reads_control else (_CHECKPOINT, Ability.TEXT_TO_IMAGE)
    if source.extend is not None:
        return "source.extend", Ability.EXTEND
    if source.mask is not None:
        return "source.mask", Ability.INPAINT
    return "source.image", Ability.IMAGE_TO_IMAGE


def _reference_errors(inputs: JobInputs, plan: ModelPlan) -> Iterator[FieldError]:
    abilities = abilities_of(plan.architecture, plan.variant)
    if abilities.references is None:
        return
    count, limit = len(inputs.references), abilities.max_references
    with_source = abilities.source_is_reference and inputs.source is not None
    if count + with_source > limit:
        model = f"{plan.architecture} {plan.variant}".strip()
        images = "image" if limit == 1 else "images"
        also = "; the source is one of them" if with_source else ""
        message = f"a {model} model reads at most {limit} {images}{also}"
        yield FieldError("references", message)
    if abilities.references is not ReferenceKind.STYLE:
        for index, reference in enumerate(inputs.references):
            if reference.strength != 1:
                model = f"{plan.architecture} {plan.variant}".strip()
                message = f"must be 1: a {model} model reads references without a strength"
                yield FieldError(f"references[{index}].strength", message)
    needs_image = {Ability.TEXT_TO_IMAGE, Ability.IMAGE_TO_IMAGE} & abilities.can == set()
    if needs_image and inputs.source is None:
        others = ", ".join(models_that_can([Ability.TEXT_TO_IMAGE, Ability.REFERENCE]))
        message = f"need a source with a mask here; without one these models do: {others}"
        yield FieldError("references", message)
