"""The client against the simulator and its scripted faults."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import aiohttp
import msgspec
import pytest
from tests.integration.comfyui.scripted_server import FAST, IMPATIENT, drain, make_graph, until
from tests.support.timeouts import patiently

from genonaut.comfyui import (
    Absent,
    ComfyBackend,
    Ended,
    Event,
    Graph,
    GraphRefusedError,
    ImageMissingError,
    InHistory,
    Interrupted,
    Lost,
    NodeFailed,
    NoOutput,
    Outcome,
    OutOfMemory,
    Preview,
    PromptProgress,
    PromptWatch,
    Running,
    Started,
    SubmitUncertainError,
    Succeeded,
    TruncatedDownloadError,
    Waiting,
    fetch_image,
)
from genonaut.embedded.ports import choose_port
from genonaut.simulator import Simulator, SimulatorOptions, running_simulator

CHECKPOINT = "sd15.safetensors"


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    models = {"checkpoints": [CHECKPOINT], "loras": ["style.safetensors"]}
    options = SimulatorOptions(models=models, delay_ms=40)
    async with running_simulator(options, port=choose_port()) as running:
        yield running


@pytest.fixture
async def simulated(
    simulator: Simulator, http: aiohttp.ClientSession
) -> AsyncIterator[ComfyBackend]:
    async with ComfyBackend("simulator", simulator.url, http, settings=FAST) as backend:
        await until(lambda: backend.listener.connected)
        yield backend


async def run(backend: ComfyBackend, graph: Graph | None = None) -> list[Event]:
    prompt_id = str(uuid4())
    async with backend.watch_prompt(prompt_id) as watch:
        await backend.submit(graph or make_graph(prompt_id), prompt_id=prompt_id)
        return await drain(watch)


def outcome_of(events: list[Event]) -> Outcome:
    last = events[-1]
    assert isinstance(last, Ended)
    return last.outcome


async def test_a_prompt_gives_an_image_file(simulated: ComfyBackend, tmp_path: Path) -> None:
    events = await run(simulated)
    assert isinstance(next(e for e in events if isinstance(e, Started)), Started)
    assert [e.step for e in events if isinstance(e, PromptProgress) and e.step] == [1, 2, 3, 4]
    assert {e.mime for e in events if isinstance(e, Preview)} == {"image/jpeg"}
    outcome = outcome_of(events)
    assert isinstance(outcome, Succeeded)
    size = await fetch_image(simulated.client, outcome.images[0], tmp_path / "image.png")
    content = (tmp_path / "image.png").read_bytes()
    assert len(content) == size
    assert content.startswith(b"\x89PNG")
    assert simulated.listener.connections == 1


async def test_twenty_runs_in_a_row_never_miss_their_history(simulated: ComfyBackend) -> None:
    for _ in range(20):
        assert isinstance(outcome_of(await run(simulated)), Succeeded)
    assert simulated.listener.connections == 1


async def test_concurrent_runs_get_their_own_images(simulated: ComfyBackend) -> None:
    results = await asyncio.gather(*(run(simulated) for _ in range(5)))
    outcomes = [outcome_of(events) for events in results]
    assert all(isinstance(outcome, Succeeded) for outcome in outcomes)
    names = {o.images[0].filename for o in outcomes if isinstance(o, Succeeded)}
    assert len(names) == 5


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("node_error", NodeFailed),
        ("oom", OutOfMemory),
        ("interrupted", Interrupted),
        ("no_output", NoOutput),
        ("restart", Lost),
        ("lose_history", Lost),
        ("drop_socket", Succeeded),
        ("late_history", Succeeded),
        ("slow", Succeeded),
    ],
)
async def test_every_fault_has_its_outcome(
    simulator: Simulator, simulated: ComfyBackend, fault: str, outcome: type
) -> None:
    seconds = {"slow": 0.5, "late_history": 0.2, "restart": 0.1}.get(fault)
    simulator.faults.add(fault, seconds=seconds)
    found = outcome_of(await run(simulated))
    assert isinstance(found, outcome)
    await until(lambda: simulated.is_up and simulated.listener.connected)
    assert isinstance(outcome_of(await run(simulated)), Succeeded), "and the next one is fine"


async def test_a_deaf_socket_delays_the_outcome_by_the_silence_only(
    simulator: Simulator, http: aiohttp.ClientSession
) -> None:
    simulator.faults.add("deaf_socket")
    async with ComfyBackend("deaf", simulator.url, http, settings=IMPATIENT) as backend:
        await until(lambda: backend.listener.connected)
        assert isinstance(outcome_of(await run(backend)), Succeeded)


async def test_a_refusal_names_the_missing_checkpoint(simulated: ComfyBackend) -> None:
    graph = make_graph("x")
    graph["checkpoint"]["inputs"]["ckpt_name"] = "missing.safetensors"
    with pytest.raises(GraphRefusedError, match=r"missing\.safetensors.*not available"):
        await run(simulated, graph)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [("server_error", Lost), ("server_error_taken", Succeeded), ("answer_lost", Succeeded)],
)
async def test_an_uncertain_post_is_resolved(
    simulator: Simulator, simulated: ComfyBackend, fault: str, outcome: type
) -> None:
    simulator.faults.add(fault)
    prompt_id = str(uuid4())
    async with simulated.watch_prompt(prompt_id) as watch:
        with pytest.raises(SubmitUncertainError):
            await simulated.submit(make_graph(prompt_id), prompt_id=prompt_id)
        assert isinstance(outcome_of(await drain(watch)), outcome)


async def test_a_cancel_while_running(simulator: Simulator, simulated: ComfyBackend) -> None:
    simulator.faults.add("silence")
    prompt_id = str(uuid4())
    async with simulated.watch_prompt(prompt_id) as watch:
        await simulated.submit(make_graph(prompt_id), prompt_id=prompt_id)
        async for event in watch:
            if isinstance(event, Started):
                await simulated.cancel_prompt(prompt_id)
                break
        simulator.faults.clear()
        assert isinstance(outcome_of(await drain(watch)), Interrupted)


async def test_cancelling_a_waiting_prompt_does_not_affect_the_running_one(
    simulator: Simulator, simulated: ComfyBackend
) -> None:
    simulator.faults.add("silence")
    first = asyncio.create_task(run(simulated))
    await until(lambda: simulator.state.queue.running)
    prompt_id = str(uuid4())
    async with simulated.watch_prompt(prompt_id) as watch:
        await simulated.submit(make_graph(prompt_id), prompt_id=prompt_id)
        await simulated.cancel_prompt(prompt_id)
        assert outcome_of(await drain(watch)) == Lost()
    simulator.faults.clear()
    assert isinstance(outcome_of(await first), Succeeded)


async def test_another_process_can_take_over(
    simulator: Simulator, simulated: ComfyBackend, http: aiohttp.ClientSession
) -> None:
    simulator.faults.add("silence")
    prompt_id = str(uuid4())
    await simulated.submit(make_graph(prompt_id), prompt_id=prompt_id)
    await until(lambda: simulator.state.queue.running)
    async with (
        ComfyBackend("successor", simulator.url, http, settings=FAST) as successor,
        successor.watch_prompt(prompt_id, attached=True) as watch,
    ):
        assert isinstance(await anext(watch), Started)
        simulator.faults.clear()
        assert isinstance(outcome_of(await drain(watch)), Succeeded)


async def test_live_progress_continues_after_a_takeover(
    simulator: Simulator, http: aiohttp.ClientSession
) -> None:
    simulator.faults.add("slow", seconds=1.5)
    prompt_id = str(uuid4())
    graph = make_graph(prompt_id, steps=12)
    async with ComfyBackend("dead", simulator.url, http, settings=FAST) as dead:
        await until(lambda: dead.listener.connected)
        await dead.submit(graph, prompt_id=prompt_id)
        await until(lambda: simulator.state.last_node_id == "sampler")
    async with (
        ComfyBackend("successor", simulator.url, http, settings=FAST) as successor,
        successor.watch_prompt(prompt_id, attached=True, graph=graph) as watch,
        successor.watch_prompt(prompt_id, attached=True, graph=graph) as other,
    ):
        events, others = await asyncio.gather(drain(watch), drain(other))
        assert len(simulator.state.hub.open) == 2, "one socket of its own, one inherited"
    for seen in (events, others):
        shown = [event for event in seen if isinstance(event, PromptProgress)]
        assert len({event.step for event in shown if event.step}) >= 3
        assert {event.total for event in shown if event.step} == {12}
        percents = [event.percent for event in shown]
        assert percents == sorted(percents)
        assert any(0 < percent < 100 for percent in percents)
        assert any(isinstance(event, Preview) for event in seen)
        assert isinstance(outcome_of(seen), Succeeded)
    await until(lambda: not simulator.state.hub.open)


async def test_a_deaf_inherited_client_id_is_reconnected(
    simulator: Simulator, http: aiohttp.ClientSession
) -> None:
    simulator.faults.add("slow", seconds=4)
    prompt_id = str(uuid4())
    graph = make_graph(prompt_id, steps=40)
    hub = simulator.state.hub
    # Several steps without a frame count as silence.
    watch_settings = msgspec.structs.replace(FAST.watch, silence_seconds=0.4)
    settings = msgspec.structs.replace(FAST, watch=watch_settings)
    seen: list[Event] = []

    async def follow(watch: PromptWatch) -> None:
        async for event in watch:
            seen.append(event)  # noqa: PERF401 - the test reads the list while it grows

    async with (
        ComfyBackend("successor", simulator.url, http, settings=settings) as successor,
        successor.watch_prompt(prompt_id, attached=True, graph=graph) as watch,
    ):
        async with ComfyBackend("late", simulator.url, http, settings=FAST) as late:
            await until(lambda: late.listener.connected and successor.listener.connected)
            await late.submit(graph, prompt_id=prompt_id)
            client_id = late.listener.client_id
            following = asyncio.create_task(follow(watch))
            await until(lambda: [one.sid for one in hub.open].count(str(client_id)) == 2)
        # The older socket has closed, and ComfyUI has removed the newer one with it.
        await until(lambda: client_id not in hub.routes or following.done())
        await until(lambda: client_id in hub.routes)
        heard_before = len(seen)
        async with patiently():
            await following
    assert any(isinstance(event, PromptProgress) and event.step for event in seen[heard_before:])
    assert isinstance(outcome_of(seen), Succeeded)


@pytest.mark.parametrize("fault", ["truncated", "view_missing"])
async def test_a_faulty_download_falls_back_to_the_shared_directory(
    simulator: Simulator, simulated: ComfyBackend, tmp_path: Path, fault: str
) -> None:
    outcome = outcome_of(await run(simulated))
    assert isinstance(outcome, Succeeded)
    simulator.faults.add(fault, times=None)
    target = tmp_path / "image.png"
    expected = TruncatedDownloadError if fault == "truncated" else ImageMissingError
    with pytest.raises(expected):
        await fetch_image(simulated.client, outcome.images[0], target, pause_seconds=0)
    output_dir = simulator.folders.output
    await fetch_image(
        simulated.client, outcome.images[0], target, output_dir=output_dir, pause_seconds=0
    )
    assert target.stat().st_size > 100


async def test_a_stuck_server_is_recognised(
    simulator: Simulator, http: aiohttp.ClientSession
) -> None:
    simulator.faults.add("stuck")
    settings = msgspec.structs.replace(FAST, stuck_seconds=0.1)
    async with ComfyBackend("simulator", simulator.url, http, settings=settings) as backend:
        await backend.submit(make_graph("x"), prompt_id="x")
        await until(lambda: backend.is_stuck)
        simulator.faults.clear()
        await until(lambda: not backend.is_stuck)


async def test_models_and_nodes_of_the_server_are_read(simulated: ComfyBackend) -> None:
    models = await simulated.models()
    assert models.of("checkpoints") == {CHECKPOINT}
    assert models.of("loras") == {"style.safetensors"}
    info = await simulated.object_info()
    assert info["CheckpointLoaderSimple"].options("ckpt_name") == (CHECKPOINT,)


@pytest.fixture
async def newer_simulator() -> AsyncIterator[Simulator]:
    """A simulator of ComfyUI 0.33 whose own setting is to send no previews."""
    options = SimulatorOptions(
        models={"checkpoints": [CHECKPOINT]}, delay_ms=40, version="0.33.0", previews=False
    )
    async with running_simulator(options, port=choose_port()) as running:
        yield running


@pytest.fixture
async def newer(
    newer_simulator: Simulator, http: aiohttp.ClientSession
) -> AsyncIterator[ComfyBackend]:
    async with ComfyBackend("newer", newer_simulator.url, http, settings=FAST) as backend:
        await until(lambda: backend.listener.connected)
        yield backend


async def test_previews_come_from_a_newer_server_whose_default_is_none(
    newer: ComfyBackend, tmp_path: Path
) -> None:
    events = await run(newer)
    assert {event.mime for event in events if isinstance(event, Preview)} == {"image/jpeg"}
    outcome = outcome_of(events)
    assert isinstance(outcome, Succeeded)
    assert await fetch_image(newer.client, outcome.images[0], tmp_path / "image.png") > 0


async def test_a_newer_server_cancels_waiting_and_running_prompts_in_one_request(
    newer_simulator: Simulator, newer: ComfyBackend
) -> None:
    newer_simulator.faults.add("silence")
    first, second = str(uuid4()), str(uuid4())
    async with newer.watch_prompt(first) as running, newer.watch_prompt(second) as waiting:
        await newer.submit(make_graph(first), prompt_id=first)
        await until(lambda: newer_simulator.state.queue.running)
        await newer.submit(make_graph(second), prompt_id=second)
        assert await newer.cancel_prompt(second)
        assert outcome_of(await drain(waiting)) == Lost()
        assert await newer.cancel_prompt(first)
        newer_simulator.faults.clear()
        assert isinstance(outcome_of(await drain(running)), Interrupted)


async def test_a_newer_server_finds_prompts_in_every_state(
    newer_simulator: Simulator, newer: ComfyBackend
) -> None:
    newer_simulator.faults.add("silence")
    first, second = str(uuid4()), str(uuid4())
    for prompt_id in (first, second):
        await newer.submit(make_graph(prompt_id), prompt_id=prompt_id)
    await until(lambda: newer_simulator.state.queue.running)
    assert await newer.client.locate(first) == Running(newer.listener.client_id)
    assert await newer.client.locate(second) == Waiting(1)
    assert await newer.client.locate(str(uuid4())) == Absent()
    newer_simulator.faults.clear()
    async with newer.watch_prompt(second, attached=True) as watch:
        assert isinstance(outcome_of(await drain(watch)), Succeeded)
    assert isinstance(await newer.client.locate(first), InHistory)
