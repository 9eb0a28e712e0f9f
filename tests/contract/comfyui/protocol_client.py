"""Protocol client of the contract suite: plain aiohttp, independent of genonaut.comfyui."""

import asyncio
import json
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import msgspec

from genonaut.simulator.releases import PREVIEW_METHOD, Release

DATA = Path(__file__).parents[2] / "data" / "comfyui" / "contract"
PATIENCE_SECONDS = 60.0  # a real server on a slow CPU

Frame = dict[str, Any]
Graph = dict[str, Any]


async def until(condition: Callable[[], Awaitable[Any]], seconds: float = PATIENCE_SECONDS) -> None:
    """Poll until the condition is true."""
    async with asyncio.timeout(seconds):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.01)


class Server(msgspec.Struct, frozen=True):
    """A server under test, simulated or real."""

    url: str
    http: aiohttp.ClientSession
    checkpoint: str
    lora: str
    is_simulator: bool
    release: Release

    def has(self, first: Release) -> bool:
        """Return whether the server has a change that came with this release."""
        return self.release >= first

    @property
    def preview_request(self) -> dict[str, Any]:
        """Return the members of a POST /prompt that request previews, where that is possible."""
        if self.has(PREVIEW_METHOD):
            return {"extra_data": {"preview_method": "latent2rgb"}}
        return {}

    def expected(self, name: str, frames: list[Frame]) -> list[tuple[Any, ...]]:
        """Return the essence of a recording, without previews if a real server sent none."""
        has_previews = any(frame["type"] == "preview" for frame in frames)
        kept = has_previews or self.is_simulator
        return essence([one for one in recorded(name) if kept or one["type"] != "preview"])

    async def post(self, graph: Any, **more: Any) -> tuple[int, Any]:
        async with self.http.post(f"{self.url}/prompt", json={"prompt": graph, **more}) as reply:
            body = await reply.text()
            return reply.status, json.loads(body) if body.startswith("{") else body

    async def submit(self, graph: Any, **more: Any) -> str:
        status, answer = await self.post(graph, **more)
        assert status == 200, answer
        prompt_id: str = answer["prompt_id"]
        return prompt_id

    async def get(self, path: str) -> Any:
        async with self.http.get(f"{self.url}{path}") as reply:
            assert reply.status == 200, await reply.text()
            return await reply.json()

    async def ended(self, prompt_id: str) -> dict[str, Any]:
        """Wait for the history entry."""
        await until(lambda: self.get(f"/history/{prompt_id}"))
        found = await self.get(f"/history/{prompt_id}")
        entry: dict[str, Any] = found[prompt_id]
        return entry

    async def run(self, graph: Graph, **more: Any) -> dict[str, Any]:
        return await self.ended(await self.submit(graph, **more))

    async def forget_results(self) -> None:
        """Run another prompt: the cache keeps the results of one prompt only."""
        await self.run(trivial(color=uuid4().int % 0xFFFFFF))

    async def idle(self) -> None:
        async def is_idle() -> bool:
            remaining: int = (await self.get("/prompt"))["exec_info"]["queue_remaining"]
            return remaining == 0

        await until(is_idle)

    async def connect(self, client_id: str | None = None, *, metadata: bool = False) -> "Socket":
        query = "" if client_id is None else f"?clientId={client_id}"
        socket = Socket(await self.http.ws_connect(f"{self.url}/ws{query}"))
        if metadata:
            flags = {"type": "feature_flags", "data": {"supports_preview_metadata": True}}
            await socket.raw.send_json(flags)
        return socket


