"""Sizes of images that are made from a source."""

import pytest
from msgspec.structs import replace

from genonaut.catalog.selection.plan import ModelPlan
from genonaut.catalog.selection.recipe import Latent
from genonaut.jobs.image_work import Extend, ImageReference, JobInputs, Source
from genonaut.jobs.params import GenerationSpec, SamplingParams
from genonaut.jobs.states import JobType
from genonaut.jobs.submission.image_sizes import size_errors

PHOTO = Source(image=ImageReference(upload_id=1))
SPEC = GenerationSpec(
    job_type=JobType.IMAGE,
    prompt="a lighthouse",
    negative_prompt="",
    checkpoint_model="a",
    lora_models=(),
    width=1024,
    height=1024,
    params=SamplingParams(seed=1),
)


def plan(latent: Latent) -> ModelPlan:
    return ModelPlan(folder="checkpoints", name="a", architecture="some", latent=latent)


@pytest.mark.parametrize(
    ("latent", "width", "extend", "field"),
    [
        (Latent.SD, 1032, None, ""),
        (Latent.SD3, 1032, Extend(right=8), ""),
        (Latent.FLUX2, 1040, None, ""),
        (Latent.FLUX2, 1032, None, "width"),
        (Latent.FLUX2, 1024, Extend(right=8), "source.extend"),
        (Latent.HUNYUAN_IMAGE, 1040, None, "width"),
        (Latent.HUNYUAN_IMAGE, 1024, Extend(left=32, top=64), ""),
    ],
)
def test_a_source_fits_whole_cells_of_the_latent(
    latent: Latent, width: int, extend: Extend | None, field: str
) -> None:
    spec = replace(
        SPEC,
        width=width,
        models=plan(latent),
        inputs=JobInputs(source=replace(PHOTO, extend=extend)),
    )
    errors = list(size_errors(spec, max_pixels=10**8))
    assert [error.field for error in errors] == ([field] if field else [])
    if field:
        assert f"multiples of {latent.cell_px} with a some model" in errors[0].message
