"""Graphs are completed for the server that runs them, and refused before the prompt is posted."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from tests.integration.comfyui.scripted_server import FAST

from genonaut.comfyui import ComfyBackend, Graph
from genonaut.embedded.ports import choose_port
from genonaut.jobs.rendering.backend_graph import completed_for
from genonaut.jobs.rendering.retry_policy import Failure, Fault
from genonaut.simulator import Simulator, SimulatorOptions, running_simulator


def scaled(**inputs: Any) -> Graph:
    """Return a graph that scales an image, as 0.3.64 requires it."""
    chosen = {"upscale_method": "area", "megapixels": 1.0} | inputs
    return {
        "load": {"class_type": "LoadImage", "inputs": {"image": "example.png"}},
        "scale": {
            "class_type": "ImageScaleToTotalPixels",
            "inputs": {"image": ["load", 0], **chosen},
            "_meta": {"title": "Reference 1, scaled"},
        },
    }


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture(params=["0.3.64", "0.33.0"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Simulator]:
    options = SimulatorOptions(version=request.param, output_directory=tmp_path / "out")
    async with running_simulator(options, port=choose_port()) as running:
        yield running


@pytest.fixture
async def backend(server: Simulator, http: aiohttp.ClientSession) -> AsyncIterator[ComfyBackend]:
    async with ComfyBackend("sim1", server.url, http, settings=FAST) as running:
        yield running


async def test_required_inputs_follow_the_release(backend: ComfyBackend) -> None:
    graph = await completed_for(scaled(), backend)
    steps = graph["scale"]["inputs"].get("resolution_steps")
    assert steps == (1 if backend.version == "0.33.0" else None)


async def test_a_node_that_the_server_lacks_is_left_to_another_server(
    server: Simulator, backend: ComfyBackend
) -> None:
    server.remove_node("ImageScaleToTotalPixels")
    with pytest.raises(Failure, match="Reference 1, scaled: the server has no node") as caught:
        await completed_for(scaled(), backend)
    assert caught.value.fault is Fault.MODEL_GONE


async def test_an_option_that_the_server_lacks_is_left_to_another_server(
    backend: ComfyBackend,
) -> None:
    with pytest.raises(Failure, match="'cubic', but the server offers nearest-exact") as caught:
        await completed_for(scaled(upscale_method="cubic"), backend)
    assert caught.value.fault is Fault.MODEL_GONE


async def test_the_node_classes_of_an_updated_server_are_read_again(
    http: aiohttp.ClientSession,
) -> None:
    port = choose_port()
    inputs = {"steps": 4, "width": 64, "height": 64}
    graph: Graph = {"schedule": {"class_type": "Flux2Scheduler", "inputs": inputs}}
    settings = msgspec.structs.replace(FAST, health_seconds=3600, recheck_seconds=3600)
    async with contextlib.AsyncExitStack() as stack:
        async with running_simulator(SimulatorOptions(version="0.3.64"), port=port) as older:
            backend = await stack.enter_async_context(
                ComfyBackend("sim1", older.url, http, settings=settings)
            )
            with pytest.raises(Failure, match="the server has no node Flux2Scheduler"):
                await completed_for(graph, backend)
            await backend.object_info()
        await stack.enter_async_context(
            running_simulator(SimulatorOptions(version="0.33.0"), port=port)
        )
        assert backend.offers.cached_classes is not None
        assert "Flux2Scheduler" not in backend.offers.cached_classes
        assert await completed_for(graph, backend) == graph


async def test_a_value_out_of_range_is_refused(backend: ComfyBackend) -> None:
    with pytest.raises(Failure, match=r"megapixels is 99\.0, but the server allows") as caught:
        await completed_for(scaled(megapixels=99.0), backend)
    assert caught.value.fault is Fault.GRAPH_REFUSED
