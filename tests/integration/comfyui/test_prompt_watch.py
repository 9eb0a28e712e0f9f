"""Prompt watches with failing sockets and servers."""

import asyncio
from typing import Any
from uuid import uuid4

import aiohttp
import msgspec
import pytest
from aiohttp import web
from tests.integration.comfyui.scripted_server import (
    FAST,
    IMPATIENT,
    SUSPICIOUS,
    WITHOUT_SOCKET,
    ScriptedComfy,
    accepted,
    drain,
    executing,
    finished,
    make_graph,
    started,
    status_frame,
    steps,
    until,
)
from tests.support.timeouts import patiently

from genonaut.comfyui import (
    ComfyBackend,
    ComfyUnreachableError,
    Ended,
    GraphRefusedError,
    Interrupted,
    Lost,
    NodeFailed,
    NoOutput,
    Outcome,
    Preview,
    PromptProgress,
    PromptWatch,
    Queued,
    Reachable,
    Started,
    SubmitUncertainError,
    Succeeded,
    Unreachable,
)


@pytest.fixture
def prompt_id() -> str:
    return str(uuid4())


def outcome_of(events: list[Any]) -> Outcome:
    assert isinstance(events[-1], Ended)
    outcome: Outcome = events[-1].outcome
    return outcome


async def next_of(watch: PromptWatch, kind: type) -> Any:
    async with patiently():
        async for event in watch:
            if isinstance(event, kind):
                return event
    raise AssertionError(f"the watch ended without {kind.__name__}")


