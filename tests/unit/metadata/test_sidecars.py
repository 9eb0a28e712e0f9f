"""Texts beside files that say how they were made."""

from typing import Any

import pytest
from tests.support import metadata_files as files
from tests.support.metadata_files import as_json

from genonaut.metadata import read_sidecar, read_with_sidecars, sidecar_names

_A1111 = (
    "a fox\nNegative prompt: ugly\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 5, Size: 64x32"
)
_GRAPH = {
    "1": {
        "class_type": "KSampler",
        "inputs": {"positive": "a fox", "seed": 5, "steps": 20, "cfg": 7, "model": ["1", 0]},
    }
}
_EASY = {
    "prompt": "a fox",
    "use_stable_diffusion_model": "base",
    "seed": 5,
    "num_inference_steps": 20,
    "guidance_scale": 7,
}
_META = {
    "prompt": "a fox",
    "negativePrompt": "ugly",
    "cfgScale": 7,
    "steps": 20,
    "sampler": "Euler",
    "seed": 5,
    "Size": "64x32",
}


@pytest.mark.parametrize(
    ("text", "program"),
    [
        (_A1111, "a1111"),
        ("\ufeff" + _A1111.replace("\n", "\r\n"), "a1111"),
        (as_json(_GRAPH), "comfyui"),
        (as_json({"prompt": _GRAPH, "workflow": {"nodes": [], "links": []}}), "comfyui"),
        (as_json({"sui_image_params": {"prompt": "a fox", "seed": 5, "steps": 20, "cfgscale": 7}}), "swarmui"),
        (as_json(_EASY), "easy-diffusion"),
        ("prompt: a fox\nseed: 5\nuse_stable_diffusion_model: base\nnum_inference_steps: 20\nguidance_scale: 7", "easy-diffusion"),
        (as_json({"positive_prompt": "a fox", "seed": 5, "steps": 20, "cfg_scale": 7}), "invokeai"),
        (as_json(_META), "civitai"),
        (as_json({"id": 1, "meta": {"id": 2, "meta": _META}}), "civitai"),
    ],
)  # fmt: skip
def test_sidecars_of_programs(text: str, program: str) -> None:
    for data in (text.encode(), text.lstrip("\ufeff").encode("utf-16")):
        found = read_sidecar(data)
        assert found is not None
        assert (found.program, found.prompt, found.seed) == (program, "a fox", 5)
        assert (found.steps, found.cfg) == (20, 7)


@pytest.mark.parametrize(
    "data",
    [
        b"a fox, red fur, best quality", b"", b"\0", b"\xff\xfe\x00", b"[1]", b'{"a": 1}', b'{"meta": 5}', b'{"meta": {"meta": 5}}',
        b'{"a":' * 50_000, _A1111.encode() + b" " * 1_048_576, as_json({"name": "a fox", "prompt": "x"}).encode(),
    ],
)  # fmt: skip
def test_other_texts_say_nothing(data: bytes) -> None:
    assert read_sidecar(data) is None


def test_a_file_counts_more_than_its_sidecars() -> None:
    sidecars: Any = (b"a caption", _A1111.encode())
    own = files.png({"parameters": "a cat\nSteps: 1, Sampler: Euler, Seed: 1"})
    for data, prompt in ((files.png(), "a fox"), (own, "a cat")):
        found = read_with_sidecars(data, sidecars)
        assert found is not None
        assert found.prompt == prompt


def test_names_of_sidecars() -> None:
    assert sidecar_names("a/fox.png")[:3] == ("a/fox.swarm.json", "a/fox.txt", "a/fox.json")
    assert "a/fox.png.json" in sidecar_names("a/fox.png")
    assert sidecar_names("a/fox.txt") == sidecar_names("fox") == ()
