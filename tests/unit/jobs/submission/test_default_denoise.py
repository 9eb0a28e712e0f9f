"""How much of a source is changed if the submission does not say so."""

import pytest

from genonaut.catalog.selection.plan import ModelPlan
from genonaut.jobs.image_work import Extend, ImageReference, JobInputs, MaskMode, Source
from genonaut.jobs.submission.image_completion import default_denoise

PHOTO, MASK = ImageReference(upload_id=1), ImageReference(upload_id=2)
WHOLE = Source(image=PHOTO)
PRESERVED = Source(image=PHOTO, mask=MASK)
FILLED = Source(image=PHOTO, mask=MASK, mask_mode=MaskMode.FILL)
EXTENDED = Source(image=PHOTO, extend=Extend(left=64))


@pytest.mark.parametrize(
    ("architecture", "variant", "source", "expected"),
    [
        ("sd1", "base", None, 1.0),
        ("sd1", "base", WHOLE, 0.6),
        ("sd1", "base", PRESERVED, 0.8),
        ("sd1", "base", FILLED, 1.0),
        ("sd1", "base", EXTENDED, 1.0),
        ("sdxl", "inpaint", WHOLE, 0.6),
        ("sdxl", "inpaint", PRESERVED, 1.0),
        ("flux1", "fill", PRESERVED, 1.0),
        ("flux1", "dev", WHOLE, 0.6),
        ("flux1", "kontext", WHOLE, 1.0),
        ("qwen-image", "edit-2509", PRESERVED, 1.0),
        ("omnigen2", "", WHOLE, 1.0),
    ],
)
def test_the_default_depends_on_source_and_model(
    architecture: str, variant: str, source: Source | None, expected: float
) -> None:
    plan = ModelPlan(folder="checkpoints", name="a", architecture=architecture, variant=variant)
    assert default_denoise(JobInputs(source=source), plan) == expected
