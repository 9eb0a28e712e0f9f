"""What a submission is refused because its model cannot do it, or the fields do not fit it."""

import pytest

from genonaut.catalog.selection.plan import ModelPlan
from genonaut.core.errors import InvalidInputError
from genonaut.jobs.image_work import (
    Control,
    ImageReference,
    JobInputs,
    Operation,
    Reference,
    Source,
)
from genonaut.jobs.submission.abilities import require_abilities

PHOTO = ImageReference(content_id=1)
ONE, STRONG = Reference(image=PHOTO), Reference(image=PHOTO, strength=2.0)
SOURCE = Source(image=PHOTO)


def errors_of(inputs: JobInputs, architecture: str, variant: str = "") -> dict[str, str]:
    plan = ModelPlan(folder="checkpoints", name="m", architecture=architecture, variant=variant)
    try:
        require_abilities(inputs, plan)
    except InvalidInputError as error:
        return {one.field: one.message for one in error.errors}
    return {}


@pytest.mark.parametrize(
    ("inputs", "model", "field", "words"),
    [
        (JobInputs(references=(ONE,)), ("sd1", ""), "references", "these do: flux1"),
        (JobInputs(control=(Control(model="c", image=PHOTO),)), ("wan", ""), "control", "sd1"),
        (JobInputs(clip_skip=2), ("flux1", "dev"), "clip_skip", "these do: sd1"),
        (JobInputs(), ("flux1", "canny"), "checkpoint_model", "give a control image"),
        (JobInputs(source=SOURCE), ("flux1", "fill"), "source.image", "does not support"),
        (JobInputs(references=(ONE,) * 4), ("qwen-image", "edit-2509"), "references", "at most 3"),
        (
            JobInputs(references=(STRONG,)),
            ("flux1", "kontext"),
            "references[0].strength",
            "must be 1: a flux1 kontext model",
        ),
    ],
)
def test_what_a_model_cannot_do_names_the_field(
    inputs: JobInputs, model: tuple[str, str], field: str, words: str
) -> None:
    said = errors_of(inputs, *model)
    assert set(said) == {field}
    assert words in said[field]


@pytest.mark.parametrize(
    ("inputs", "model"),
    [
        (JobInputs(references=(STRONG,)), ("flux1", "dev")),
        (JobInputs(references=(ONE,)), ("flux1", "kontext")),
        (JobInputs(source=Source(image=PHOTO, mask=PHOTO)), ("sd1", "inpaint")),
        (JobInputs(source=SOURCE, clip_skip=2), ("sdxl", "")),
        (JobInputs(control=(Control(model="", image=PHOTO),)), ("flux1", "canny")),
        (JobInputs(control=(Control(model="c", image=PHOTO),)), ("z-image", "turbo")),
        (JobInputs(operation=Operation.UPSCALE, source=SOURCE), ("unknown", "")),
    ],
)
def test_what_a_model_can_do_is_accepted(inputs: JobInputs, model: tuple[str, str]) -> None:
    assert errors_of(inputs, *model) == {}
