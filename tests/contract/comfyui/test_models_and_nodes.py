"""Models, nodes and features of a server."""

import io

import pytest
from PIL import Image
from tests.contract.comfyui.protocol_client import Server, trivial

from genonaut.simulator import SimulatedModel, SimulatorOptions, running_simulator
from genonaut.simulator.model_folders import FOLDERS, MAX_HEADER_BYTES


async def test_the_recorded_folders_exist(comfyui_server: Server) -> None:
    assert set(FOLDERS) <= set(await comfyui_server.get("/models"))


async def test_the_options_of_a_loader_are_the_names_in_its_folder(with_models: Server) -> None:
    for folder, node, field in (
        ("checkpoints", "CheckpointLoaderSimple", "ckpt_name"),
        ("loras", "LoraLoader", "lora_name"),
    ):
        names = await with_models.get(f"/models/{folder}")
        info = await with_models.get(f"/object_info/{node}")
        assert info[node]["input"]["required"][field][0] == names
        assert names == sorted(names)


async def test_both_forms_of_combo_inputs_occur(simulated: Server) -> None:
    nodes = await simulated.get("/object_info")
    plain = nodes["CLIPLoader"]["input"]["required"]["clip_name"]
    newer = nodes["TripleCLIPLoader"]["input"]["required"]["clip_name1"]
    assert plain[0] == newer[1]["options"] == await simulated.get("/models/text_encoders")
    assert newer[0] == "COMBO"


async def test_node_definitions_have_the_recorded_keys(comfyui_server: Server) -> None:
    for node in ("KSampler", "SaveImage", "CLIPTextEncode", "VAEDecode", "EmptyLatentImage"):
        info = (await comfyui_server.get(f"/object_info/{node}"))[node]
        assert {"input", "input_order", "output", "output_node", "display_name"} <= info.keys()
        assert info["name"] == node


async def test_unknown_nodes_and_folders(comfyui_server: Server) -> None:
    assert await comfyui_server.get("/object_info/NoSuchNode") == {}
    for path in ("/models/nope", "/experiment/models/nope", "/view_metadata/nope?filename=x"):
        async with comfyui_server.http.get(f"{comfyui_server.url}{path}") as reply:
            assert reply.status == 404


async def test_sizes_and_times_of_models(with_models: Server) -> None:
    models = await with_models.get("/experiment/models/checkpoints")
    assert {model["name"] for model in models} >= {with_models.checkpoint}
    assert all(model["size"] > 0 and model["modified"] > 0 for model in models)
    folders = await with_models.get("/experiment/models")
    assert {"checkpoints", "loras"} <= {folder["name"] for folder in folders}


async def test_missing_metadata_is_404(simulated: Server) -> None:
    lora = await simulated.get("/view_metadata/loras?filename=style/watercolor.safetensors")
    assert lora["modelspec.architecture"] == "stable-diffusion-v1/lora"
    assert "wtrclr" in lora["ss_tag_frequency"]
    for name in (
        "no-metadata.safetensors",
        "absent.safetensors",
        "../checkpoints/sd15.safetensors",
    ):
        url = f"{simulated.url}/view_metadata/loras"
        async with simulated.http.get(url, params={"filename": name}) as reply:
            assert reply.status == 404


async def test_a_model_without_a_preview_image_is_404(comfyui_server: Server) -> None:
    path = "/experiment/models/preview/checkpoints/0/no/such%20model.safetensors"
    async with comfyui_server.http.get(f"{comfyui_server.url}{path}") as reply:
        assert reply.status == 404


async def test_the_preview_image_of_a_model_is_webp(simulated: Server) -> None:
    path = "/experiment/models/preview/loras/0/style/ink.safetensors"
    async with simulated.http.get(f"{simulated.url}{path}") as reply:
        assert (reply.status, reply.content_type) == (200, "image/webp")
        with Image.open(io.BytesIO(await reply.read())) as image:
            assert image.format == "WEBP"


async def test_a_long_header_is_404_like_no_header(simulated: Server) -> None:
    large = {"ss_tag_frequency": "x" * MAX_HEADER_BYTES}
    model = SimulatedModel("large.safetensors", metadata=large)
    async with running_simulator(SimulatorOptions(models={"loras": [model]})) as other:
        url = f"{other.url}/view_metadata/loras?filename=large.safetensors"
        async with simulated.http.get(url) as reply:
            assert reply.status == 404


@pytest.mark.parametrize("prefix", ["", "/api"])
async def test_every_route_also_exists_under_api(prefix: str, comfyui_server: Server) -> None:
    features = await comfyui_server.get(f"{prefix}/features")
    assert features["supports_preview_metadata"] is True
    stats = await comfyui_server.get(f"{prefix}/system_stats")
    assert stats["system"]["comfyui_version"]
    assert stats["devices"][0]["name"]
    assert isinstance(await comfyui_server.get(f"{prefix}/embeddings"), list)
    url = f"{comfyui_server.url}{prefix}/prompt"
    async with comfyui_server.http.post(url, json={"prompt": trivial()}) as reply:
        assert reply.status == 200
    async with comfyui_server.http.ws_connect(f"{comfyui_server.url}{prefix}/ws") as socket:
        assert (await socket.receive_json())["type"] == "status"


async def test_unknown_paths_are_404(comfyui_server: Server) -> None:
    async with comfyui_server.http.get(f"{comfyui_server.url}/no/such/path") as reply:
        assert reply.status == 404


async def test_the_simulator_identifies_itself(simulated: Server) -> None:
    stats = await simulated.get("/system_stats")
    assert "simulated" in stats["devices"][0]["name"]
    async with simulated.http.get(simulated.url) as reply:
        assert "simulator" in await reply.text()
