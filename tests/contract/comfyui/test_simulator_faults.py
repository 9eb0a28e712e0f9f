"""Scripted faults of the simulator, as a client observes them."""

import asyncio
import io
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from PIL import Image
from tests.contract.comfyui.protocol_client import Frame, Server, Socket, trivial, txt2img, until
from tests.support.timeouts import patiently

from genonaut.simulator import FaultKind, Simulator


async def started(server: Server, **more: Any) -> tuple[str, Socket]:
    """Submit a text-to-image prompt; return its id and the socket."""
    client_id = uuid4().hex
    socket = await server.connect(client_id)
    await socket.next()
    return await server.submit(txt2img(server, **more), client_id=client_id), socket


def of_type(frames: list[Frame], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(frame["data"] for frame in frames if frame["type"] == kind)
    return found


async def image_of(server: Server, prompt_id: str) -> dict[str, str]:
    entry = await server.ended(prompt_id)
    image: dict[str, str] = entry["outputs"]["9"]["images"][0]
    return image


async def test_a_refusal_names_a_node_and_applies_as_often_as_planned(
    simulator: Simulator, simulated: Server
) -> None:
    simulator.faults.add(FaultKind.REFUSE, times=2)
    for _ in range(2):
        status, answer = await simulated.post(trivial())
        assert status == 400
        assert answer["error"]["type"] == "prompt_outputs_failed_validation"
        assert answer["node_errors"]["1"]["errors"]
    assert (await simulated.post(trivial()))[0] == 200


@pytest.mark.parametrize(("kind", "taken"), [("server_error", 0), ("server_error_taken", 1)])
async def test_a_server_error_comes_before_or_after_queueing(
    kind: str, taken: int, simulator: Simulator, simulated: Server
) -> None:
    simulator.faults.add(kind, status=503)
    assert (await simulated.post(trivial(), prompt_id="mine"))[0] == 503
    await simulated.idle()
    assert len(await simulated.get("/history")) == taken


async def test_after_a_lost_response_the_prompt_is_queued(
    simulator: Simulator, simulated: Server
) -> None:
    simulator.faults.add("answer_lost")
    with pytest.raises(aiohttp.ClientError):
        await simulated.post(trivial(), prompt_id="mine")
    assert (await simulated.ended("mine"))["status"]["completed"]


async def test_a_fault_only_affects_prompts_with_its_text(
    simulator: Simulator, simulated: Server
) -> None:
    simulator.faults.add("oom", match="a very large whale", times=None)
    spared = await simulated.run(txt2img(simulated, text="a small whale"))
    assert spared["status"]["completed"]
    for seed in (1, 2):
        graph = txt2img(simulated, text="a very large whale", seed=seed)
        assert not (await simulated.run(graph))["status"]["completed"]


async def test_out_of_memory_has_the_recorded_message(
    simulator: Simulator, simulated: Server
) -> None:
    simulator.faults.add("oom")
    prompt_id, socket = await started(simulated)
    error = of_type(await socket.until_done(prompt_id), "execution_error")
    assert (error["node_id"], error["node_type"]) == ("3", "KSampler")
    assert error["exception_type"] == "torch.OutOfMemoryError"
    assert "This error means you ran out of memory on your GPU." in error["exception_message"]
    await socket.close()


async def test_an_error_in_a_chosen_node(simulator: Simulator, simulated: Server) -> None:
    simulator.faults.add(
        "node_error", node="VAEDecode", message="bad latents", exception_type="ValueError"
    )
    prompt_id, socket = await started(simulated)
    error = of_type(await socket.until_done(prompt_id), "execution_error")
    assert (error["node_id"], error["exception_message"]) == ("8", "bad latents\n")
    assert error["exception_type"] == "ValueError"
    assert "execution_success" not in {frame["type"] for frame in socket.frames}
    await socket.close()


async def test_a_marker_in_the_prompt_triggers_a_fault_every_time(simulated: Server) -> None:
    for seed in (1, 2):
        graph = txt2img(simulated, text="a fox [fault:oom]", seed=seed)
        assert not (await simulated.run(graph))["status"]["completed"]


async def test_a_marker_may_apply_once(simulated: Server) -> None:
    ends = []
    for seed in (1, 2):
        graph = txt2img(simulated, text="a fox [fault:node_error once]", seed=seed)
        ends.append((await simulated.run(graph))["status"]["completed"])
    assert ends == [False, True]


async def test_a_silent_run_sends_no_frames_until_the_faults_are_cleared(
    simulator: Simulator, simulated: Server
) -> None:
    simulator.faults.add("silence")
    prompt_id, socket = await started(simulated)
    await socket.until("executing", node="3")
    await simulated.http.post(f"{simulated.url}/interrupt", json={"prompt_id": prompt_id})
    assert await socket.received_nothing(0.1)
    queue = await simulated.get("/queue")
    assert [item[1] for item in queue["queue_running"]] == [prompt_id]
    simulator.faults.clear()
    await socket.close()  # the cancelled read above has partially closed it
    entry = await simulated.ended(prompt_id)
    assert entry["status"]["messages"][-1][0] == "execution_interrupted"


async def test_a_stuck_prompt_waits_until_it_is_deleted(
    simulator: Simulator, simulated: Server
) -> None:
    simulator.faults.add("stuck", match="stuck")
    stuck = await simulated.submit(trivial(prefix="stuck"))
    free = await simulated.submit(trivial(prefix="free"))
    await asyncio.sleep(0.05)
    queue = await simulated.get("/queue")
    assert queue["queue_running"] == []
    assert len(queue["queue_pending"]) == 2
    await simulated.http.post(f"{simulated.url}/queue", json={"delete": [stuck]})
    assert (await simulated.ended(free))["status"]["completed"]


async def test_a_stuck_prompt_runs_when_its_time_is_over(simulated: Server) -> None:
    entry = await simulated.run(txt2img(simulated, text="a fox [fault:stuck=0.1]"))
    assert entry["status"]["completed"]


async def test_a_slow_run_takes_its_time(simulator: Simulator, simulated: Server) -> None:
    simulator.faults.add("slow", seconds=0.3)
    begin = asyncio.get_running_loop().time()
    await simulated.run(txt2img(simulated))
    assert asyncio.get_running_loop().time() - begin >= 0.3


async def test_a_slow_run_ends_at_its_next_step_when_it_is_interrupted(
    simulator: Simulator, simulated: Server
) -> None:
    simulator.faults.add("slow", seconds=20)  # a second for each step
    prompt_id, socket = await started(simulated)
    await socket.until("progress")
    await simulated.http.post(f"{simulated.url}/interrupt", json={"prompt_id": prompt_id})
    frames = await socket.until_done(prompt_id)
    assert of_type(frames, "execution_interrupted")["node_id"] == "3"
    await socket.close()


async def test_a_dropped_socket_closes_without_a_handshake_and_the_run_continues(
    simulator: Simulator, simulated: Server
) -> None:
    simulator.faults.add("drop_socket")
    prompt_id, socket = await started(simulated)
    while (frame := await socket.next())["type"] != "closed":
        pass
    assert frame["data"]["code"] == 1006
    assert (await simulated.ended(prompt_id))["status"]["completed"]


async def test_a_deaf_socket_stays_open_and_receives_nothing(
    simulator: Simulator, simulated: Server
) -> None:
    simulator.faults.add("deaf_socket")
    prompt_id, socket = await started(simulated)
    await socket.until("executing", node="3")
    await simulated.ended(prompt_id)
    assert await socket.received_nothing(0.05)
    await socket.close()


async def test_an_interrupt_by_another_client(simulator: Simulator, simulated: Server) -> None:
    simulator.faults.add("interrupted")
    prompt_id, socket = await started(simulated)
    frames = await socket.until_done(prompt_id)
    assert of_type(frames, "execution_interrupted")["node_id"] == "3"
    await socket.close()


async def test_a_run_without_output_is_a_success(simulator: Simulator, simulated: Server) -> None:
    simulator.faults.add("no_output")
    entry = await simulated.run(txt2img(simulated))
    assert (entry["status"]["status_str"], entry["outputs"]) == ("success", {})


async def test_a_lost_history_entry(simulator: Simulator, simulated: Server) -> None:
    simulator.faults.add("lose_history")
    prompt_id, socket = await started(simulated)
    await socket.until_done(prompt_id)
    assert await simulated.get(f"/history/{prompt_id}") == {}
    await socket.close()


async def test_a_late_history_comes_with_the_last_frame_and_not_with_the_success(
    simulator: Simulator, simulated: Server
) -> None:
    simulator.faults.add("late_history", seconds=0.1)
    prompt_id, socket = await started(simulated)
    await socket.until("execution_success")
    assert await simulated.get(f"/history/{prompt_id}") == {}
    await socket.until_done(prompt_id)
    assert await simulated.get(f"/history/{prompt_id}")
    await socket.close()


async def test_a_truncated_download_is_incomplete(simulator: Simulator, simulated: Server) -> None:
    simulator.faults.add("truncated")
    image = await image_of(simulated, await simulated.submit(txt2img(simulated)))
    with pytest.raises(aiohttp.ClientError):
        async with simulated.http.get(f"{simulated.url}/view", params=image) as reply:
            await reply.read()
    async with simulated.http.get(f"{simulated.url}/view", params=image) as reply:
        assert len(await reply.read()) == reply.content_length


@pytest.mark.parametrize("kind", ["short_file", "not_an_image"])
async def test_a_damaged_file_does_not_decode(
    kind: str, simulator: Simulator, simulated: Server
) -> None:
    simulator.faults.add(kind)
    image = await image_of(simulated, await simulated.submit(txt2img(simulated)))
    async with simulated.http.get(f"{simulated.url}/view", params=image) as reply:
        body = await reply.read()
    with pytest.raises(OSError, match=r"cannot identify|truncated"):
        Image.open(io.BytesIO(body)).load()


async def test_a_wrong_image_has_a_different_size(simulator: Simulator, simulated: Server) -> None:
    simulator.faults.add("wrong_image")
    image = await image_of(simulated, await simulated.submit(txt2img(simulated)))
    async with simulated.http.get(f"{simulated.url}/view", params=image) as reply:
        with Image.open(io.BytesIO(await reply.read())) as decoded:
            assert decoded.size == (96, 64)


async def test_a_missing_image_is_404(simulator: Simulator, simulated: Server) -> None:
    simulator.faults.add("view_missing")
    image = await image_of(simulated, await simulated.submit(txt2img(simulated)))
    async with simulated.http.get(f"{simulated.url}/view", params=image) as reply:
        assert reply.status == 404


async def test_a_refused_websocket(simulator: Simulator, simulated: Server) -> None:
    simulator.faults.add("socket_refused", status=502)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await simulated.connect("me")
    assert refused.value.status == 502
    await (await simulated.connect("me")).close()


async def test_a_restart_loses_everything_except_the_files(
    simulator: Simulator, simulated: Server
) -> None:
    prompt_id = await simulated.submit(txt2img(simulated))
    image = await image_of(simulated, prompt_id)
    running, socket = await started(simulated, seed=2)
    await socket.until("executing", node="3")
    await simulator.restart()
    while (await socket.next())["type"] != "closed":
        pass
    assert await simulated.get("/history") == {}
    assert await simulated.get("/queue") == {"queue_running": [], "queue_pending": []}
    async with simulated.http.get(f"{simulated.url}/view", params=image) as reply:
        assert reply.status == 200
    _, answer = await simulated.post(trivial())
    assert answer["number"] == 0
    assert await simulated.get(f"/history/{running}") == {}


async def test_a_restart_planned_for_a_run_refuses_connections_for_a_while(
    simulator: Simulator, simulated: Server
) -> None:
    with pytest.raises(aiohttp.ClientConnectorError):
        await _restart_and_ask(simulator, simulated)
    await _answers_again(simulated)
    assert simulator.restarts >= 1
    assert (await simulated.run(trivial()))["status"]["completed"]


async def _restart_and_ask(simulator: Simulator, simulated: Server) -> None:
    async with patiently(), aiohttp.ClientSession() as fresh:
        while True:  # on a frozen machine it may be up again before the request
            simulator.faults.add("restart", seconds=0.2)
            _, socket = await started(simulated)
            while (await socket.next())["type"] != "closed":
                pass
            async with fresh.get(f"{simulated.url}/queue") as reply:
                assert reply.status == 200


async def _answers_again(server: Server) -> None:
    async with patiently():
        while True:
            try:
                await server.get("/queue")
            except aiohttp.ClientError:
                await asyncio.sleep(0.01)
            else:
                return


async def _go_down_and_ask(server: Server) -> None:
    body = {"kind": "down", "seconds": 1.0}
    async with patiently():
        while True:  # on a frozen machine it may be up again before the request
            async with server.http.post(f"{server.url}/simulator/faults", json=body) as reply:
                assert reply.status == 201
            await asyncio.sleep(0.02)
            await server.get("/queue")


async def test_a_downtime_keeps_the_state(simulator: Simulator, simulated: Server) -> None:
    prompt_id = await simulated.submit(trivial())
    await simulated.ended(prompt_id)
    with pytest.raises(aiohttp.ClientError):
        await _go_down_and_ask(simulated)
    await _answers_again(simulated)
    assert await simulated.get(f"/history/{prompt_id}")
    assert simulator.restarts == 0


async def test_faults_can_be_planned_listed_and_cleared_over_http(simulated: Server) -> None:
    url = f"{simulated.url}/simulator/faults"
    plan = {"kind": "refuse", "match": "unused", "times": None}
    async with simulated.http.post(url, json=plan) as reply:
        assert reply.status == 201
    (shown,) = (await simulated.get("/simulator/state"))["faults"]
    assert plan.items() <= shown.items()
    async with simulated.http.delete(url) as reply:
        assert reply.status == 204
    assert (await simulated.get("/simulator/state"))["faults"] == []


@pytest.mark.parametrize("body", ['{"kind": "nonsense"}', '{"kind": "oom", "colour": 1}', "{"])
async def test_an_unknown_fault_is_refused(body: str, simulated: Server) -> None:
    async with simulated.http.post(f"{simulated.url}/simulator/faults", data=body) as reply:
        assert reply.status == 400
        assert (await reply.json())["error"]


async def test_restarts_and_drops_can_be_requested_over_http(
    simulator: Simulator, simulated: Server
) -> None:
    socket = await simulated.connect("me")
    await socket.next()
    url = f"{simulated.url}/simulator/sockets/drop"
    async with simulated.http.post(url, json={"client_id": "me"}) as reply:
        assert await reply.json() == {"dropped": 1}
    assert (await socket.next())["type"] == "closed"
    async with simulated.http.post(f"{simulated.url}/simulator/restart", json={}) as reply:
        assert reply.status == 202

    async def restarted() -> bool:
        return simulator.restarts == 1

    await until(restarted)


async def test_an_unread_socket_stalls_the_frames_of_others_but_not_the_runs(
    simulated: Server,
) -> None:
    reader, writer = await asyncio.open_connection(simulated.url[7:].split(":")[0], int(simulated.url.rsplit(":", 1)[1]), limit=1024)  # fmt: skip
    writer.write(
        b"GET /ws?clientId=stalled HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    for seed in range(4):
        graph = txt2img(simulated, seed=seed, steps=300)
        prompt_id = await simulated.submit(graph, client_id="stalled")
    assert (await simulated.ended(prompt_id))["status"]["completed"]
    other = await simulated.connect("other")
    await other.next()
    await simulated.run(trivial(), client_id="other")
    assert await other.received_nothing(0.2)
    writer.transport.abort()
    await other.close()
