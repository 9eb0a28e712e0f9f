import json
from pathlib import Path
from typing import Any

import pytest

from genonaut.comfyui import (
    CheckpointLoader,
    Graph,
    LatentNode,
    Lora,
    SplitLoader,
    TextToImage,
    build_graph,
    filename_prefix_of,
)
from genonaut.workflows.object_info import bundled_object_info

# Inputs and outputs of the used node classes, from /object_info of ComfyUI 0.3.64.
NODES: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "comfyui" / "replay" / "object_info.json").read_text()
)
CHECKPOINT = CheckpointLoader("sd15.safetensors")
FLUX = SplitLoader("flux.safetensors", ("t5.safetensors", "clip_l.safetensors"), "ae.sft", "flux")
SD35 = SplitLoader("sd35.safetensors", ("g", "l", "t5"), "vae", "sd3")


def spec(**changes: Any) -> TextToImage:
    fields: dict[str, Any] = {
        "prompt": "a lighthouse",
        "negative_prompt": "blurry",
        "loader": CHECKPOINT,
        "width": 512,
        "height": 768,
        "seed": 2**64 - 1,
        "steps": 20,
        "cfg": 7.5,
        "sampler": "euler",
        "scheduler": "karras",
        "filename_prefix": filename_prefix_of("some-id"),
    }
    return TextToImage(**(fields | changes))


def check_links(graph: Graph) -> None:
    """Fail on unknown or missing inputs and on links of the wrong type, as ComfyUI does."""
    for node_id, node in graph.items():
        info = NODES[node["class_type"]]
        offered = info["required"] | info["optional"]
        assert set(info["required"]) <= set(node["inputs"]) <= set(offered), node_id
        for name, value in node["inputs"].items():
            if isinstance(value, list):
                source, output = value
                produced = NODES[graph[source]["class_type"]]["output"][output]
                assert produced == offered[name], f"{node_id}.{name}"
            else:
                assert offered[name] in {"INT", "FLOAT", "STRING", "COMBO"}, f"{node_id}.{name}"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"loras": (Lora("a"), Lora("b", 0.5, -1), Lora("c"))},
        {"loader": FLUX, "latent": LatentNode.SD3, "flux_guidance": 3.5, "loras": (Lora("a"),)},
        {"loader": SD35, "latent": LatentNode.SD3, "flow_shift": 3.0},
        {"loader": SplitLoader("d", ("one",), "v", "stable_diffusion")},
        {"loader": SplitLoader("d", ("one",), "v", "wan"), "latent": LatentNode.VIDEO},
        {"loader": SplitLoader("d", ("1", "2", "3", "4"), "v", "hidream")},
    ],
    ids=["checkpoint", "three loras", "flux", "sd3.5", "one encoder", "wan", "four encoders"],
)
def test_every_graph_satisfies_the_node_definitions(changes: dict[str, Any]) -> None:
    check_links(build_graph(spec(**changes)))


def test_values_reach_their_nodes() -> None:
    graph = build_graph(spec())
    assert graph["positive"]["inputs"]["text"] == "a lighthouse"
    assert graph["negative"]["inputs"]["text"] == "blurry"
    assert graph["sampler"]["inputs"]["positive"] == ["positive", 0]
    assert graph["sampler"]["inputs"]["negative"] == ["negative", 0]
    assert graph["latent"]["inputs"] == {"width": 512, "height": 768, "batch_size": 1}
    sampling = graph["sampler"]["inputs"]
    assert (sampling["seed"], sampling["steps"], sampling["cfg"]) == (2**64 - 1, 20, 7.5)
    assert (sampling["sampler_name"], sampling["scheduler"]) == ("euler", "karras")
    assert graph["save"]["inputs"]["filename_prefix"] == "genonaut/some-id"
    assert all(node["_meta"]["title"] for node in graph.values())


