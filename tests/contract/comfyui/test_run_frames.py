"""The frames of a run, in the recorded order."""

import asyncio
import io
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from tests.contract.comfyui.protocol_client import (
    Frame,
    Server,
    essence,
    recorded,
    slow,
    txt2img,
    workflow,
)

from genonaut.simulator.releases import JOBS


async def test_text_to_image_sends_the_recorded_frames(with_models: Server) -> None:
    await with_models.forget_results()
    client_id = uuid4().hex
    socket = await with_models.connect(client_id)
    prompt_id = await with_models.submit(
        txt2img(with_models), client_id=client_id, **with_models.preview_request
    )
    frames = await socket.until_done(prompt_id)
    await socket.close()
    assert essence(frames) == with_models.expected("txt2img_first_run", frames)
    for frame in frames:
        if frame["type"] == "preview":
            assert frame["data"]["image_type"] == 1
            with Image.open(io.BytesIO(frame["data"]["image"])) as image:
                assert (image.format, image.size) == ("JPEG", (512, 512))


async def test_an_identical_prompt_shows_the_first_runs_file_again(with_models: Server) -> None:
    await with_models.forget_results()
    first = await with_models.run(txt2img(with_models))
    client_id = uuid4().hex
    socket = await with_models.connect(client_id)
    prompt_id = await with_models.submit(
        txt2img(with_models), client_id=client_id, **with_models.preview_request
    )
    frames = await socket.until_done(prompt_id)
    await socket.close()
    assert essence(frames) == essence(recorded("txt2img_identical_rerun_cached"))
    assert (await with_models.ended(prompt_id))["outputs"] == first["outputs"]


async def test_previews_with_metadata_come_before_their_progress(with_models: Server) -> None:
    await with_models.forget_results()
    await with_models.run(txt2img(with_models, seed=43))
    client_id = uuid4().hex
    socket = await with_models.connect(client_id, metadata=True)
    await socket.until("feature_flags")
    prompt_id = await with_models.submit(
        txt2img(with_models, seed=44), client_id=client_id, **with_models.preview_request
    )
    frames = await socket.until_done(prompt_id)
    await socket.close()
    assert essence(frames) == with_models.expected("txt2img_preview_metadata", frames)
    for frame in frames:
        if frame["type"] == "preview":
            assert frame["data"]["meta"] == {
                "node_id": "3",
                "prompt_id": prompt_id,
                "display_node_id": "3",
                "parent_node_id": None,
                "real_node_id": "3",
                "image_type": "image/jpeg",
            }


async def test_late_feature_flags_are_ignored(with_models: Server) -> None:
    await with_models.forget_results()
    await with_models.run(txt2img(with_models, seed=43))
    client_id = uuid4().hex
    socket = await with_models.connect(client_id)
    await socket.raw.send_json({"type": "hello_first", "data": {}})
    flags = {"type": "feature_flags", "data": {"supports_preview_metadata": True}}
    await socket.raw.send_json(flags)
    prompt_id = await with_models.submit(
        txt2img(with_models, seed=45), client_id=client_id, **with_models.preview_request
    )
    frames = await socket.until_done(prompt_id)
    await socket.close()
    assert essence(frames) == with_models.expected("txt2img_feature_flags_late", frames)


async def test_denoise_zero_keeps_the_image(simulated: Server) -> None:
    graph = txt2img(simulated)
    graph["20"] = {
        "class_type": "EmptyImage",
        "inputs": {"width": 128, "height": 128, "batch_size": 1, "color": 0xFF0000},
    }
    graph["21"] = {"class_type": "VAEEncode", "inputs": {"pixels": ["20", 0], "vae": ["4", 2]}}
    graph["3"]["inputs"] |= {"latent_image": ["21", 0], "denoise": 0.0}
    image = (await simulated.run(graph))["outputs"]["9"]["images"][0]
    async with simulated.http.get(f"{simulated.url}/view", params=image) as reply:
        with Image.open(io.BytesIO(await reply.read())) as image:
            # Encoding changes every pixel a little, as a real VAE does.
            assert image.getpixel((5, 5)) == (253, 1, 3)


@pytest.mark.parametrize(
    "frame", ["no JSON", "[]", '{"type": "other"}', '{"type": "feature_flags"}']
)
async def test_any_first_frame_is_accepted(frame: str, comfyui_server: Server) -> None:
    client_id = uuid4().hex
    socket = await comfyui_server.connect(client_id)
    await socket.raw.send_str(frame)
    prompt_id = await comfyui_server.submit(workflow("trivial"), client_id=client_id)
    assert await socket.until_done(prompt_id)
    await socket.close()


def without_dropped_step(frames: list[Frame]) -> list[tuple[Any, ...]]:
    """Return the frames without step 2 of 3, which newer servers drop within 100 ms."""
    dropped = {("progress", "3", 2, 3), ("progress_state", ("3", 2, 3, "running"))}
    has_previews = any(frame["type"] == "preview" for frame in frames)
    return [one for one in essence(frames) if has_previews or one not in dropped]