async def test_a_run_is_followed_from_the_queue_to_its_image(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        assert server.prompts[0]["prompt_id"] == prompt_id
        assert server.prompts[0]["client_id"] == backend.listener.client_id
        assert "number" not in server.prompts[0]
        assert "extra_data" not in server.prompts[0]
        server.running, server.pending = ["other"], [prompt_id]
        watch.check_now()
        assert (await next_of(watch, Queued)).position == 1
        server.running, server.pending = [prompt_id], []
        await server.send(started(prompt_id), executing(prompt_id, "sampler"))
        await next_of(watch, Started)
        await server.send(steps(prompt_id, 2, 4))
        progress = await next_of(watch, PromptProgress)
        if progress.step is None:  # the `executing` before it
            progress = await next_of(watch, PromptProgress)
        assert (progress.node, progress.step, progress.total) == ("sampler", 2, 4)
        assert 30 < progress.percent < 60
        server.running, server.histories[prompt_id] = [], finished()
        await server.send(executing(prompt_id, None))
        outcome = outcome_of(await drain(watch))
    assert isinstance(outcome, Succeeded)
    assert outcome.images[0].filename == "a_0.png"


async def test_frames_before_the_response_of_the_post_are_not_lost(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async def run_at_once(body: dict[str, Any]) -> web.StreamResponse:
        server.histories[prompt_id] = finished()
        await server.send(started(prompt_id), steps(prompt_id, 1, 4), executing(prompt_id, None))
        await asyncio.sleep(0.05)
        return accepted(body)

    server.on_prompt = run_at_once
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        events = await drain(watch)
    assert [type(event) for event in events] == [Started, PromptProgress, PromptProgress, Ended]


async def test_a_late_history_entry_is_waited_for(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.running = [prompt_id]
        success = {"type": "execution_success", "data": {"prompt_id": prompt_id}}
        await server.send(started(prompt_id), success, executing(prompt_id, None))
        await next_of(watch, Started)
        following = asyncio.create_task(drain(watch))
        await asyncio.sleep(0.1)
        assert not following.done()
        server.running, server.histories[prompt_id] = [], finished()
        assert isinstance(outcome_of(await following), Succeeded)


async def test_frames_of_a_successful_run_save_the_read_of_its_history(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async with backend.watch_prompt(prompt_id, trusts_success=True) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.running = [prompt_id]  # without a history entry
        await server.send(
            started(prompt_id), saved(prompt_id), succeeded(prompt_id), executing(prompt_id, None)
        )
        outcome = outcome_of(await drain(watch))
    assert isinstance(outcome, Succeeded)
    assert [one.filename for one in outcome.images] == ["a_0.png"]
    assert [one.filename for one in outcome.files] == ["a_0.png"]


@pytest.mark.parametrize("case", ["no success", "no image", "an error", "not trusted"])
async def test_other_frames_do_not_replace_the_history(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str, case: str
) -> None:
    frames = {
        "no success": [saved(prompt_id)],
        "no image": [succeeded(prompt_id)],
        "an error": [saved(prompt_id), failed(prompt_id), succeeded(prompt_id)],
        "not trusted": [saved(prompt_id), succeeded(prompt_id)],
    }
    trusts = case != "not trusted"
    async with backend.watch_prompt(prompt_id, trusts_success=trusts) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.histories[prompt_id] = finished(images=0)
        await server.send(started(prompt_id), *frames[case], executing(prompt_id, None))
        assert isinstance(outcome_of(await drain(watch)), NoOutput)


async def test_frames_of_an_interrupted_connection_do_not_replace_the_history(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async with backend.watch_prompt(prompt_id, trusts_success=True) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.running = [prompt_id]
        await server.send(started(prompt_id), saved(prompt_id))
        await next_of(watch, Started)
        await server.drop_sockets()
        await until(lambda: backend.listener.connections == 2 and backend.listener.connected)
        server.running, server.histories[prompt_id] = [], finished(images=0)
        await server.send(succeeded(prompt_id), executing(prompt_id, None))
        assert isinstance(outcome_of(await drain(watch)), NoOutput)


def saved(prompt_id: str) -> dict[str, Any]:
    output = finished()["outputs"]["save"]
    return {
        "type": "executed",
        "data": {"prompt_id": prompt_id, "node": "save", "output": output},
    }


def succeeded(prompt_id: str) -> dict[str, Any]:
    return {"type": "execution_success", "data": {"prompt_id": prompt_id}}


def failed(prompt_id: str) -> dict[str, Any]:
    return {"type": "execution_error", "data": {"prompt_id": prompt_id}}


async def test_a_success_without_a_last_frame_ends_soon(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.histories[prompt_id] = finished()
        await server.send({"type": "execution_success", "data": {"prompt_id": prompt_id}})
        # Long before `silence_seconds` have passed.
        assert isinstance(outcome_of(await drain(watch)), Succeeded)


async def test_a_socket_dropped_mid_run_does_not_lose_the_image(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.running = [prompt_id]
        await server.send(started(prompt_id), steps(prompt_id, 1, 4))
        await next_of(watch, Started)
        await server.drop_sockets()
        await until(lambda: backend.listener.connections == 2 and backend.listener.connected)
        server.running, server.histories[prompt_id] = [], finished()
        # The new socket receives nothing: the prompt belongs to the old client id.
        assert isinstance(outcome_of(await drain(watch)), Succeeded)
    assert len(set(server.client_ids)) == 2, "a client id must not be used twice"


async def test_after_a_reconnect_the_server_is_polled_quickly(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.running = [prompt_id]
        await server.send(started(prompt_id))
        await next_of(watch, Started)
        await server.drop_sockets()
        await until(lambda: backend.listener.connections == 2)
        following = asyncio.create_task(drain(watch))
        await asyncio.sleep(0.1)
        server.running, server.histories[prompt_id] = [], finished()
        # Long before `silence_seconds` have passed.
        assert isinstance(outcome_of(await following), Succeeded)


async def test_a_deaf_socket_is_detected_and_replaced(
    server: ScriptedComfy, http: aiohttp.ClientSession, prompt_id: str
) -> None:
    async with ComfyBackend("one", server.url, http, settings=SUSPICIOUS) as backend:
        async with backend.watch_prompt(prompt_id) as watch:
            await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
            server.histories[prompt_id] = finished()  # without any frame
            assert isinstance(outcome_of(await drain(watch)), Succeeded)
        await until(lambda: backend.listener.connections == 2)


async def test_a_socket_that_goes_deaf_during_a_run_is_replaced(
    server: ScriptedComfy, http: aiohttp.ClientSession, prompt_id: str
) -> None:
    async with (
        ComfyBackend("one", server.url, http, settings=SUSPICIOUS) as backend,
        backend.watch_prompt(prompt_id) as watch,
    ):
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        await server.send(status_frame(1), started(prompt_id))
        await next_of(watch, Started)
        server.histories[prompt_id] = finished()
        assert isinstance(outcome_of(await drain(watch)), Succeeded)
        await until(lambda: backend.listener.connections == 2)


async def test_a_socket_that_receives_the_end_late_is_kept(
    server: ScriptedComfy, http: aiohttp.ClientSession, prompt_id: str
) -> None:
    async with (
        ComfyBackend("one", server.url, http, settings=IMPATIENT) as backend,
        backend.watch_prompt(prompt_id) as watch,
    ):
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        await server.send(started(prompt_id))
        await next_of(watch, Started)
        server.histories[prompt_id] = finished()
        assert isinstance(outcome_of(await drain(watch)), Succeeded)
        assert backend.listener._deaf_check is not None
        await server.send(status_frame(0), executing(prompt_id, None))
        await until(lambda: backend.listener._deaf_check is None)
        assert backend.listener.connections == 1


async def test_frames_without_prompt_id_belong_to_the_running_prompt(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        await server.send(
            started(prompt_id),
            executing(prompt_id, "sampler"),
            {"type": "progress", "data": {"value": 2, "max": 4, "node": "sampler"}},
            b"\0\0\0\1\0\0\0\1jpeg",
        )
        server.histories[prompt_id] = finished()
        await server.send(executing(prompt_id, None))
        events = await drain(watch)
    assert [event.step for event in events if isinstance(event, PromptProgress) and event.step] == [
        2
    ]
    assert [event.node for event in events if isinstance(event, Preview)] == ["sampler"]


async def test_a_restart_of_the_server_loses_the_prompt(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.running = [prompt_id]
        await server.send(started(prompt_id))
        await next_of(watch, Started)
        await server.restart()
        assert outcome_of(await drain(watch)) == Lost()


async def test_a_prompt_deleted_by_another_client_is_lost(
    server: ScriptedComfy, http: aiohttp.ClientSession, prompt_id: str
) -> None:
    async with (
        ComfyBackend("one", server.url, http, settings=IMPATIENT) as backend,
        backend.watch_prompt(prompt_id) as watch,
    ):
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.pending = [prompt_id]
        await next_of(watch, Queued)
        server.pending = []
        began = asyncio.get_running_loop().time()
        assert outcome_of(await drain(watch)) == Lost()
    assert asyncio.get_running_loop().time() - began >= FAST.watch.lost_confirm_seconds


async def test_one_absence_does_not_mean_lost(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    checks = 0

    async def hide_once(_: web.Request) -> web.StreamResponse:
        nonlocal checks
        checks += 1
        running = [] if checks == 1 else [[0, prompt_id, {}, {}, []]]
        if checks == 3:
            server.histories[prompt_id] = finished()
            running = []
        return web.json_response({"queue_running": running, "queue_pending": []})

    async with backend.watch_prompt(prompt_id, attached=True) as watch:
        server.answers["/queue"] = hide_once
        assert isinstance(outcome_of(await drain(watch)), Succeeded)


async def test_the_watch_resolves_a_lost_response_of_the_post(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async def take_and_cut(body: dict[str, Any]) -> web.StreamResponse:
        server.running = [prompt_id]
        await server.drop_sockets()
        return web.Response(status=500, text=str(body["prompt_id"]))

    server.on_prompt = take_and_cut
    async with backend.watch_prompt(prompt_id) as watch:
        with pytest.raises(SubmitUncertainError):
            await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        await next_of(watch, Started)
        server.running, server.histories[prompt_id] = [], finished()
        assert isinstance(outcome_of(await drain(watch)), Succeeded)
    assert len(server.prompts) == 1


async def test_an_uncertain_prompt_that_never_arrived_ends_as_lost(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async def fail(_: dict[str, Any]) -> web.StreamResponse:
        return web.Response(status=500)

    server.on_prompt = fail
    async with backend.watch_prompt(prompt_id) as watch:
        with pytest.raises(SubmitUncertainError):
            await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        assert outcome_of(await drain(watch)) == Lost()


async def test_a_refused_prompt_cannot_be_watched(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async def refuse(_: dict[str, Any]) -> web.StreamResponse:
        return web.json_response({"error": "no", "node_errors": {}}, status=400)

    server.on_prompt = refuse
    async with backend.watch_prompt(prompt_id) as watch:
        with pytest.raises(GraphRefusedError):
            await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        with pytest.raises(RuntimeError, match="not submitted"):
            await anext(watch)


async def test_a_slow_consumer_gets_the_end_and_bounded_memory(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        preview = (1).to_bytes(4, "big") + (1).to_bytes(4, "big") + b"x" * 100_000
        await server.send(started(prompt_id))
        for step in range(300):
            await server.send(steps(prompt_id, step, 300), preview)
        server.histories[prompt_id] = finished()
        await server.send(executing(prompt_id, None))
        await asyncio.sleep(0.05)
        assert len(watch._frame_queue) <= FAST.listener.queued_frames
        events = await drain(watch)
    assert isinstance(events[0], Started)
    assert isinstance(outcome_of(events), Succeeded)
    assert backend.listener.connections == 1


async def test_malformed_frames_are_counted_and_harmless(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    garbage: list[str | bytes] = [
        "",
        "{",
        "[]",
        "null",
        '{"type": 3}',
        '{"type":"progress","data":{"value":"x"}}',
        '{"type":"progress","data":{"value":NaN,"max":1}}',
        '{"type":"executing"}',
        '{"type":"execution_start","data":null}',
        "[" * 100_000,
        b"",
        b"\0\0\0\1",
        b"\0\0\0\4\xff\xff\xff\xff{}",
        b"\0\0\0\4\0\0\0\2[]image",
    ]
    unknown: list[str | bytes] = [
        '{"type":"crystools.monitor","data":{"cpu":1}}',
        f'{{"type":"progress_state","data":{{"prompt_id":"{prompt_id}","nodes":7}}}}',
        b"\0\0\0\x63whatever",
        b"\0\0\0\3\0\0\0\1atext",
    ]
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        await server.send(*garbage, *unknown)
        server.histories[prompt_id] = finished()
        await server.send(executing(prompt_id, None))
        assert isinstance(outcome_of(await drain(watch)), Succeeded)
    # `executing` without data is valid: a frame without a prompt id.
    assert backend.listener.malformed_frames == len(garbage) - 1
    assert backend.listener.connections == 1


async def test_two_watchers_of_one_prompt_both_see_it_end(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async with backend.watch_prompt(prompt_id) as one, backend.watch_prompt(prompt_id) as two:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.histories[prompt_id] = finished()
        await server.send(started(prompt_id), steps(prompt_id, 1, 4), executing(prompt_id, None))
        first, second = await asyncio.gather(drain(one), drain(two))
    assert [type(event) for event in first] == [type(event) for event in second]
    assert isinstance(outcome_of(first), Succeeded)


async def test_two_prompts_do_not_see_each_other(
    backend: ComfyBackend, server: ScriptedComfy
) -> None:
    a, b = str(uuid4()), str(uuid4())
    async with backend.watch_prompt(a) as one, backend.watch_prompt(b) as two:
        for name in (a, b):
            await backend.submit(make_graph(name), prompt_id=name)
        server.running = [b]
        server.histories[a] = finished(images=0)
        await server.send(started(a), steps(a, 1, 4), executing(a, None), started(b))
        assert outcome_of(await drain(one)) == NoOutput()
        server.running, server.histories[b] = [], finished()
        await server.send(b"\0\0\0\1\0\0\0\1jpeg", executing(b, None))
        events = await drain(two)
    assert [event.image for event in events if isinstance(event, Preview)] == [b"jpeg"]
    assert isinstance(outcome_of(events), Succeeded)


async def test_a_cancel_while_running_interrupts_this_prompt_only(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.running = [prompt_id]
        await server.send(started(prompt_id))
        await next_of(watch, Started)
        await backend.cancel_prompt(prompt_id)
        assert server.calls == [
            ("/queue", {"delete": [prompt_id]}),
            ("/interrupt", {"prompt_id": prompt_id}),
        ]
        messages = [["execution_interrupted", {"prompt_id": prompt_id, "node_id": "sampler"}]]
        entry = finished(images=0, status="error")
        entry["status"]["messages"] = messages
        server.running, server.histories[prompt_id] = [], entry
        await server.send(
            {"type": "execution_interrupted", "data": {"prompt_id": prompt_id}},
            executing(prompt_id, None),
        )
        assert outcome_of(await drain(watch)) == Interrupted("sampler")


async def test_a_late_cancellation_still_returns_the_image(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.histories[prompt_id] = finished()
        await backend.cancel_prompt(prompt_id)
        assert isinstance(outcome_of(await drain(watch)), Succeeded)


@pytest.mark.parametrize("attached", [False, True])
async def test_a_cancelled_waiting_prompt_ends_without_a_second_check(
    server: ScriptedComfy, http: aiohttp.ClientSession, prompt_id: str, *, attached: bool
) -> None:
    patient = msgspec.structs.replace(FAST.watch, lost_confirm_seconds=60)
    settings = msgspec.structs.replace(FAST, watch=patient)
    async with (
        ComfyBackend("one", server.url, http, settings=settings) as backend,
        backend.watch_prompt(prompt_id, attached=attached) as watch,
    ):
        if not attached:
            await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.pending = [prompt_id]
        if attached:
            await next_of(watch, Queued)
        following = asyncio.create_task(drain(watch))
        await asyncio.sleep(0.05)
        await backend.cancel_prompt(prompt_id)
        assert outcome_of(await following) == Lost()


async def test_an_attached_prompt_is_polled_to_its_end(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    server.pending = [prompt_id]
    async with backend.watch_prompt(prompt_id, attached=True) as watch:
        assert await anext(watch) == Queued(0)
        server.running, server.pending = [prompt_id], []
        assert isinstance(await anext(watch), Started)
        server.running, server.histories[prompt_id] = [], finished()
        assert isinstance(outcome_of(await drain(watch)), Succeeded)
    assert server.prompts == []


async def test_an_attached_unknown_prompt_is_lost(backend: ComfyBackend, prompt_id: str) -> None:
    async with backend.watch_prompt(prompt_id, attached=True) as watch:
        assert outcome_of(await drain(watch)) == Lost()


async def test_an_unreachable_server_is_reported_until_it_answers(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.running = [prompt_id]
        await server.send(started(prompt_id))
        await next_of(watch, Started)
        server.is_down = True
        await server.drop_sockets()
        first, second = await next_of(watch, Unreachable), await next_of(watch, Unreachable)
        assert first.since == second.since
        assert 0 <= first.for_seconds < second.for_seconds
        assert server.url in first.reason
        server.is_down = False
        await next_of(watch, Reachable)
        server.running, server.histories[prompt_id] = [], finished()
        assert isinstance(outcome_of(await drain(watch)), Succeeded)


async def test_absence_is_not_counted_across_an_outage(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    """A proxy that answers with an empty queue while ComfyUI starts must not confirm a loss."""
    checks = 0

    async def flap(_: web.Request) -> web.StreamResponse:
        nonlocal checks
        checks += 1
        if checks % 2:
            return web.json_response({"queue_running": [], "queue_pending": []})
        return web.Response(status=502)

    server.answers["/queue"] = flap
    async with backend.watch_prompt(prompt_id, attached=True) as watch:
        seen = [await anext(watch) for _ in range(6)]
        assert not [event for event in seen if isinstance(event, Ended)]


async def test_without_a_socket_a_prompt_is_submitted_and_polled(
    server: ScriptedComfy, http: aiohttp.ClientSession, prompt_id: str
) -> None:
    async def refuse(_: web.Request) -> web.StreamResponse:
        return web.Response(status=500)

    server.answers["/ws"] = refuse
    async with (
        ComfyBackend("one", server.url, http, settings=WITHOUT_SOCKET) as backend,
        backend.watch_prompt(prompt_id) as watch,
    ):
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        assert server.prompts[0]["client_id"], "without one, every client gets the events"
        server.histories[prompt_id] = finished()
        assert isinstance(outcome_of(await drain(watch)), Succeeded)


async def test_an_error_of_a_node_is_classified_by_history(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    entry = finished(images=1, status="error")
    entry["status"]["messages"] = [
        ["execution_error", {"node_id": 3, "node_type": "KSampler", "exception_message": "x\n"}]
    ]
    server.histories[prompt_id] = entry
    async with backend.watch_prompt(prompt_id, attached=True) as watch:
        assert outcome_of(await drain(watch)) == NodeFailed("3", "KSampler", "x", "")


async def test_cancelling_the_task_removes_watch_and_subscription(
    backend: ComfyBackend, server: ScriptedComfy, prompt_id: str
) -> None:
    async def follow() -> None:
        async with backend.watch_prompt(prompt_id) as watch:
            await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
            server.pending = [prompt_id]
            await drain(watch)

    task = asyncio.create_task(follow())
    await until(lambda: server.pending)
    task.cancel()
    await asyncio.wait({task})
    assert not backend._watches
    assert not backend.listener._frame_queues


async def test_a_stopped_server_did_not_queue_the_prompt(
    server: ScriptedComfy, http: aiohttp.ClientSession, prompt_id: str
) -> None:
    async with ComfyBackend("one", server.url, http, settings=WITHOUT_SOCKET) as backend:
        await server.stop()
        async with backend.watch_prompt(prompt_id):
            with pytest.raises(ComfyUnreachableError):
                await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
