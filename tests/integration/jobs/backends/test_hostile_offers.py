"""A server that offers impossible names is reported without them."""

from typing import Any

from aiohttp import web
from tests.integration.comfyui.scripted_server import scripted_comfy
from tests.support.service import eventually, running_api, running_worker, with_backends

from genonaut.config import Settings

NAMES = ["euler", "", "nul\0", "\x1b[31mred", "x" * 65, *(f"s{number}" for number in range(5000))]


async def test_impossible_samplers_and_nodes_are_not_offered(settings: Settings) -> None:
    inputs = {"required": {"sampler_name": [NAMES, {}], "scheduler": [NAMES, {}]}}
    nodes: dict[str, Any] = {"KSampler": {"input": inputs}, "nul\0": {}, "x" * 5000: {}}

    async def object_info(_: web.Request) -> web.StreamResponse:
        return web.json_response(nodes | {f"Custom{number}": {} for number in range(5000)})

    async with scripted_comfy() as server:
        server.answers["/object_info"] = object_info
        changed = with_backends(settings, server.url)
        async with running_api(changed) as api, running_worker(changed):

            async def options() -> dict[str, Any] | None:
                found = (await api.http.get("/api/v1/sampling-options")).json()
                return found if found["samplers"] else None

            found = await eventually(options)
            (backend,) = (await api.http.get("/api/v1/health")).json()["comfyui"]
    assert backend["status"] == "up"
    for names in (found["samplers"], found["schedulers"]):
        assert len(names) == 1000
        assert "euler" in names
        assert not [name for name in names if len(name) > 64 or not name.isprintable()]