async def test_newer_servers_send_the_recorded_frames(newer_server: Server) -> None:
    if not (newer_server.checkpoint and newer_server.lora):
        pytest.skip("the server has no checkpoint or no LoRA")
    await newer_server.forget_results()
    for name, extra_data in (
        ("0.33/txt2img_first_run", {"preview_method": "latent2rgb"}),
        ("0.33/txt2img_identical_rerun_cached", {"preview_method": "latent2rgb"}),
        ("0.33/txt2img_no_preview_method", {"preview_method": "none"}),
    ):
        client_id = uuid4().hex
        socket = await newer_server.connect(client_id, metadata=True)
        await socket.until("feature_flags")
        graph = txt2img(newer_server, seed=43 if "no_preview" in name else 42)
        prompt_id = await newer_server.submit(graph, client_id=client_id, extra_data=extra_data)
        frames = await socket.until_done(prompt_id)
        await socket.close()
        expected = recorded(name)
        assert without_dropped_step(frames) == without_dropped_step(expected)
        flags, found = (
            next(frame["data"] for frame in of if frame["type"] == "feature_flags")
            for of in (expected, frames)
        )
        assert found.keys() == flags.keys()


@pytest.mark.parametrize("method", ["auto", "latent2rgb", "taesd"])
async def test_a_prompt_may_request_previews(method: str, newer_server: Server) -> None:
    if not (newer_server.checkpoint and newer_server.lora):
        pytest.skip("the server has no checkpoint or no LoRA")
    await newer_server.forget_results()
    client_id = uuid4().hex
    socket = await newer_server.connect(client_id)
    prompt_id = await newer_server.submit(
        txt2img(newer_server), client_id=client_id, extra_data={"preview_method": method}
    )
    frames = await socket.until_done(prompt_id)
    await socket.close()
    assert "preview" in {frame["type"] for frame in frames}


async def test_a_graph_without_models_sends_the_recorded_frames(comfyui_server: Server) -> None:
    await comfyui_server.forget_results()
    client_id = uuid4().hex
    for name in ("modelfree_first_run", "modelfree_identical_rerun_cached"):
        socket = await comfyui_server.connect(client_id)
        prompt_id = await comfyui_server.submit(workflow("modelfree"), client_id=client_id)
        frames = await socket.until_done(prompt_id)
        await socket.close()
        assert essence(frames) == essence(recorded(name))


async def test_renamed_nodes_hit_the_cache_and_keep_the_old_ids_in_the_meta(
    comfyui_server: Server,
) -> None:
    await comfyui_server.run(workflow("modelfree"))
    renamed = {}
    for node_id, node in workflow("modelfree").items():
        inputs = {
            name: [f"n{value[0]}", value[1]] if isinstance(value, list) else value
            for name, value in node["inputs"].items()
        }
        renamed[f"n{node_id}"] = node | {"inputs": inputs}
    client_id = uuid4().hex
    socket = await comfyui_server.connect(client_id)
    prompt_id = await comfyui_server.submit(renamed, client_id=client_id)
    frames = await socket.until_done(prompt_id)
    await socket.close()
    assert essence(frames) == essence(recorded("modelfree_renamed_nodes"))
    entry = await comfyui_server.ended(prompt_id)
    assert entry["meta"]["n7"]["node_id"] == "7"


async def test_a_broken_image_gives_the_recorded_error(comfyui_server: Server) -> None:
    form = {"image": io.BytesIO(b"no image at all"), "overwrite": "true"}
    form["image"].name = "broken.png"  # type: ignore[attr-defined]
    async with comfyui_server.http.post(f"{comfyui_server.url}/upload/image", data=form) as reply:
        assert reply.status == 200
    graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": "broken.png"}},
        "2": {
            "class_type": "SaveImage",
            "inputs": {"images": ["1", 0], "filename_prefix": "never"},
        },
    }
    client_id = uuid4().hex
    socket = await comfyui_server.connect(client_id)
    prompt_id = await comfyui_server.submit(graph, client_id=client_id)
    frames = await socket.until_done(prompt_id)
    await socket.close()
    assert essence(frames) == essence(recorded("error_load_broken_image"))
    error = next(frame["data"] for frame in frames if frame["type"] == "execution_error")
    if comfyui_server.is_simulator or not comfyui_server.has(JOBS):  # newer servers use PyAV
        assert error["exception_type"] == "PIL.UnidentifiedImageError"
        assert error["exception_message"].endswith("broken.png'\n")
    expected = next(
        f["data"] for f in recorded("error_load_broken_image") if f["type"] == "execution_error"
    )
    assert error.keys() == expected.keys()
    status = (await comfyui_server.ended(prompt_id))["status"]
    assert (status["status_str"], status["completed"]) == ("error", False)


