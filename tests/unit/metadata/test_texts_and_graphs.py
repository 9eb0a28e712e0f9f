"""LoRAs that texts list outside of the prompt, and graphs beside texts or without them."""

from typing import Any

import pytest
from tests.support import metadata_files as files
from tests.support.metadata_files import as_json

from genonaut.metadata import Generation, UsedLora, read_file

_GRAPH: dict[str, Any] = {
    "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "base"}},
    "2": {"class_type": "LoraLoaderModelOnly", "inputs": {"model": ["1", 0], "lora_name": "ink", "strength_model": 0.7}},
    "3": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["1", 1], "text": "a fox"}},
    "4": {"class_type": "KSampler", "inputs": {
        "model": ["2", 0], "positive": ["3", 0], "seed": 5, "steps": 20, "sampler_name": "euler", "scheduler": "karras", "denoise": 1,
    }},
    "5": {"class_type": "SaveImage", "inputs": {"images": ["4", 0]}},
}  # fmt: skip


def _read(data: bytes) -> Generation:
    generation = read_file(data)
    assert generation is not None
    return generation


def test_a_workflow_inside_a_comment_is_kept() -> None:
    workflow: dict[str, Any] = {"nodes": [], "links": []}
    comment = as_json({"prompt": _GRAPH, "workflow": workflow})
    generation = _read(files.image_with_exif("JPEG", {}, b"ASCII\0\0\0" + comment.encode()))
    assert (generation.prompt, generation.graph, generation.workflow) == ("a fox", _GRAPH, workflow)


def test_a_graph_gives_what_the_text_beside_it_does_not_say() -> None:
    text = "another fox\nSteps: 20, Sampler: euler_karras, CFG scale: 4, Seed: 7, Size: 64x64"
    generation = _read(files.png({"parameters": text, "prompt": as_json(_GRAPH)}))
    assert (generation.prompt, generation.seed, generation.cfg) == ("another fox", 7, 4)
    assert (generation.scheduler, generation.denoise) == ("karras", 1.0)
    assert generation.loras == (UsedLora("ink", 0.7),)
    assert generation.graph == _GRAPH


@pytest.mark.parametrize(
    ("program", "settings"),
    [
        ("fooocus", "Lora hashes: ink: abc123, Lora weights: ink: 0.7, Version: Fooocus v2.5.5"),
        (
            "fooocus",
            'Lora hashes: "ink: abc123", Lora weights: "ink: 0.7", Version: Fooocus v2.5.5',
        ),
        ("a1111", "Lora_0 Model name: ink, Lora_0 Model hash: abc123, Lora_0 Strength model: 0.7"),
    ],
)
def test_loras_that_the_prompt_does_not_name(program: str, settings: str) -> None:
    text = f"a fox\nSteps: 20, Sampler: Euler, Seed: 1, Size: 64x64, VAE: Automatic, {settings}"
    generation = _read(files.png({"parameters": text}))
    assert generation.program == program
    assert generation.loras == (UsedLora("ink", 0.7, hash="abc123"),)
    assert generation.vae is None


def test_loras_among_hashes_have_their_full_strength() -> None:
    text = 'a fox\nSteps: 20, Seed: 1, Size: 64x64, Hashes: {"model": "ff", "lora:ink": "abc123"}'
    assert _read(files.png({"parameters": text})).loras == (UsedLora("ink", hash="abc123"),)


@pytest.mark.parametrize(
    ("names", "weights", "loras"),
    [
        ("ink", "0.7", (UsedLora("ink", 0.7),)),
        ("['ink', 'wash']", "[0.7, 0.2]", (UsedLora("ink", 0.7), UsedLora("wash", 0.2))),
        ("None", "0", ()),
    ],
)
def test_loras_of_easy_diffusion(names: str, weights: str, loras: tuple[UsedLora, ...]) -> None:
    texts = {"use_stable_diffusion_model": "base", "use_lora_model": names, "lora_alpha": weights}
    assert _read(files.png(texts)).loras == loras


def test_a_graph_of_invokeai_without_metadata() -> None:
    nodes = {"7": {"type": "core_metadata", "positive_prompt": "a fox", "seed": 5, "steps": 20}}
    generation = _read(files.png({"invokeai_graph": as_json({"nodes": nodes})}))
    assert (generation.program, generation.prompt, generation.seed) == ("invokeai", "a fox", 5)