class Socket:
    """A websocket that records its frames."""

    def __init__(self, raw: aiohttp.ClientWebSocketResponse) -> None:
        self.raw = raw
        self.frames: list[Frame] = []

    async def next(self) -> Frame:
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = await self.raw.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            frame: Frame = json.loads(message.data)
        elif message.type is aiohttp.WSMsgType.BINARY:
            frame = parsed_binary(message.data)
        else:
            frame = {"type": "closed", "data": {"code": self.raw.close_code}}
        self.frames.append(frame)
        return frame

    async def until(self, event: str, **fields: Any) -> Frame:
        """Read until a frame has this type and these fields in its data."""
        while True:
            frame = await self.next()
            if frame["type"] == event and fields.items() <= frame["data"].items():
                return frame
            assert frame["type"] != "closed", f"closed while waiting for {event} {fields}"

    async def until_done(self, prompt_id: str) -> list[Frame]:
        await self.until("executing", node=None, prompt_id=prompt_id)
        return self.frames

    async def received_nothing(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self.raw.receive()
        except TimeoutError:
            return True
        return False

    async def close(self) -> None:
        await self.raw.close()


def parsed_binary(data: bytes) -> Frame:
    (event,) = struct.unpack(">I", data[:4])
    if event == 4:
        (length,) = struct.unpack(">I", data[4:8])
        meta = json.loads(data[8 : 8 + length])
        return {"type": "preview", "data": {"event": 4, "meta": meta, "image": data[8 + length :]}}
    (image_type,) = struct.unpack(">I", data[4:8])
    about = {"event": event, "image_type": image_type, "image": data[8:]}
    return {"type": "preview", "data": about}


def essence(frames: list[Frame]) -> list[tuple[Any, ...]]:
    """Return the frames without ids, times and file names, which differ in every run."""
    return [_essence(frame) for frame in frames]


def _essence(frame: Frame) -> tuple[Any, ...]:
    kind, data = frame["type"], frame["data"]
    return kind, *_SHOWN.get(kind, _keys)(data)


def _keys(data: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(sorted(data))


def _progress(data: dict[str, Any]) -> tuple[Any, ...]:
    return tuple((i, n["value"], n["max"], n["state"]) for i, n in data["nodes"].items())


def _output(data: dict[str, Any]) -> tuple[Any, ...]:
    counts = {name: len(shown) for name, shown in data["output"].items()}
    return data["node"], data["display_node"], tuple(counts.items())


def _end(data: dict[str, Any]) -> tuple[Any, ...]:
    return data["node_id"], data["node_type"], tuple(sorted(data["executed"]))


_SHOWN: dict[str, Callable[[dict[str, Any]], tuple[Any, ...]]] = {
    "status": lambda data: (data["status"]["exec_info"]["queue_remaining"], "sid" in data),
    "progress_state": _progress,
    "feature_flags": lambda data: ("supports_preview_metadata" in data,),
    "executing": lambda data: (data["node"], "prompt_id" in data),
    "execution_cached": lambda data: tuple(data["nodes"]),
    "progress": lambda data: (data["node"], data["value"], data["max"]),
    "preview": lambda data: (data["event"],),
    "executed": _output,
    "execution_error": _end,
    "execution_interrupted": _end,
}


def recorded(name: str) -> list[Frame]:
    """Return the incoming frames of a recorded run of a real server."""
    frames = []
    for line in (DATA / f"{name}.jsonl").read_text().splitlines():
        entry = json.loads(line)
        if entry["dir"] != "in":
            continue
        frames.append(entry.get("json") or {"type": "preview", "data": entry["parsed"]})
    return frames


def workflow(name: str) -> Graph:
    graph: Graph = json.loads((DATA / f"{name}.json").read_text())
    return graph


def txt2img(
    server: Server, *, seed: int = 42, steps: int = 3, text: str = "", **more: Any
) -> Graph:
    """Return the recorded text-to-image graph with models of this server."""
    graph = workflow("txt2img")
    graph["3"]["inputs"] |= {"seed": seed, "steps": steps}
    graph["4"]["inputs"]["ckpt_name"] = server.checkpoint
    graph["10"]["inputs"]["lora_name"] = server.lora
    if text:
        graph["6"]["inputs"]["text"] = text
    graph["9"]["inputs"] |= more
    return graph


def trivial(*, color: int = 0, prefix: str = "trivial") -> Graph:
    graph = workflow("trivial")
    graph["1"]["inputs"]["color"] = color
    graph["2"]["inputs"]["filename_prefix"] = prefix
    return graph


def slow(*, seed: int | None = None, blurs: int = 8) -> Graph:
    """Return a chain of blurs that takes seconds on a real server."""
    graph = workflow("slow_modelfree")
    graph["2"]["inputs"]["seed"] = uuid4().int % 2**32 if seed is None else seed
    for number in range(10 + blurs, 18):
        del graph[str(number)]
    graph["99"]["inputs"]["images"] = [str(9 + blurs), 0]
    return graph
