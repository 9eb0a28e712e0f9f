"""Every operation on images, from the API through the worker to a real ComfyUI.

Collected only with ``GENONAUT_TEST_COMFYUI_URL``. The server needs a checkpoint of Stable Diffusion 1; what
it has beside that (inpainting checkpoint, ControlNet, upscale model, VAE, LoRA) is used as well. With
``GENONAUT_TEST_COMFYUI_COMMAND``, a command that starts such a server on the port ``{port}`` and whose
process can be killed, the server is also killed while it paints.
"""

import asyncio
import contextlib
import io
import os
import shlex
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from PIL import Image, ImageChops
from tests.contract.comfyui.conftest import REAL_URL
from tests.support.accounts import held
from tests.support.service import (
    Api,
    eventually,
    running_api,
    running_worker,
    with_backends,
    with_jobs,
)
from tests.support.uploads import encoded, gradient
from tests.support.workflow_graphs import has_classes
from tests.unit.jobs.graphs import cases

from genonaut.comfyui import NodeInfo, complete_graph
from genonaut.config import Settings
from genonaut.embedded.ports import choose_port

SIZE = (128, 64)
BOX = (48, 16, 80, 48)
REACH_PX = 10
MASK = {"mask_grow_px": 2, "mask_feather_px": 8}
STEPS = {"seed": 5, "steps": 2, "cfg": 3.0}
PATIENCE_SECONDS = 900.0
COMMAND = os.environ.get("GENONAUT_TEST_COMFYUI_COMMAND", "")
pytestmark = pytest.mark.timeout(3600)


@pytest.fixture
async def offered() -> AsyncIterator[dict[str, list[str]]]:
    """The model files of the server by folder."""
    folders = ("checkpoints", "loras", "vae", "controlnet", "upscale_models", "embeddings")
    async with aiohttp.ClientSession() as http:
        found = {}
        for folder in folders:
            async with http.get(f"{REAL_URL}/models/{folder}") as reply:
                found[folder] = await reply.json()
        yield found


@pytest.fixture
async def api(settings: Settings, offered: dict[str, list[str]]) -> AsyncIterator[Api]:
    """The API, and a worker whose only backend is the real server."""
    async with held(_running(settings, offered["checkpoints"])) as found:
        yield found


@contextlib.asynccontextmanager
async def _running(settings: Settings, checkpoints: list[str]) -> AsyncIterator[Api]:
    wanted = with_backends(settings, REAL_URL)
    async with running_api(wanted) as found, running_worker(wanted):

        async def is_ready() -> bool:
            answer = await found.http.get("/api/v1/checkpoint-models/")
            names = {one["name"] for one in answer.json()["items"]}
            return set(checkpoints) <= names

        await eventually(is_ready, seconds=PATIENCE_SECONDS)
        yield found


def source() -> Image.Image:
    return gradient(*SIZE)


def mask(*box: int) -> Image.Image:
    image = Image.new("L", SIZE, 0)
    image.paste(255, (box[0], box[1], box[2], box[3]))
    return image


async def uploaded(api: Api, image: Image.Image) -> dict[str, int]:
    answer = await api.http.post("/api/v1/uploads/", files={"file": ("a.png", encoded(image))})
    assert answer.status_code in {200, 201}, answer.text
    return {"upload_id": answer.json()["id"]}


async def made(api: Api, **fields: Any) -> Image.Image:
    """Return the image of a job that completes."""
    body = {"prompt": "a lighthouse", "params": STEPS, "width": SIZE[0], "height": SIZE[1]}
    body |= fields
    if fields.get("operation") == "upscale":
        body = fields
    answer = await api.http.post("/api/v1/generation-jobs/", json=body)
    assert answer.status_code == 201, answer.text
    done = await api.ended(answer.json()["id"], seconds=PATIENCE_SECONDS)
    assert done["status"] == "completed", (fields, done["error_message"])
    answer = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
    image = Image.open(io.BytesIO(answer.content))
    image.load()
    return image.convert("RGB")


