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


@pytest.mark.parametrize("is_newer", [False, True])
def test_a_workflow_without_its_graph(is_newer: bool) -> None:
    """Muted nodes do not count, bypassed ones pass on what they get; newer links are objects."""

    def node(
        key: int, kind: str, links: dict[str, int], *values: object, **more: object
    ) -> dict[str, Any]:
        inputs = [
            {"name": name, "link": link, "type": name.upper()} for name, link in links.items()
        ]
        return {
            "id": key,
            "type": kind,
            "inputs": inputs,
            "widgets_values": list(values),
            "mode": 0,
        } | more

    own = {
        "inputs": [
            {"name": "text", "widget": {"name": "note"}},
            {"name": "seed", "widget": {"name": "seed"}},
        ]
    }
    nodes = [
        node(1, "CheckpointLoaderSimple", {}, "base"),
        node(2, "LoraLoaderModelOnly", {"model": 1}, "off", 1.0, mode=4),
        node(3, "CLIPTextEncode", {"clip": 2, "text": 9}, "replaced"),
        node(4, "CLIPTextEncode", {"clip": 3}, "ugly"),
        node(5, "EmptyLatentImage", {}, 512, 768, 1),
        node(6, "KSampler", {"model": 4, "positive": 5, "negative": 6, "latent_image": 7}, 5, "randomize", 20, 7, "euler", "karras", 1),
        node(7, "SaveImage", {"images": 8}, "x"),
        node(8, "PrimitiveNode", {}, "a fox", "fixed"),
        node(9, "SaveImage", {"images": 10}, "x", mode=2),
        node(10, "KSampler", {}, 9, "fixed", 9, mode=2),
        node(11, "Other", {}, "text", 9, "fixed", **own),
        {"id": 12}, {"type": "KSampler", "widgets_values": 5, "inputs": 5}, 5,
    ]  # fmt: skip
    rows = [(1, 1, 2, "MODEL"), (2, 1, 3, "CLIP"), (3, 1, 4, "CLIP"), (4, 2, 6, "MODEL"), (5, 3, 6, "C"), (6, 4, 6, "C"),
            (7, 5, 6, "LATENT"), (8, 6, 7, "IMAGE"), (9, 8, 3, "STRING"), (10, 10, 9, "IMAGE")]  # fmt: skip
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    listed: list[Any] = [[key, source, 0, target, 0, kind] for key, source, target, kind in rows]
    links = (
        [dict(zip(names, one, strict=True)) for one in listed] if is_newer else [*listed, [1], 5]
    )
    found = read_file(files.png({"workflow": as_json({"nodes": nodes, "links": links})}))
    assert found is not None
    assert (found.prompt, found.negative_prompt, found.model, found.loras) == (
        "a fox",
        "ugly",
        "base",
        (),
    )
    assert (found.seed, found.steps, found.cfg, found.width) == (5, 20, 7, 512)
    assert (found.graph, found.workflow is not None) == (None, True)
