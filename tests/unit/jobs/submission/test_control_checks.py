"""Which control images fit which checkpoint, by folder and variant of their models."""

from typing import Any

import pytest

from genonaut.catalog.selection.plan import ModelPlan
from genonaut.jobs.image_work import (
    Control,
    Extend,
    ImageReference,
    JobInputs,
    Preprocessor,
    Source,
)
from genonaut.jobs.submission.control_checks import control_errors

PHOTO, OTHER = ImageReference(content_id=1), ImageReference(content_id=2)
NETWORK: dict[str, Any] = {"model": "c.safetensors", "image": PHOTO}
PATCH = NETWORK | {"folder": "model_patches", "variant": "patch"}
PAINTING = NETWORK | {"variant": "inpaint"}
READ: dict[str, Any] = {"model": "", "image": PHOTO}
MASKED = Source(image=PHOTO, mask=OTHER)


def said(model: str, *controls: dict[str, Any], source: Source | None = None) -> dict[str, str]:
    architecture, _, variant = model.partition(" ")
    plan = ModelPlan(folder="checkpoints", name="m", architecture=architecture, variant=variant)
    inputs = JobInputs(source=source, control=tuple(Control(**one) for one in controls))
    return {error.field: error.message for error in control_errors(inputs, plan)}


@pytest.mark.parametrize(
    ("model", "control", "source"),
    [
        ("sd1", NETWORK, None),
        ("qwen-image", NETWORK, None),
        ("qwen-image", PATCH, None),
        ("z-image turbo", PATCH, None),
        ("flux1 dev", PAINTING, MASKED),
        ("sd3", PAINTING, Source(image=PHOTO, extend=Extend(left=64))),
        ("qwen-image", PATCH | {"variant": "patch-inpaint"}, MASKED),
        ("flux1 canny", READ, None),
        ("flux1 depth", READ, MASKED),
        ("flux1 canny", READ | {"type": "canny", "preprocessor": Preprocessor.CANNY}, None),
        ("flux1 depth", READ | {"type": "depth"}, None),
        ("flux1 control", READ | {"type": "depth"}, None),
    ],
)
def test_what_fits_is_accepted(model: str, control: dict[str, Any], source: Source | None) -> None:
    assert said(model, control, source=source) == {}


@pytest.mark.parametrize(
    ("model", "control", "source", "field", "words"),
    [
        ("sd1", READ, None, "control[0].model", "is required"),
        ("sd1", PATCH, None, "control[0].model", "is in model_patches, but sd1 models take"),
        ("z-image", NETWORK, None, "control[0].model", "take ControlNets in model_patches"),
        (
            "qwen-image", PATCH | {"folder": "controlnet"}, None,
            "control[0].model", "ComfyUI loads it from model_patches",
        ),
        ("qwen-image", PATCH | {"start": 0.1}, None, "control[0].start", "must be 0"),
        ("qwen-image", PATCH | {"end": 0.9}, None, "control[0].end", "must be 1"),
        ("flux1 dev", PAINTING, None, "control[0].model", "it needs source.mask or source.extend"),
        ("flux1 dev", PAINTING, Source(image=PHOTO), "control[0].model", "it needs source.mask"),
        (
            "flux1 dev", PAINTING | {"image": OTHER}, MASKED,
            "control[0].image", "must be the source",
        ),
        ("flux1 canny", NETWORK, None, "control[0].model", "must be left out"),
        ("flux1 canny", READ | {"strength": 0.5}, None, "control[0].strength", "must be 1"),
        ("flux1 canny", READ | {"end": 0.5}, None, "control[0].end", "must be 1"),
        ("flux1 depth", READ | {"type": "canny"}, None, "control[0].type", "auto or depth"),
        ("flux1 control", READ | {"type": "openpose"}, None, "control[0].type", "canny or depth"),
        ("flux1 depth", READ | {"preprocessor": Preprocessor.CANNY}, None, "control[0].preprocessor", "none"),
    ],
)  # fmt: skip
def test_what_does_not_fit_names_the_field(
    model: str, control: dict[str, Any], source: Source | None, field: str, words: str
) -> None:
    found = said(model, control, source=source)
    assert set(found) == {field}
    assert words in found[field]


def test_a_model_that_reads_a_control_image_reads_exactly_one() -> None:
    for count in (0, 2):
        assert "exactly one" in said("flux1 canny", *([READ] * count))["control"]