def first(names: list[str], word: str = "", *, without: str = "\0") -> str:
    """Return the first name with a word, or skip the test."""
    found = [name for name in names if word in name and without not in name]
    if not found:
        pytest.skip(f"the server has no model named {word!r}")
    return found[0]


async def painting(api: Api, area: Image.Image, **more: Any) -> dict[str, Any]:
    image = await uploaded(api, source())
    return {"image": image, "mask": await uploaded(api, area), **MASK, **more}


def require_kept(image: Image.Image) -> None:
    """Check that the box was painted, and that nothing changed beyond the feathering."""
    assert image.size == SIZE
    changed = ImageChops.difference(image, source()).getbbox()
    assert changed is not None
    assert changed[0] >= BOX[0] - REACH_PX
    assert changed[1] >= BOX[1] - REACH_PX
    assert changed[2] <= BOX[2] + REACH_PX
    assert changed[3] <= BOX[3] + REACH_PX


async def test_text_to_image_and_what_changes_it(api: Api, offered: dict[str, list[str]]) -> None:
    checkpoint = first(offered["checkpoints"], without="inpaint")
    plain = await made(api, checkpoint_model=checkpoint)
    assert plain.size == SIZE
    lora = {"name": first(offered["loras"]), "strength_model": 1.0}
    changes: dict[str, Any] = {
        "lora": {"lora_models": [lora]},
        "clip skip": {"clip_skip": 2},
        "vae": {"vae": first(offered["vae"], without="pixel_space")},
        "embedding": {"prompt": f"a lighthouse, embedding:{first(offered['embeddings'])}"},
    }
    for name, fields in changes.items():
        image = await made(api, checkpoint_model=checkpoint, **fields)
        assert image.tobytes() != plain.tobytes(), name


async def test_a_source_is_changed_as_far_as_denoise_says(
    api: Api, offered: dict[str, list[str]]
) -> None:
    checkpoint = first(offered["checkpoints"], without="inpaint")
    given = {"image": await uploaded(api, source())}
    for denoise in (0.5, 1.0):
        params = STEPS | {"denoise": denoise}
        image = await made(api, checkpoint_model=checkpoint, source=given, params=params)
        assert image.size == SIZE
        assert image.tobytes() != source().tobytes()


@pytest.mark.parametrize("mode", ["preserve", "fill"])
@pytest.mark.parametrize("word", ["", "inpaint"])
async def test_pixels_outside_of_a_mask_are_exact(
    api: Api, offered: dict[str, list[str]], word: str, mode: str
) -> None:
    without = "\0" if word else "inpaint"
    checkpoint = first(offered["checkpoints"], word, without=without)
    given = await painting(api, mask(*BOX), mask_mode=mode)
    require_kept(await made(api, checkpoint_model=checkpoint, source=given))


async def test_a_mask_that_is_white_everywhere_paints_all(
    api: Api, offered: dict[str, list[str]]
) -> None:
    checkpoint = first(offered["checkpoints"], without="inpaint")
    given = await painting(api, mask(0, 0, *SIZE))
    image = await made(api, checkpoint_model=checkpoint, source=given)
    assert ImageChops.difference(image, source()).getbbox() == (0, 0, *SIZE)


async def test_an_extension_keeps_the_source(api: Api, offered: dict[str, list[str]]) -> None:
    checkpoint = first(offered["checkpoints"], without="inpaint")
    extend = {"right": 64, "feather_px": 8}
    given = {"image": await uploaded(api, source()), "extend": extend}
    image = await made(api, checkpoint_model=checkpoint, source=given)
    assert image.size == (SIZE[0] + 64, SIZE[1])
    kept = (0, 0, SIZE[0] - 8, SIZE[1])
    assert image.crop(kept).tobytes() == source().crop(kept).tobytes()


