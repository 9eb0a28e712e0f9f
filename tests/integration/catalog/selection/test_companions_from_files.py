"""Diffusion models and companions identified by their headers, rendered by a backend that has them."""

from pathlib import Path
from typing import Any

import pytest
from tests.integration.catalog.selection.test_submissions import graph_of
from tests.support.models import put, refresh
from tests.support.service import eventually, running_api, running_worker, with_backends
from tests.zoo.catalogue import all_specimens

from genonaut.config import Settings
from genonaut.simulator import SimulatorOptions, running_simulator

SPECIMENS = {Path(one.name).name: one for one in all_specimens()}
FOLDERS = ("diffusion_models", "text_encoders", "vae")


@pytest.mark.parametrize(
    ("names", "clip_type", "nodes"),
    [
        (
            ("qwen_image", "qwen_2.5_vl_7b", "qwen_image_vae"),
            "qwen_image",
            {
                "EmptySD3LatentImage": {"width": 1328, "height": 1328},
                "ModelSamplingAuraFlow": {"shift": 3.5},
                "KSampler": {"steps": 20, "cfg": 4.0},
            },
        ),
        (
            ("z_image_turbo", "qwen_3_4b", "flux_ae"),
            "lumina2",
            {"KSampler": {"steps": 8, "cfg": 1.0, "sampler_name": "res_multistep"}},
        ),
        (
            ("wan2.1_t2v_1.3B", "umt5_xxl", "z16"),
            "wan",
            {"EmptyHunyuanLatentVideo": {"width": 832, "height": 480, "length": 1}},
        ),
        (
            ("flux-2-klein-4b-base", "qwen_3_4b", "flux2-vae"),
            "flux2",
            {
                "EmptyFlux2LatentImage": {"width": 1024, "height": 1024},
                "Flux2Scheduler": {"steps": 4, "width": 1024, "height": 1024},
                "CFGGuider": {"cfg": 1.0},
                "KSamplerSelect": {"sampler_name": "euler"},
            },
        ),
    ],
    ids=["qwen-image", "z-image", "wan", "flux2"],
)
async def test_diffusion_models_are_rendered_with_companions_found_by_header(
    *,
    with_folder: Settings,
    models: Path,
    tmp_path: Path,
    names: tuple[str, str, str],
    clip_type: str,
    nodes: dict[str, dict[str, Any]],
) -> None:
    files = {folder: f"{name}.safetensors" for folder, name in zip(FOLDERS, names, strict=True)}
    for folder, name in files.items():
        put(SPECIMENS[name], models / folder / name)
    options = SimulatorOptions(
        version="0.33.0",
        output_directory=tmp_path / "out",
        models={folder: [name] for folder, name in files.items()},
    )
    async with running_simulator(options) as server:
        settings = with_backends(with_folder, server.url)
        async with running_api(settings) as api, running_worker(settings):
            await refresh(api.runtime)

            async def is_listed() -> bool:
                answer = await api.http.get("/api/v1/checkpoint-models?available=true")
                return bool(answer.json()["items"])

            await eventually(is_listed)
            job = await api.submit(checkpoint_model=files["diffusion_models"])
            graph = await graph_of(api, job)
    assert graph["UNETLoader"]["unet_name"] == files["diffusion_models"]
    assert graph["CLIPLoader"] == {"clip_name": files["text_encoders"], "type": clip_type}
    assert graph["VAELoader"] == {"vae_name": files["vae"]}
    for node, inputs in nodes.items():
        assert {name: graph[node][name] for name in inputs} == inputs
