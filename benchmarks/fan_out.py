"""Time one event to 500 websockets; floor: one Redis subscriber."""

import asyncio
import time
from typing import Any, NamedTuple

import aiohttp
import msgspec
from benchmarks.figures import percentiles
from benchmarks.installation import Installation

from genonaut.realtime import connect_redis

SOCKETS = 500
_CLOSED = 0
"""Stands for the end of a websocket."""


class _Arrival(NamedTuple):
    job_id: int
    at: float


async def fan_out(here: Installation, rounds: int) -> dict[str, Any]:
    """Return the times from a request to the first and to the last of 500 frames."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http, asyncio.TaskGroup() as group:
        arrivals = asyncio.Queue[_Arrival]()
        sockets = [await http.ws_connect(f"{here.api_url}/ws/jobs") for _ in range(SOCKETS)]
        for socket in sockets:
            group.create_task(_listen(socket, arrivals))
        last, first = [], []
        for number in range(rounds):
            body = {"prompt": f"fan out {number}", "params": {"seed": 77_000 + number}}
            began = time.perf_counter()
            async with http.post(f"{here.api_url}/api/v1/generation-jobs/", json=body) as answer:
                answer.raise_for_status()
                job_id = (await answer.json())["id"]
            times = [await _next_of(job_id, arrivals) for _ in range(SOCKETS)]
            first.append(min(times) - began)
            last.append(max(times) - min(times))
        for socket in sockets:
            await socket.close()
    return {
        "sockets": SOCKETS,
        "first_completed_frame": percentiles(first),
        "spread_first_to_last": percentiles(last),
        "floor_redis_publish": await _publish_floor(here, 200),
    }


async def _listen(
    socket: aiohttp.ClientWebSocketResponse, arrivals: asyncio.Queue[_Arrival]
) -> None:
    # Read all the time: only a socket that is read answers the pings of the server.
    async for message in socket:
        frame = msgspec.json.decode(message.data)
        if frame.get("status") == "completed":
            arrivals.put_nowait(_Arrival(frame["job_id"], time.perf_counter()))
    arrivals.put_nowait(_Arrival(_CLOSED, time.perf_counter()))


async def _next_of(job_id: int, arrivals: asyncio.Queue[_Arrival]) -> float:
    while True:
        arrival = await arrivals.get()
        if arrival.job_id == _CLOSED:
            raise ConnectionError("the API closed a websocket")
        if arrival.job_id == job_id:
            return arrival.at


async def _publish_floor(here: Installation, samples: int) -> dict[str, float]:
    redis = connect_redis(here.settings.redis.url)
    seconds = []
    async with redis.pubsub() as pubsub:
        await pubsub.subscribe("bench:floor")
        await pubsub.get_message(timeout=1)
        for _ in range(samples):
            began = time.perf_counter()
            await redis.publish("bench:floor", b"x")
            while await pubsub.get_message(ignore_subscribe_messages=True, timeout=1) is None:
                pass
            seconds.append(time.perf_counter() - began)
    await redis.aclose()
    return percentiles(seconds)