async def test_images_are_enlarged(api: Api, offered: dict[str, list[str]]) -> None:
    checkpoint = first(offered["checkpoints"], without="inpaint")
    model = first(offered["upscale_models"])
    given = {"image": await uploaded(api, source())}
    upscale = {"model": model, "scale": 2.5}
    image = await made(api, operation="upscale", source=given, upscale=upscale)
    assert image.size == (320, 160)
    hires: dict[str, Any] = {"scale": 1.5, "steps": 1}
    for more in ({}, {"method": "model", "upscale_model": model}):
        image = await made(api, checkpoint_model=checkpoint, hires=hires | more)
        assert image.size == (192, 96), more


async def test_controlnets_act_on_a_map_and_on_a_photo(
    api: Api, offered: dict[str, list[str]]
) -> None:
    checkpoint = first(offered["checkpoints"], without="inpaint")
    plain = await made(api, checkpoint_model=checkpoint)
    network = {"model": first(offered["controlnet"]), "image": await uploaded(api, source())}
    for more in ({}, {"preprocessor": "canny", "type": "canny"}):
        control = [network | more]
        image = await made(api, checkpoint_model=checkpoint, control=control)
        assert image.tobytes() != plain.tobytes(), more


@contextlib.asynccontextmanager
async def started(port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a server of its own until the end of the block; it is killed."""
    command = shlex.split(COMMAND.format(port=port))
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


@pytest.mark.skipif(not COMMAND, reason="GENONAUT_TEST_COMFYUI_COMMAND is not set")
async def test_a_server_killed_while_it_paints_leaves_one_right_image(
    settings: Settings, offered: dict[str, list[str]]
) -> None:
    checkpoint = first(offered["checkpoints"], without="inpaint")
    port = choose_port()
    url = f"http://127.0.0.1:{port}"
    wanted = with_jobs(with_backends(settings, url), retry_delays_seconds=(2.0,) * 10)
    async with running_api(wanted) as api, aiohttp.ClientSession() as http:

        async def queue() -> dict[str, Any] | None:
            with contextlib.suppress(aiohttp.ClientError):
                async with http.get(f"{url}/queue") as reply:
                    answer: dict[str, Any] = await reply.json()
                    return answer
            return None

        async def is_painting() -> bool:
            answer = await queue()
            return bool(answer and answer["queue_running"])

        async with running_worker(wanted):
            async with started(port) as process:
                await eventually(queue, seconds=PATIENCE_SECONDS)
                await eventually(lambda: _offers(api, checkpoint), seconds=PATIENCE_SECONDS)
                given = await painting(api, mask(*BOX))
                params = STEPS | {"steps": 20}
                body = {
                    "prompt": "a lighthouse", "params": params, "width": SIZE[0], "height": SIZE[1],
                    "source": given, "checkpoint_model": checkpoint,
                }  # fmt: skip
                answer = await api.http.post("/api/v1/generation-jobs/", json=body)
                assert answer.status_code == 201, answer.text
                await eventually(is_painting, seconds=PATIENCE_SECONDS)
                process.send_signal(signal.SIGKILL)
                await process.wait()
            async with started(port):
                done = await api.ended(answer.json()["id"], seconds=PATIENCE_SECONDS)
        assert done["status"] == "completed", done
        assert (await api.http.get("/api/v1/content/")).json()["total"] == 1
        found = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
        with Image.open(io.BytesIO(found.content)) as image:
            require_kept(image.convert("RGB"))


async def _offers(api: Api, checkpoint: str) -> bool:
    answer = await api.http.get("/api/v1/checkpoint-models/")
    return checkpoint in {one["name"] for one in answer.json()["items"]}


async def test_an_input_that_was_deleted_at_the_server_is_sent_again(
    api: Api, offered: dict[str, list[str]]
) -> None:
    folder = os.environ.get("GENONAUT_TEST_COMFYUI_INPUTS", "")
    if not folder:
        pytest.skip("GENONAUT_TEST_COMFYUI_INPUTS, the input folder of the server, is not set")
    checkpoint = first(offered["checkpoints"], without="inpaint")
    given = await painting(api, mask(*BOX))
    before = await made(api, checkpoint_model=checkpoint, source=given)
    for path in (Path(folder) / "genonaut").iterdir():
        path.unlink()
    params = STEPS | {"seed": 6}
    after = await made(api, checkpoint_model=checkpoint, source=given, params=params)
    require_kept(before)
    require_kept(after)


async def test_a_workflow_gives_results_of_every_kind(api: Api) -> None:
    await eventually(lambda: has_classes(api.runtime), seconds=PATIENCE_SECONDS)
    graph = {
        "1": _node("EmptyImage", width=64, height=48, batch_size=6, color=0xFF8000),
        "2": _node("ImageInvert", image=["1", 0]),
        "3": _node("ImageFromBatch", image=["1", 0], batch_index=0, length=1),
        "4": _node("SaveImage", images=["3", 0], filename_prefix="a"),
        "5": _node("ImageFromBatch", image=["2", 0], batch_index=0, length=2),
        "6": _node("SaveImage", images=["5", 0], filename_prefix="b"),
        "7": _node("CreateVideo", images=["2", 0], fps=6.0),
        "8": _node(
            "SaveVideo", video=["7", 0], filename_prefix="c", format="auto", codec="auto"
        ),
    }  # fmt: skip
    answer = await api.http.post("/api/v1/workflows/", json={"title": "All", "graph": graph})
    assert answer.status_code == 201, answer.text
    number = answer.json()["workflow"]["id"]
    answer = await api.http.post(f"/api/v1/workflows/{number}/jobs", json={"inputs": {}})
    assert answer.status_code == 201, answer.text
    done = await api.ended(answer.json()["id"], seconds=PATIENCE_SECONDS)
    assert done["status"] == "completed", done["error_message"]
    items = [(await api.http.get(f"/api/v1/content/{one}")).json() for one in done["content_ids"]]
    assert [one["content_type"] for one in items] == ["image", "image", "image", "video"]
    assert {(one["width"], one["height"]) for one in items} == {(64, 48)}


def _node(class_type: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs}


_FILE_INPUTS = frozenset({
    "ckpt_name", "unet_name", "clip_name", "clip_name1", "clip_name2", "clip_name3", "clip_name4",
    "vae_name", "lora_name", "control_net_name", "model_name", "style_model_name", "name",
})  # fmt: skip


async def test_every_recorded_graph_is_accepted_but_for_its_files() -> None:
    """Post the graphs of all architectures: node classes, types and values are checked before files."""
    refused = {}
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{REAL_URL}/object_info") as reply:
            classes = msgspec.convert(await reply.json(), dict[str, NodeInfo])
        for operation, model, spec in cases.specs():
            found = complete_graph(cases.graph(spec), classes)
            if any(problem.depends_on_server for problem in found.problems):
                continue  # jobs do not go to this server: a class or an option is newer
            async with http.post(f"{REAL_URL}/prompt", json={"prompt": found.graph}) as reply:
                answer = await reply.json()
            if problems := _problems(answer):
                refused[f"{operation}: {model}"] = problems
        await http.post(f"{REAL_URL}/queue", json={"clear": True})
    assert refused == {}


def _problems(answer: dict[str, Any]) -> list[str]:
    """Return what a server refuses beside files that it does not have."""
    errors = [
        f"{node_id}: {error['type']}: {error['details']}"
        for node_id, node in (answer.get("node_errors") or {}).items()
        for error in node["errors"]
        if not _is_about_a_file(error)
    ]
    kind = (answer.get("error") or {}).get("type", "")
    return errors if kind in {"", "prompt_outputs_failed_validation"} else [*errors, kind]


def _is_about_a_file(error: dict[str, Any]) -> bool:
    name = error.get("extra_info", {}).get("input_name")
    if error["type"] == "custom_validation_failed":
        return name == "image" and "Invalid image file" in error["details"]
    return error["type"] == "value_not_in_list" and name in _FILE_INPUTS
