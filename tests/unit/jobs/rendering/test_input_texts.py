"""What the texts in an image and the gallery say about work on images."""

from typing import Any

import msgspec
import pytest

from genonaut.jobs.image_work import (
    Control,
    Extend,
    Hires,
    HiresMethod,
    ImageReference,
    InputImage,
    JobInputs,
    Operation,
    Reference,
    Refiner,
    Source,
    Upscale,
)
from genonaut.jobs.params import GenerationSpec, SamplingParams
from genonaut.jobs.rendering.workflow import details_of, parameters_text
from genonaut.jobs.states import JobType
from genonaut.metadata.programs.a1111 import read_a1111

RUN: dict[str, Any] = {
    "backend": "gpu1",
    "duration_seconds": 1,
    "comfyui_version": None,
    "model_hashes": {},
}
PHOTO = ImageReference(content_id=3)
IMAGE = InputImage(
    reference=PHOTO, sha256="ab" * 32, storage_key="content/3.png", mime="image/png",
    width=512, height=256, size_bytes=9,
)  # fmt: skip


def spec(inputs: JobInputs | None, *, denoise: float = 1.0) -> GenerationSpec:
    is_upscale = inputs is not None and inputs.operation is Operation.UPSCALE
    return GenerationSpec(
        job_type=JobType.IMAGE,
        prompt="" if is_upscale else "a lighthouse",
        negative_prompt="",
        checkpoint_model="" if is_upscale else "sd15.safetensors",
        lora_models=(),
        width=512,
        height=256,
        params=SamplingParams(seed=5, denoise=denoise),
        inputs=inputs and msgspec.structs.replace(inputs, images=(IMAGE,)),
    )


@pytest.mark.parametrize(
    ("inputs", "line"),
    [
        (
            JobInputs(source=Source(image=PHOTO)),
            "Denoising strength: 0.6, Init image hash: ababababab",
        ),
        (
            JobInputs(source=Source(image=PHOTO, mask=PHOTO)),
            "Denoising strength: 0.6, Mask blur: 8, Masked content: original, Init image hash: ababababab",
        ),
        (
            JobInputs(source=Source(image=PHOTO, extend=Extend(left=64, bottom=8))),
            'Denoising strength: 0.6, Outpaint: "left 64, down 8", Init image hash: ababababab',
        ),
        (
            JobInputs(hires=Hires(scale=1.5, steps=12)),
            "Hires upscale: 1.5, Hires steps: 12, Hires upscaler: Latent, Denoising strength: 0.55",
        ),
        (
            JobInputs(hires=Hires(scale=2, method=HiresMethod.MODEL, upscale_model="4x.pth")),
            "Hires upscale: 2, Hires upscaler: 4x.pth, Denoising strength: 0.55",
        ),
        (
            JobInputs(control=(Control(model="c.safetensors", image=PHOTO, strength=0.8),)),
            'ControlNet 0: "Module: none, Model: c.safetensors, Weight: 0.8, Guidance Start: 0, Guidance End: 1"',
        ),
        (JobInputs(references=(Reference(image=PHOTO),)), "Reference 0: ababababab"),
        (
            JobInputs(vae="v.pt", clip_skip=2, refiner=Refiner(model="r", switch_at=0.7)),
            "Clip skip: 2, VAE: v.pt, Refiner: r, Refiner switch at: 0.7",
        ),
    ],
)
def test_the_parameters_text_names_the_inputs(inputs: JobInputs, line: str) -> None:
    plain = parameters_text(spec(None, denoise=0.6), {})
    text = parameters_text(spec(inputs, denoise=0.6), {})
    assert text == plain.replace(", Version", f", {line}, Version")
    assert read_a1111(text).prompt == read_a1111(plain).prompt


def test_an_upscale_has_no_sampler_in_its_texts() -> None:
    inputs = JobInputs(
        operation=Operation.UPSCALE,
        source=Source(image=PHOTO),
        upscale=Upscale(model="4x.pth", scale=2),
    )
    text = parameters_text(spec(inputs), {})
    assert text == (
        "Init image hash: ababababab, Postprocess upscale by: 2, Postprocess upscaler: 4x.pth,"
        " Version: Genonaut"
    )
    details = details_of(spec(inputs), **RUN)
    assert set(details) == {
        "width", "height", "backend", "duration_seconds", "operation", "source", "upscale",
    }  # fmt: skip


def test_details_name_the_inputs_without_files() -> None:
    inputs = JobInputs(source=Source(image=PHOTO), clip_skip=2, vae="v.pt")
    details = details_of(spec(inputs, denoise=0.6), **RUN)
    assert details["source"]["image"] == {"upload_id": None, "content_id": 3}
    assert (details["operation"], details["clip_skip"], details["vae"]) == ("generate", 2, "v.pt")
    assert "storage_key" not in str(details)
    plain = details_of(spec(None, denoise=0.6), **RUN)
    assert details.keys() - plain.keys() == {"operation", "source", "clip_skip", "vae"}
