"""Graphs that ran on real servers: the simulator of the same release gives results of the same shape.

``image_graphs.json.xz`` has, by release and name, the graph, the status of the POST, and what came out:
sizes of images, entries for clients, content types, errors, and the steps of each node with progress.
"""

import io
import json
import lzma
import re
import wave
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image
from tests.contract.comfyui.conftest import _server
from tests.contract.comfyui.pixels import checkered, downloaded, images_of
from tests.contract.comfyui.protocol_client import DATA, Server

from genonaut.simulator import VERSIONS, SimulatorOptions, running_simulator

RECORDED: dict[str, dict[str, Any]] = json.loads(
    lzma.decompress((DATA / "image_graphs.json.xz").read_bytes())
)
CASES = [(release, name) for release, graphs in RECORDED.items() for name in graphs]
MODELS = {
    "checkpoints": ["sd15-micro-random.safetensors", "sd15-micro-inpaint-random.safetensors"],
    "controlnet": ["cn-micro-random.safetensors"],
    "upscale_models": ["esrgan-random-2x.pth", "esrgan-random-4x.pth"],
}
SIZES = {
    "photo.png": (128, 128), "photo.jpg": (128, 128), "small.png": (48, 40), "mid.png": (96, 64),
    "mask64.png": (64, 64), "mask128.png": (128, 128), "mask200.png": (200, 200),
    "mask_wide.png": (128, 64), "odd.png": (131, 125), "big.png": (640, 520), "one.png": (64, 48),
    "levels.png": (16, 16),
}  # fmt: skip
TRANSPARENT = {"rgba.png": (128, 128), "rgba_soft.png": (128, 128), "odd_rgba.png": (131, 125)}
ANIMATED = {"a3.png": ((64, 48), 3), "anim.png": ((96, 64), 8)}
NOT_WRITTEN = {"out_image_advanced_exr"}  # the simulator writes no EXR


def write_inputs(folder: Path) -> None:
    """Store the inputs of the recorded graphs, with other pixels."""
    for sub in ("c", "d"):
        folder.joinpath(sub).mkdir()
        for name, size in SIZES.items():
            checkered(size).save(folder / sub / name)
        for name, size in TRANSPARENT.items():
            image = checkered(size).convert("RGBA")
            alpha = Image.new("L", size, 255)
            alpha.paste(0, (40, 40, 88, 88))
            image.putalpha(alpha)
            image.save(folder / sub / name)
        for name, (size, count) in ANIMATED.items():
            frames = [Image.new("RGB", size, (n * 30, 90, 200)) for n in range(count)]
            frames[0].save(folder / sub / name, save_all=True, append_images=frames[1:])
        with wave.open(str(folder / sub / "tone.wav"), "wb") as sound:
            sound.setparams((2, 2, 44_100, 0, "NONE", ""))
            sound.writeframes(bytes(4 * 44_100))


@pytest.fixture(scope="module")
async def servers() -> AsyncIterator[dict[str, Server]]:
    """A simulator of each release with the models and inputs of the recordings."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        found = {}
        for release in RECORDED:
            options = SimulatorOptions(version=VERSIONS[release], models=MODELS)
            simulator = await stack.enter_async_context(running_simulator(options))
            write_inputs(simulator.folders.input)
            found[release] = await _server(simulator.url, http, is_simulator=True)
        yield found


def shapes(outputs: dict[str, Any]) -> dict[str, Any]:
    """Return the entries for clients without counters, dates and random names."""
    text = json.dumps(outputs, sort_keys=True)
    text = re.sub(r"\d{5}|\d{4}-\d\d-\d\d_\d{6}", "N", text)
    shape: dict[str, Any] = json.loads(re.sub(r"ComfyUI_temp_[a-z]+", "temp", text))
    return shape


@pytest.mark.parametrize(("release", "name"), CASES, ids=[f"{r}-{n}" for r, n in CASES])
async def test_a_recorded_graph_gives_results_of_the_same_shape(
    release: str, name: str, servers: dict[str, Server]
) -> None:
    server, expected = servers[release], RECORDED[release][name]
    if name in NOT_WRITTEN:
        pytest.skip("the simulator writes no EXR files")
    status, answer = await server.post(expected["graph"])
    assert status == expected["status"], answer
    if status != 200:
        assert answer == expected["answer"]
        return
    entry = await server.ended(answer["prompt_id"])
    assert entry["status"]["status_str"] == expected["result"], entry["status"]["messages"][-1]
    if "error" in expected:
        failure = dict(entry["status"]["messages"])["execution_error"]
        seen = [failure[key] for key in ("node_id", "node_type", "exception_type")]
        assert [*seen, failure["exception_message"].removesuffix("\n")] == expected["error"]
    for node, sizes in expected.get("sizes", {}).items():
        images = await images_of(server, entry, node)
        assert [list(image.size) for image in images] == sizes
    if "outputs" in expected:
        await assert_same_outputs(server, name, entry["outputs"], expected)


async def assert_same_outputs(
    server: Server, name: str, outputs: dict[str, Any], expected: dict[str, Any]
) -> None:
    if name.startswith("out_preview_any"):
        counts = {
            node: {key: len(v) for key, v in shown.items()} for node, shown in outputs.items()
        }
        assert counts == expected["outputs"]
        return
    assert shapes(outputs) == shapes(expected["outputs"])
    types = {name.rpartition(".")[2]: kind for name, kind in expected["types"].items()}
    for shown in outputs.values():
        for item in (one for key, items in shown.items() if key != "text" for one in items):
            if isinstance(item, dict):
                await assert_type(server, item, types)


async def assert_type(server: Server, item: dict[str, str], types: dict[str, str]) -> None:
    query = {key: item[key] for key in ("filename", "subfolder", "type")}
    async with server.http.get(f"{server.url}/view", params=query) as reply:
        data = await reply.read()
        assert (reply.status, len(data) > 0) == (200, True)
        assert reply.content_type == types[item["filename"].rpartition(".")[2]]


STEPS = [
    (release, name) for release, name in CASES if RECORDED[release][name].get("steps")
]  # graphs whose nodes report steps


@pytest.mark.parametrize(("release", "name"), STEPS, ids=[f"{r}-{n}" for r, n in STEPS])
async def test_nodes_report_the_recorded_number_of_steps(
    release: str, name: str, servers: dict[str, Server]
) -> None:
    server, expected = servers[release], RECORDED[release][name]
    await server.forget_results()
    socket = await server.connect("steps")
    frames = await socket.until_done(await server.submit(expected["graph"], client_id="steps"))
    await socket.close()
    last = {
        frame["data"]["node"]: (frame["data"]["value"], frame["data"]["max"])
        for frame in frames
        if frame["type"] == "progress"
    }
    for node, steps in expected["steps"].items():
        assert last[node] == (steps, steps), node


async def test_written_files_can_be_read_again(servers: dict[str, Server]) -> None:
    server = servers["0.33"]
    entry = await server.run(RECORDED["0.33"]["out_animated_webp"]["graph"])
    data = await downloaded(server, entry["outputs"]["2"]["images"][0])
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size, getattr(image, "n_frames", 1)) == ("WEBP", (96, 64), 8)
        assert "prompt:{" in str(image.getexif()[0x0110])
