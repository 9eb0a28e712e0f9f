"""Specs: what a backend must offer, and the seeds of a batch."""

import itertools

import msgspec
import pytest

from genonaut.catalog.selection.plan import ModelPlan
from genonaut.catalog.selection.recipe import Latent, Schedule
from genonaut.comfyui import NODE_CLASSES
from genonaut.jobs.params import MAX_SEED, GenerationSpec, LoraChoice, SamplingParams, random_seed
from genonaut.jobs.rendering.workflow import graph_of
from genonaut.jobs.states import JobType


def spec(*loras: str, seed: int = 1) -> GenerationSpec:
    return GenerationSpec(
        job_type=JobType.IMAGE,
        prompt="a lighthouse",
        negative_prompt="",
        checkpoint_model="sd15.safetensors",
        lora_models=tuple(
            LoraChoice(name=name, strength_model=1.0, strength_clip=1.0) for name in loras
        ),
        width=512,
        height=512,
        params=SamplingParams(seed=seed),
    )


def test_needs_name_every_file_once_with_sampler_and_scheduler() -> None:
    assert spec("a.safetensors", "style/b.safetensors", "a.safetensors").needs == [
        "checkpoints/sd15.safetensors",
        "loras/a.safetensors",
        "loras/style/b.safetensors",
        "samplers/euler",
        "schedulers/normal",
        "nodes/CLIPTextEncode",
        "nodes/CheckpointLoaderSimple",
        "nodes/EmptyLatentImage",
        "nodes/KSampler",
        "nodes/LoraLoader",
        "nodes/SaveImage",
        "nodes/VAEDecode",
    ]


def test_needs_name_every_node_of_the_graph() -> None:
    plans = [
        ModelPlan(folder="checkpoints", name="a"),
        ModelPlan(folder="checkpoints", name="a", text_encoders=("b",), clip_type="sd3", vae="c"),
        *(
            ModelPlan(
                folder="diffusion_models",
                name="a",
                text_encoders=("b", "c", "d", "e")[:number],
                clip_type="flux",
                vae="f",
                latent=latent,
                flux_guidance=3.5 if number == 2 else None,
                flow_shift=3.0 if number == 1 else None,
            )
            for number in (1, 2, 3, 4)
            for latent in Latent
        ),
        ModelPlan(
            folder="diffusion_models", name="a", text_encoders=("b",), schedule=Schedule.FLUX2
        ),
    ]
    samplings = (("karras", 1.0), ("simple", 1.0), ("simple", 0.5))
    seen: set[str] = set()
    for plan, loras, sampling in itertools.product(plans, ((), ("x.safetensors",)), samplings):
        one = msgspec.structs.replace(spec(*loras), models=plan)
        scheduler, denoise = sampling
        params = msgspec.structs.replace(one.params, scheduler=scheduler, denoise=denoise)
        one = msgspec.structs.replace(one, params=params)
        classes = {node["class_type"] for node in graph_of(one, "id").values()}
        needed = {need.removeprefix("nodes/") for need in one.needs if need.startswith("nodes/")}
        assert needed == classes
        seen |= classes
    assert seen <= NODE_CLASSES


@pytest.mark.parametrize(
    ("seed", "index", "expected"),
    [(5, 0, 5), (5, 3, 8), (MAX_SEED, 0, MAX_SEED), (MAX_SEED, 1, 0), (MAX_SEED - 1, 3, 1)],
)
def test_seeds_of_a_batch_count_up_and_wrap(seed: int, index: int, expected: int) -> None:
    shifted = spec(seed=seed).for_index(index)
    assert shifted.params.seed == expected
    assert msgspec.structs.replace(shifted, params=spec(seed=seed).params) == spec(seed=seed)


def test_random_seeds_are_exact_in_every_json_reader() -> None:
    seeds = {random_seed() for _ in range(100)}
    assert len(seeds) > 90
    assert all(0 <= seed <= MAX_SEED for seed in seeds)


def test_stored_params_of_another_version_can_be_read() -> None:
    stored = {"seed": 3, "version": 2, "clip_skip": 2}
    assert msgspec.convert(stored, SamplingParams) == SamplingParams(seed=3, version=2)