def test_loras_are_chained_in_order() -> None:
    graph = build_graph(spec(loras=(Lora("a", 0.8), Lora("b", 0.5, -1.0))))
    first, second = graph["lora_1"]["inputs"], graph["lora_2"]["inputs"]
    assert (first["model"], first["clip"]) == (["checkpoint", 0], ["checkpoint", 1])
    assert (second["model"], second["clip"]) == (["lora_1", 0], ["lora_1", 1])
    assert (first["strength_model"], first["strength_clip"]) == (0.8, 0.8)
    assert (second["strength_model"], second["strength_clip"]) == (0.5, -1.0)
    assert graph["sampler"]["inputs"]["model"] == ["lora_2", 0]
    assert graph["positive"]["inputs"]["clip"] == ["lora_2", 1]
    assert graph["decode"]["inputs"]["vae"] == ["checkpoint", 2]


def test_guidance_and_shift_sit_between_loaders_and_sampler() -> None:
    graph = build_graph(spec(loader=FLUX, flux_guidance=2.5, flow_shift=3.0, loras=(Lora("a"),)))
    assert graph["model_sampling"]["inputs"] == {"model": ["lora_1", 0], "shift": 3.0}
    assert graph["guidance"]["inputs"] == {"conditioning": ["positive", 0], "guidance": 2.5}
    assert graph["sampler"]["inputs"]["model"] == ["model_sampling", 0]
    assert graph["sampler"]["inputs"]["positive"] == ["guidance", 0]
    assert graph["decode"]["inputs"]["vae"] == ["vae", 0]


def test_the_same_spec_gives_the_same_bytes() -> None:
    assert json.dumps(build_graph(spec())) == json.dumps(build_graph(spec()))


@pytest.mark.parametrize("count", [0, 5])
def test_an_invalid_number_of_text_encoders_is_an_error(count: int) -> None:
    loader = SplitLoader("d", ("x",) * count, "v", "sd3")
    with pytest.raises(ValueError, match=str(count)):
        build_graph(spec(loader=loader))


FLUX2 = {
    "loader": SplitLoader("flux2.safetensors", ("mistral",), "flux2-vae", "flux2"),
    "latent": LatentNode.FLUX2,
    "flux_guidance": 4.0,
    "has_flux2_schedule": True,
}


@pytest.mark.parametrize(
    "changes", [{}, {"scheduler": "simple"}, {"scheduler": "simple", "denoise": 0.5}]
)
def test_every_graph_of_flux2_satisfies_the_node_definitions(changes: dict[str, Any]) -> None:
    classes = bundled_object_info()
    graph = build_graph(spec(**(FLUX2 | changes)))
    for node_id, node in graph.items():
        declared = classes[node["class_type"]]["input"]
        offered = declared["required"] | declared.get("optional", {})
        assert set(declared["required"]) <= set(node["inputs"]) | {"device"}, node_id
        for name, value in node["inputs"].items():
            kind = offered[name][0]
            if isinstance(value, list):
                source, output = value
                assert classes[graph[source]["class_type"]]["output"][output] == kind, node_id


def test_flux2_follows_the_size_unless_another_scheduler_is_chosen() -> None:
    graph = build_graph(spec(**FLUX2, scheduler="simple"))
    assert graph["schedule"]["class_type"] == "Flux2Scheduler"
    assert graph["schedule"]["inputs"] == {"steps": 20, "width": 512, "height": 768}
    assert graph["noise"]["inputs"] == {"noise_seed": 2**64 - 1}
    assert graph["guider"]["inputs"]["positive"] == ["guidance", 0]
    graph = build_graph(spec(**FLUX2))
    assert graph["schedule"]["class_type"] == "BasicScheduler"
    assert graph["schedule"]["inputs"]["scheduler"] == "karras"
    graph = build_graph(spec(**FLUX2, scheduler="simple", denoise=0.5))
    assert graph["sampler"]["inputs"]["sigmas"] == ["last_part", 1]
    assert graph["last_part"]["inputs"] == {"sigmas": ["schedule", 0], "denoise": 0.5}
