"""Prompt ids, numbers, queue, interrupts, history and cache."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from tests.contract.comfyui.protocol_client import Server, slow, trivial, until, workflow

from genonaut.simulator.releases import CREATE_TIME, JOB_CANCEL


async def busy(server: Server) -> str:
    """Start a long prompt; return its id."""
    prompt_id = await server.submit(slow())

    async def runs() -> bool:
        return bool((await server.get("/queue"))["queue_running"])

    await until(runs)
    return prompt_id


async def in_state(server: Server, key: str) -> Any:
    return (await server.get("/simulator/state"))[key]


async def post(server: Server, path: str, body: Any) -> int:
    async with server.http.post(f"{server.url}{path}", json=body) as reply:
        return reply.status


async def test_a_client_may_choose_the_prompt_id_and_the_post_is_not_idempotent(
    comfyui_server: Server,
) -> None:
    prompt_id = str(uuid4())
    await busy(comfyui_server)
    for color in (1, 2):
        _, answer = await comfyui_server.post(trivial(color=color), prompt_id=prompt_id)
        assert answer["prompt_id"] == prompt_id
    pending = (await comfyui_server.get("/queue"))["queue_pending"]
    assert [item[1] for item in pending] == [prompt_id, prompt_id]
    assert await post(comfyui_server, "/queue", {"delete": [prompt_id]}) == 200
    pending = (await comfyui_server.get("/queue"))["queue_pending"]
    assert [item[1] for item in pending] == [prompt_id]
    number, _, graph, extra_data, outputs = pending[0]
    assert isinstance(number, int)
    assert ("create_time" in extra_data) == comfyui_server.has(CREATE_TIME)
    extra_data.pop("create_time", None)
    assert (graph, extra_data, outputs) == (trivial(color=2), {}, ["2"])


@pytest.mark.parametrize("given", ["job-7", "", 42, "5F9A2A54-EDFF-4A77-AADD-55438C171BD2"])
async def test_a_prompt_id_is_text_or_must_be_a_canonical_uuid(
    given: Any, comfyui_server: Server
) -> None:
    status, answer = await comfyui_server.post(trivial(), prompt_id=given)
    if comfyui_server.has(JOB_CANCEL):
        assert (status, answer["error"]["type"]) == (400, "invalid_prompt_id")
    else:
        assert (status, answer["prompt_id"]) == (200, str(given))


async def test_the_prompt_id_null_becomes_text_or_a_new_id(comfyui_server: Server) -> None:
    prompt_id = await comfyui_server.submit(trivial(), prompt_id=None)
    assert (prompt_id == "None") != comfyui_server.has(JOB_CANCEL)


async def test_lower_numbers_run_first_and_front_precedes_all(
    comfyui_server: Server,
) -> None:
    await comfyui_server.run(trivial())
    await busy(comfyui_server)
    ids = {name: str(uuid4()) for name in ("back", "front", "low")}
    _, back = await comfyui_server.post(trivial(color=1), prompt_id=ids["back"])
    _, front = await comfyui_server.post(trivial(color=2), prompt_id=ids["front"], front=True)
    _, low = await comfyui_server.post(trivial(color=3), prompt_id=ids["low"], number=-1e9)
    assert front["number"] == -(back["number"] + 1)
    assert low["number"] == -1e9
    await comfyui_server.ended(ids["back"])
    history = [key for key in await comfyui_server.get("/history") if key in ids.values()]
    assert history == [ids["low"], ids["front"], ids["back"]]


async def test_an_invalid_number_is_a_plain_500(comfyui_server: Server) -> None:
    status, _ = await comfyui_server.post(trivial(), number="x")
    assert status == 500


async def test_a_running_prompt_is_neither_deleted_nor_cleared(
    comfyui_server: Server,
) -> None:
    running = await busy(comfyui_server)
    waiting = await comfyui_server.submit(trivial())
    assert await post(comfyui_server, "/queue", {"delete": [running, "no-such-id"]}) == 200
    assert await post(comfyui_server, "/queue", {"clear": True}) == 200
    queue = await comfyui_server.get("/queue")
    assert [item[1] for item in queue["queue_running"]] == [running]
    assert queue["queue_pending"] == []
    assert await comfyui_server.get(f"/history/{waiting}") == {}


async def test_a_running_prompt_has_the_client_id_of_its_frames(
    comfyui_server: Server,
) -> None:
    client_id = uuid4().hex
    socket = await comfyui_server.connect(client_id)
    prompt_id = await comfyui_server.submit(slow(), client_id=client_id)
    await socket.until("executing", node="11")
    (running,) = (await comfyui_server.get("/queue"))["queue_running"]
    assert running[1] == prompt_id
    assert running[3]["client_id"] == client_id
    await socket.close()


async def test_deleting_a_waiting_prompt_sends_a_status_and_nothing_else(
    comfyui_server: Server,
) -> None:
    await busy(comfyui_server)
    client_id = uuid4().hex
    socket = await comfyui_server.connect(client_id)
    await socket.next()
    prompt_id = await comfyui_server.submit(trivial(), client_id=client_id)
    await socket.until("status")
    await post(comfyui_server, "/queue", {"delete": [prompt_id]})
    while (await socket.until("status"))["data"]["status"]["exec_info"]["queue_remaining"] > 1:
        pass
    assert not [frame for frame in socket.frames if prompt_id in str(frame)]
    await socket.close()


async def test_a_targeted_interrupt_does_not_affect_other_prompts(comfyui_server: Server) -> None:
    running = await busy(comfyui_server)
    assert await post(comfyui_server, "/interrupt", {"prompt_id": str(uuid4())}) == 200
    await asyncio.sleep(0.05)
    assert await comfyui_server.get(f"/history/{running}") == {}
    assert await post(comfyui_server, "/interrupt", {"prompt_id": running}) == 200
    status = (await comfyui_server.ended(running))["status"]
    assert status["messages"][-1][0] == "execution_interrupted"


async def test_an_interrupt_while_idle_has_no_effect(comfyui_server: Server) -> None:
    assert await post(comfyui_server, "/interrupt", {}) == 200
    entry = await comfyui_server.run(trivial())
    assert entry["status"]["status_str"] == "success"


@pytest.mark.parametrize("path", ["/queue", "/free", "/history"])
async def test_a_missing_body_is_a_plain_500(path: str, comfyui_server: Server) -> None:
    async with comfyui_server.http.post(f"{comfyui_server.url}{path}") as reply:
        assert reply.status == 500


async def test_a_history_entry_has_the_recorded_parts(comfyui_server: Server) -> None:
    client_id = uuid4().hex
    graph = trivial(color=uuid4().int % 0xFFFFFF, prefix=f"contract/{client_id}/part")
    entry = await comfyui_server.run(graph, client_id=client_id)
    number, _, kept_graph, extra_data, outputs = entry["prompt"]
    assert isinstance(number, int)
    extra_data.pop("create_time", None)
    assert (kept_graph, extra_data, outputs) == (graph, {"client_id": client_id}, ["2"])
    image = {
        "filename": "part_00001_.png",
        "subfolder": f"contract/{client_id}",
        "type": "output",
    }
    assert entry["outputs"] == {"2": {"images": [image]}}
    assert entry["status"]["status_str"] == "success"
    assert entry["status"]["completed"] is True
    assert [kind for kind, _ in entry["status"]["messages"]] == [
        "execution_start",
        "execution_cached",
        "execution_success",
    ]
    assert entry["meta"]["2"] == {
        "node_id": "2",
        "display_node": "2",
        "parent_node": None,
        "real_node_id": "2",
    }


async def test_the_history_is_complete_at_the_last_frame(comfyui_server: Server) -> None:
    client_id = uuid4().hex
    socket = await comfyui_server.connect(client_id)
    for color in range(10):
        prompt_id = await comfyui_server.submit(trivial(color=color), client_id=client_id)
        await socket.until_done(prompt_id)
        assert await comfyui_server.get(f"/history/{prompt_id}")
    await socket.close()


async def test_a_prompt_is_always_in_queue_or_history(comfyui_server: Server) -> None:
    for color in range(10):
        prompt_id = await comfyui_server.submit(trivial(color=color))
        while True:
            queue = await comfyui_server.get("/queue")
            queued = [item[1] for part in queue.values() for item in part]
            if await comfyui_server.get(f"/history/{prompt_id}"):
                break
            assert prompt_id in queued


async def test_max_items_returns_the_newest_and_offset_counts_from_the_oldest(
    comfyui_server: Server,
) -> None:
    ids = [await comfyui_server.submit(trivial(color=color)) for color in range(3)]
    await comfyui_server.ended(ids[-1])
    assert list(await comfyui_server.get("/history?max_items=2")) == ids[1:]
    everything = list(await comfyui_server.get("/history"))
    page = await comfyui_server.get("/history?max_items=1&offset=0")
    assert list(page) == everything[:1]
    assert await comfyui_server.get("/history?max_items=0") == {}
    async with comfyui_server.http.get(f"{comfyui_server.url}/history?max_items=abc") as reply:
        assert reply.status == 500


async def test_history_entries_can_be_deleted(comfyui_server: Server) -> None:
    prompt_id = await comfyui_server.submit(trivial())
    await comfyui_server.ended(prompt_id)
    assert await post(comfyui_server, "/history", {"delete": [prompt_id, "unknown"]}) == 200
    assert await comfyui_server.get(f"/history/{prompt_id}") == {}


async def test_the_history_can_be_cleared(simulated: Server) -> None:
    await simulated.run(trivial())
    assert await post(simulated, "/history", {"clear": True}) == 200
    assert await simulated.get("/history") == {}


async def test_only_the_last_prompts_results_are_kept(comfyui_server: Server) -> None:
    async def cached_nodes(graph: dict[str, Any]) -> list[str]:
        entry = await comfyui_server.run(graph)
        (cached,) = (d for kind, d in entry["status"]["messages"] if kind == "execution_cached")
        nodes: list[str] = cached["nodes"]
        return nodes

    await comfyui_server.forget_results()
    first = workflow("modelfree")
    other_seed = workflow("modelfree")
    other_seed["6"]["inputs"]["seed"] = 8
    assert await cached_nodes(first) == []
    assert await cached_nodes(first) == ["1", "2", "3", "4", "5", "6", "7"]
    assert await cached_nodes(other_seed) == ["1", "2", "3", "4", "5"]
    assert await cached_nodes(trivial(color=uuid4().int % 0xFFFFFF)) == []
    assert await cached_nodes(first) == []


async def test_free_memory_empties_the_cache(comfyui_server: Server) -> None:
    graph = trivial(color=uuid4().int % 0xFFFFFF)
    first = await comfyui_server.run(graph)
    assert await post(comfyui_server, "/free", {"free_memory": True, "unload_models": True}) == 200
    await asyncio.sleep(0.3)  # a real server does it in its worker thread
    again = await comfyui_server.run(graph)
    assert again["outputs"] != first["outputs"]


async def test_free_memory_while_a_prompt_runs_waits_for_its_end(comfyui_server: Server) -> None:
    graph = slow(blurs=2)
    first = await comfyui_server.submit(graph)
    assert await post(comfyui_server, "/free", {"free_memory": True, "unload_models": True}) == 200
    await comfyui_server.ended(first)
    await asyncio.sleep(0.3)
    again = await comfyui_server.run(graph)
    (cached,) = (d for kind, d in again["status"]["messages"] if kind == "execution_cached")
    assert cached["nodes"] == []


async def test_two_identical_saves_write_once_and_report_the_same_files(
    comfyui_server: Server,
) -> None:
    await comfyui_server.forget_results()
    graph = trivial(prefix=uuid4().hex)
    graph["1"]["inputs"]["batch_size"] = 3
    graph["3"] = graph["2"]
    entry = await comfyui_server.run(graph)
    assert entry["outputs"]["2"] == entry["outputs"]["3"]
    assert len(entry["outputs"]["2"]["images"]) == 3


async def test_valid_outputs_run_without_the_invalid_ones(comfyui_server: Server) -> None:
    graph = trivial(color=5)
    graph["5"] = {"class_type": "LoadImage", "inputs": {"image": "nope.png"}}
    graph["6"] = {"class_type": "PreviewImage", "inputs": {"images": ["5", 0]}}
    status, answer = await comfyui_server.post(graph)
    assert status == 200
    assert list(answer["node_errors"]) == ["5"]
    entry = await comfyui_server.ended(answer["prompt_id"])
    assert list(entry["outputs"]) == ["2"]


async def test_a_prefix_outside_the_folder_fails_at_run_time(comfyui_server: Server) -> None:
    entry = await comfyui_server.run(trivial(prefix="../../x"))
    (error,) = (d for kind, d in entry["status"]["messages"] if kind == "execution_error")
    assert error["exception_type"] == "Exception"
    assert "outside the output folder" in error["exception_message"]


async def test_the_history_has_coerced_values(comfyui_server: Server) -> None:
    graph = trivial()
    graph["1"]["inputs"] |= {"width": "64", "color": 8.9}
    entry = await comfyui_server.run(graph)
    inputs = entry["prompt"][2]["1"]["inputs"]
    assert (inputs["width"], inputs["color"]) == (64, 8)


async def test_two_entries_that_cannot_be_ordered_end_the_worker_until_a_restart(
    simulated: Server,
) -> None:
    await busy(simulated)
    same = {"number": 5, "prompt_id": "twin"}
    assert (await simulated.post(trivial(color=1), **same))[0] == 200
    assert (await simulated.post(trivial(color=2), **same))[0] == 500
    # Both become siblings in the heap and are compared again when this one is popped.
    await simulated.submit(trivial(color=3), number=-5)
    await post(simulated, "/interrupt", {})
    await until(lambda: in_state(simulated, "worker_dead"))
    later = await simulated.submit(trivial(color=4))
    assert await simulated.get(f"/history/{later}") == {}
    await post(simulated, "/simulator/restart", {})
    await until(lambda: in_state(simulated, "restarts"))
    assert (await simulated.run(trivial()))["status"]["completed"]


async def test_extra_data_null_ends_the_worker(simulated: Server) -> None:
    status, _ = await simulated.post(trivial(), extra_data=None)
    assert status == 200
    await until(lambda: in_state(simulated, "worker_dead"))
