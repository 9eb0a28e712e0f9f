"""Templates of ComfyUI whose classes the simulator has run from end to end."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image
from tests.contract.comfyui.protocol_client import Graph, Server
from tests.support.workflow_corpus import corpus

from genonaut.simulator import VERSIONS, SimulatorOptions, running_simulator
from genonaut.simulator.media.flac import flac
from genonaut.simulator.media.sound import Sound
from genonaut.simulator.node_catalogue import _FOLDER_OF_INPUT, _FOLDER_OF_NODE, FILE_INPUTS
from genonaut.simulator.nodes import NODES, SAMPLERS
from genonaut.simulator.releases import release_of

SLOW = {"LTXVLatentUpsampler"}  # many large frames
SMALLEST_PX, LARGEST_PX = 32, 5000


def templates() -> dict[str, Graph]:
    """Return the graphs with known classes, with small images and short videos."""
    found = {}
    for name, entry in corpus().items():
        graph = entry.get("api") or {}
        classes = {node.get("class_type") for node in graph.values()}
        is_known = classes and classes <= {*NODES, *SAMPLERS}
        if is_known and not name.startswith("edge_") and not classes & SLOW:
            found[name] = {key: small(node) for key, node in graph.items()}
    return found


def small(node: dict[str, Any]) -> dict[str, Any]:
    inputs = dict(node["inputs"])
    limits = {"width": 128, "height": 128, "length": 9, "frames_number": 9, "steps": 4}
    for name, limit in limits.items():
        if isinstance(inputs.get(name), int):
            inputs[name] = min(inputs[name], limit)
    if node["class_type"] == "PrimitiveInt" and isinstance(inputs["value"], int):
        is_size = SMALLEST_PX < inputs["value"] < LARGEST_PX
        inputs["value"] = 64 if is_size else inputs["value"]
    return {"class_type": node["class_type"], "inputs": inputs}


GRAPHS = templates()


def needed_models() -> dict[str, list[str]]:
    models: dict[str, set[str]] = {}
    for graph in GRAPHS.values():
        for node in graph.values():
            for name, value in node["inputs"].items():
                place = (node["class_type"], name)
                folder = _FOLDER_OF_NODE.get(place) or _FOLDER_OF_INPUT.get(name)
                if folder and isinstance(value, str):
                    models.setdefault(folder, set()).add(value)
    return {folder: sorted(names) for folder, names in models.items()}


def write_inputs(folder: Path) -> None:
    for graph in GRAPHS.values():
        for node in graph.values():
            name, kind = FILE_INPUTS.get(node["class_type"], ("", ""))
            if isinstance(node["inputs"].get(name), str):
                write_input(folder / node["inputs"][name], kind)


def write_input(path: Path, kind: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    colors = ((9, 99, 200), (200, 9, 9), (9, 200, 9))
    frames = [Image.new("RGB", (128, 96), color) for color in colors]
    if kind == "audio":
        path.write_bytes(flac(Sound(2.0), {}))
    elif kind == "video":
        frames[0].save(path, "GIF", save_all=True, append_images=frames[1:])
    else:
        frames[0].save(path, "PNG")


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Server]:
    options = SimulatorOptions(version=VERSIONS["0.33"], models=needed_models())
    async with running_simulator(options) as simulator, aiohttp.ClientSession() as http:
        write_inputs(simulator.folders.input)
        release = release_of(VERSIONS["0.33"])
        yield Server(simulator.url, http, "", "", True, release)


def test_many_templates_are_known() -> None:
    assert len(GRAPHS) >= 20


@pytest.mark.parametrize("name", sorted(GRAPHS))
async def test_a_template_runs(name: str, server: Server) -> None:
    status, answer = await server.post(GRAPHS[name])
    assert (status, answer.get("node_errors")) == (200, {}), answer
    entry = await server.ended(answer["prompt_id"])
    assert entry["status"]["status_str"] == "success", entry["status"]["messages"][-1]
    assert entry["outputs"]
