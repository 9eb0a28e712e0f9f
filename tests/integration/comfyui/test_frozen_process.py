"""Checks after this process was frozen: unread frames and responses are processed first."""

import asyncio
import time

import aiohttp
import msgspec
from aiohttp import web
from tests.integration.comfyui.scripted_server import (
    FAST,
    ScriptedComfy,
    drain,
    finished,
    make_graph,
    status_frame,
    until,
)

from genonaut.comfyui import ComfyBackend, Ended, Succeeded, Timeouts, Unreachable


async def test_frames_that_arrived_while_frozen_keep_the_socket(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    suspicious = msgspec.structs.replace(FAST.listener, deaf_seconds=0.5)
    settings = msgspec.structs.replace(FAST, listener=suspicious)
    async with ComfyBackend("one", server.url, http, settings=settings) as backend:
        await until(lambda: backend.listener.connected)
        socket = backend.listener.client_id
        await backend.submit(make_graph("x"), prompt_id="x")
        assert backend.listener._deaf_check is not None
        await server.send(status_frame(1))
        time.sleep(2 * suspicious.deaf_seconds)  # noqa: ASYNC251 - freezes this process
        await until(lambda: backend.listener._deaf_check is None)
        assert backend.listener.client_id == socket
        assert backend.listener.connected


async def test_time_while_frozen_does_not_count_as_outage(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    timeouts = Timeouts(connect_seconds=0.3, read_seconds=0.3)
    settings = msgspec.structs.replace(FAST, timeouts=timeouts)
    asked, released = asyncio.Event(), asyncio.Event()

    async def answer_late(_: web.Request) -> web.StreamResponse:
        asked.set()
        await released.wait()
        return web.json_response({"queue_running": [], "queue_pending": []})

    async with (
        ComfyBackend("one", server.url, http, settings=settings) as backend,
        backend.watch_prompt("x", attached=True) as watch,
    ):
        server.is_down = True
        assert isinstance(await anext(watch), Unreachable)
        server.answers["/queue"], server.is_down = answer_late, False
        checking = asyncio.create_task(anext(watch))
        await until(lambda: asked.is_set() or checking.done())
        time.sleep(3.0)  # noqa: ASYNC251 - freezes this process
        event = await checking
        assert isinstance(event, Unreachable)
        assert event.for_seconds < 1.0
        released.set()
        server.answers.clear()
        server.histories["x"] = finished()
        end = (await drain(watch))[-1]
        assert isinstance(end, Ended)
        assert isinstance(end.outcome, Succeeded)


async def test_time_while_frozen_does_not_make_a_server_stuck(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    settings = msgspec.structs.replace(FAST, health_seconds=600, stuck_seconds=60.0)
    async with ComfyBackend("one", server.url, http, settings=settings) as backend:
        now = 1000.0
        backend._clock = lambda: now
        server.pending = ["a"]
        await backend.check()
        now += 3600.0
        assert not (await backend.check()).is_stuck, "the server was frozen, too"
        now += 5.0
        assert not (await backend.check()).is_stuck
        now += 60.0
        assert (await backend.check()).is_stuck, "it had time since then"
