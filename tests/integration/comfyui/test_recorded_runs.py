"""Recorded runs of a real ComfyUI, replayed to the client."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import web
from tests.integration.comfyui.scripted_server import (
    ScriptedComfy,
    accepted,
    drain,
    finished,
    frames_for,
    make_graph,
    read_replay,
)

from genonaut.comfyui import (
    ComfyBackend,
    Ended,
    Interrupted,
    NodeFailed,
    NoOutput,
    OutOfMemory,
    Preview,
    PromptProgress,
    Started,
    Succeeded,
)

RECORDED = {
    "modelfree_first_run": Succeeded,
    "modelfree_identical_rerun_cached": Succeeded,
    "txt2img_first_run": Succeeded,
    "txt2img_preview_metadata": Succeeded,
    "batch3_two_identical_saves_preview": Succeeded,
    "extra_async_sleep_float_progress": Succeeded,
    "extra_expanded_nodes": Succeeded,
    "extra_progress_text": Succeeded,
    "extra_ws_images": NoOutput,
    "extra_execution_blocked": NoOutput,
    "extra_error_OOM": OutOfMemory,
    "extra_error_MemoryError": OutOfMemory,
    "extra_error_RuntimeError": NodeFailed,
    "extra_error_after_one_output": NodeFailed,
    "error_partial_outputs": NodeFailed,
    "interrupt_by_prompt_id": Interrupted,
    "0.33_modelfree_first_run": Succeeded,
    "0.33_txt2img_first_run": Succeeded,
    "0.33_error_partial_outputs": NodeFailed,
    "0.33_interrupt_by_prompt_id": Interrupted,
    "0.33_cancel_by_jobs_api_running": Interrupted,
}


async def play(backend: ComfyBackend, server: ScriptedComfy, name: str) -> list[Any]:
    replay = read_replay(name)
    ((recorded_id, entry),) = replay["history"].items()
    prompt_id = str(uuid4())
    sending: list[asyncio.Task[None]] = []

    async def run(body: dict[str, Any]) -> web.StreamResponse:
        server.running = [prompt_id]

        async def send() -> None:
            await server.send(*frames_for(replay, recorded_id, prompt_id)[:-1])
            # History is filled just before the last frame, `executing null`.
            server.histories[prompt_id] = entry
            server.running = []
            await server.send(*frames_for(replay, recorded_id, prompt_id)[-1:])

        sending.append(asyncio.create_task(send()))
        return accepted(body)

    server.on_prompt = run
    async with backend.watch_prompt(prompt_id) as watch:
        graph = entry["prompt"][2]
        await backend.submit(graph, prompt_id=prompt_id)
        events = await drain(watch)
    await asyncio.gather(*sending)
    return events


@pytest.mark.parametrize("name", RECORDED)
async def test_a_recorded_run_has_the_recorded_outcome(
    backend: ComfyBackend, server: ScriptedComfy, name: str
) -> None:
    events = await play(backend, server, name)
    assert isinstance(events[-1], Ended)
    assert isinstance(events[-1].outcome, RECORDED[name])
    assert [type(event) for event in events].count(Started) == 1
    percents = [event.percent for event in events if isinstance(event, PromptProgress)]
    assert percents == sorted(percents)
    assert (percents[-1:] == [100]) == (RECORDED[name] is Succeeded)
    assert backend.listener.malformed_frames == 0
    assert backend.listener.connections == 1


async def test_previews_of_both_kinds_are_attributed(
    backend: ComfyBackend, server: ScriptedComfy
) -> None:
    bare = [e for e in await play(backend, server, "txt2img_first_run") if isinstance(e, Preview)]
    named = [
        e for e in await play(backend, server, "txt2img_preview_metadata") if isinstance(e, Preview)
    ]
    assert [preview.node for preview in bare] == ["3"] * 3
    assert [preview.node for preview in named] == ["3"] * 3
    assert {preview.mime for preview in bare + named} == {"image/jpeg"}
    assert all(preview.image.startswith(b"\xff\xd8\xff") for preview in bare + named)


async def test_steps_of_the_sampler_are_reported(
    backend: ComfyBackend, server: ScriptedComfy
) -> None:
    events = await play(backend, server, "txt2img_first_run")
    seen = [(e.node, e.step, e.total) for e in events if isinstance(e, PromptProgress) and e.step]
    assert list(dict.fromkeys(seen)) == [("3", 1, 3), ("3", 2, 3), ("3", 3, 3)]
    assert all(
        event.node_type == "KSampler"
        for event in events
        if isinstance(event, PromptProgress) and event.node == "3"
    )


async def test_expanded_nodes_are_shown_as_their_origin(
    backend: ComfyBackend, server: ScriptedComfy
) -> None:
    events = await play(backend, server, "extra_expanded_nodes")
    shown = {event.node for event in events if isinstance(event, PromptProgress)}
    assert shown <= {"1", "2", "3", "4", None}


async def test_a_blocked_run_reports_the_reason(
    backend: ComfyBackend, server: ScriptedComfy
) -> None:
    events = await play(backend, server, "extra_execution_blocked")
    assert events[-1].outcome == NoOutput("Execution Blocked: Blocked Execution")


async def test_an_error_names_the_node(backend: ComfyBackend, server: ScriptedComfy) -> None:
    outcome = (await play(backend, server, "error_partial_outputs"))[-1].outcome
    assert (outcome.node_id, outcome.node_type) == ("8", "LoadImage")
    assert outcome.exception_type == "PIL.UnidentifiedImageError"
    assert outcome.message.startswith("cannot identify image file")
    assert not outcome.message.endswith("\n")


async def test_saved_images_come_before_previews(
    backend: ComfyBackend, server: ScriptedComfy
) -> None:
    events = await play(backend, server, "batch3_two_identical_saves_preview")
    kinds = [image.type for image in events[-1].outcome.images]
    assert kinds == sorted(kinds, key=lambda kind: kind != "output")
    assert set(kinds) == {"output", "temp"}


async def test_frames_of_another_clients_prompt_are_ignored(
    backend: ComfyBackend, server: ScriptedComfy
) -> None:
    prompt_id = str(uuid4())
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.pending = [prompt_id]
        await server.send(
            *frames_for(read_replay("isolation_2_prompt_without_client_id_B"), "-", "-")
        )
        await server.send({"type": "executing", "data": {"node": None, "prompt_id": prompt_id}})
        server.histories[prompt_id] = finished()
        server.pending = []
        events = await drain(watch)
    assert not [event for event in events if isinstance(event, Preview)]
    assert {event.percent for event in events if isinstance(event, PromptProgress)} <= {100}


async def test_frames_of_a_reconnected_socket_are_followed(
    backend: ComfyBackend, server: ScriptedComfy
) -> None:
    """Includes `executing {node}` without a prompt id, sent once after a reconnect."""
    replay = read_replay("reconnect_e_between_nodes")
    prompt_id = str(uuid4())
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(make_graph(prompt_id), prompt_id=prompt_id)
        server.histories[prompt_id] = finished()
        await server.send(*frames_for(replay, "1d3ea8fc-82ed-492d-b02d-d7b97e07a640", prompt_id))
        events = await drain(watch)
    assert isinstance(events[-1], Ended)
    assert isinstance(events[-1].outcome, Succeeded)
    assert backend.listener.malformed_frames == 0
