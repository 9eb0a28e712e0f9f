import asyncio
import os
import signal
from pathlib import Path

import aiohttp
import pytest
from tests.support.timeouts import patiently

from genonaut.embedded.ports import choose_port
from genonaut.simulator import SimulatorOptions, running_simulator, serve


async def answers(url: str) -> bool:
    async with aiohttp.ClientSession() as http:
        try:
            async with http.get(f"{url}/prompt") as reply:
                return reply.status == 200
        except aiohttp.ClientError:
            return False


async def until_it_answers(url: str) -> None:
    async with patiently():
        while True:
            if await answers(url):
                return
            await asyncio.sleep(0.01)


async def test_a_simulator_listens_while_entered_and_removes_its_files() -> None:
    async with running_simulator() as simulator:
        assert await answers(simulator.url)
        private = simulator.folders.output.parent
        assert private.is_dir()
    assert not await answers(simulator.url)
    assert not private.exists()


async def test_a_port_in_use_is_an_error() -> None:
    async with running_simulator() as simulator:
        with pytest.raises(OSError, match="address already in use"):
            async with running_simulator(port=simulator.port):
                pass


async def test_an_output_directory_is_shared_and_kept(tmp_path: Path) -> None:
    options = SimulatorOptions(output_directory=tmp_path / "out")
    graph = {
        "1": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 0}},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "a/b"}},
    }  # fmt: skip
    async with running_simulator(options) as simulator, aiohttp.ClientSession() as http:
        await http.post(f"{simulator.url}/prompt", json={"prompt": graph, "prompt_id": "p"})
        async with patiently():
            while True:
                if "p" in simulator.state.queue.history:
                    break
                await asyncio.sleep(0.01)
    assert tmp_path.joinpath("out/a/b_00001_.png").is_file()


async def test_an_open_websocket_does_not_delay_the_shutdown() -> None:
    async with aiohttp.ClientSession() as http:
        async with running_simulator() as simulator:
            client = await http.ws_connect(f"{simulator.url}/ws")
            await client.receive()
            begin = asyncio.get_running_loop().time()
        # aiohttp would wait for a minute.
        assert asyncio.get_running_loop().time() - begin < 30
        await client.close()


async def test_serve_ends_when_cancelled() -> None:
    port = choose_port()
    task = asyncio.create_task(serve(SimulatorOptions(), port=port))
    await until_it_answers(f"http://127.0.0.1:{port}")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not await answers(f"http://127.0.0.1:{port}")


async def test_serve_ends_on_sigterm_without_an_error() -> None:
    port = choose_port()
    task = asyncio.create_task(serve(SimulatorOptions(), port=port))
    await until_it_answers(f"http://127.0.0.1:{port}")
    os.kill(os.getpid(), signal.SIGTERM)
    async with patiently():
        await task


async def test_the_server_answers_again_after_a_downtime() -> None:
    async with running_simulator(port=choose_port()) as simulator:
        was_down = False
        async with patiently():
            while not was_down:  # it may be up again before the request
                task = asyncio.create_task(simulator.go_down(1.0))
                while not (was_down or task.done()):
                    was_down = not await answers(simulator.url)
                await task
        assert await answers(simulator.url)
        assert simulator.drop_sockets() == 0