async def test_an_interrupted_run_stops_before_the_next_node(comfyui_server: Server) -> None:
    await comfyui_server.forget_results()
    client_id = uuid4().hex
    socket = await comfyui_server.connect(client_id)
    prompt_id = await comfyui_server.submit(slow(), client_id=client_id)
    await socket.until("executing", node="10")
    async with comfyui_server.http.post(f"{comfyui_server.url}/interrupt", json={}) as reply:
        assert reply.status == 200
    frames = essence(await socket.until_done(prompt_id))
    await socket.close()
    # The interrupt affects this node or the next; the frames before it are as recorded.
    *before, interrupted, status, done = frames
    assert before == essence(recorded("interrupt_global_modelfree"))[: len(before)]
    (_, node_id, node_type, executed) = interrupted
    assert before[-1] == ("executing", node_id, True)
    assert (interrupted[0], node_type) == ("execution_interrupted", "ImageBlur")
    assert set(executed) == {"1", "2", *(str(number) for number in range(10, int(node_id)))}
    assert (status, done) == (("status", 0, False), ("executing", None, True))
    status = (await comfyui_server.ended(prompt_id))["status"]
    assert status["status_str"] == "error"
    assert status["messages"][-1][0] == "execution_interrupted"


async def test_a_prompt_without_client_id_sends_its_progress_to_all_clients(
    with_models: Server,
) -> None:
    await with_models.forget_results()
    await with_models.run(txt2img(with_models, seed=1))
    socket = await with_models.connect(uuid4().hex)
    await socket.next()
    socket.frames.clear()
    prompt_id = await with_models.submit(
        txt2img(with_models, seed=2, steps=5), **with_models.preview_request
    )
    await socket.until("status")
    await socket.until("status")
    await socket.until("status")
    await socket.close()
    expected = with_models.expected("isolation_2_prompt_without_client_id_A", socket.frames)
    assert essence(socket.frames) == expected
    assert (await with_models.ended(prompt_id))["status"]["status_str"] == "success"


async def test_the_interruption_of_a_prompt_without_client_id_is_sent_to_all_clients(
    comfyui_server: Server,
) -> None:
    await comfyui_server.forget_results()
    socket = await comfyui_server.connect(uuid4().hex)
    await socket.next()
    socket.frames.clear()
    await comfyui_server.submit(slow())
    while True:
        frame = await socket.next()
        if frame["type"] == "progress_state" and "10" in frame["data"]["nodes"]:
            break
    await comfyui_server.http.post(f"{comfyui_server.url}/interrupt", data=b"{bad")
    await socket.until("execution_interrupted")
    await socket.until("status")
    await socket.close()
    *before, interrupted, status = essence(socket.frames)
    assert before == essence(recorded("interrupt_without_client_id_seen_by_A"))[: len(before)]
    assert interrupted[:3] == ("execution_interrupted", before[-1][-1][0], "ImageBlur")
    assert status == ("status", 0, False)


async def test_other_clients_receive_only_the_status(comfyui_server: Server) -> None:
    await comfyui_server.forget_results()
    client_id = uuid4().hex
    other = await comfyui_server.connect()
    await other.next()
    own = await comfyui_server.connect(client_id)
    prompt_id = await comfyui_server.submit(slow(blurs=1), client_id=client_id)
    await own.until_done(prompt_id)
    while (await other.next())["data"]["status"]["exec_info"]["queue_remaining"]:
        pass
    await own.close()
    await other.close()
    assert essence(other.frames) == essence(recorded("isolation_1_B_other"))


async def test_a_server_made_sid_works_as_client_id(comfyui_server: Server) -> None:
    socket = await comfyui_server.connect()
    sid = (await socket.next())["data"]["sid"]
    prompt_id = await comfyui_server.submit(workflow("trivial"), client_id=sid)
    assert await socket.until_done(prompt_id)
    await socket.close()


async def test_a_reconnecting_client_receives_the_running_node_without_its_prompt(
    comfyui_server: Server,
) -> None:
    client_id = uuid4().hex
    first = await comfyui_server.connect(client_id)
    prompt_id = await comfyui_server.submit(slow(), client_id=client_id)
    await first.until("executing", node="11")
    await first.close()
    second = await comfyui_server.connect(client_id)
    greeting = [await second.next(), await second.next()]
    assert greeting[0]["type"] == "status"
    assert greeting[1]["type"] == "executing"
    assert greeting[1]["data"].keys() == {"node"}
    await second.until_done(prompt_id)
    await second.close()
    third = await comfyui_server.connect(client_id)
    assert (await third.next())["type"] == "status"
    assert await third.received_nothing(0.1)
    await third.close()


async def test_the_newer_of_two_sockets_becomes_deaf_when_the_older_closes(
    comfyui_server: Server,
) -> None:
    client_id = uuid4().hex
    older = await comfyui_server.connect(client_id)
    await older.next()
    newer = await comfyui_server.connect(client_id)
    await newer.next()
    await older.close()
    await asyncio.sleep(0.1)  # until the server has noticed
    await comfyui_server.run(workflow("trivial"), client_id=client_id)
    assert await newer.received_nothing(0.1)
    await newer.close()


async def test_the_newer_of_two_sockets_silences_the_older(comfyui_server: Server) -> None:
    client_id = uuid4().hex
    older = await comfyui_server.connect(client_id)
    await older.next()
    newer = await comfyui_server.connect(client_id)
    prompt_id = await comfyui_server.submit(workflow("trivial"), client_id=client_id)
    await newer.until_done(prompt_id)
    assert await older.received_nothing(0.05)
    await newer.close()
    await older.close()
