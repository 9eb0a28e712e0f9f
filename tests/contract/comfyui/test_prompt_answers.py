"""POST /prompt: every recorded request gets the recorded response."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from tests.contract.comfyui.protocol_client import DATA, Server, trivial

from genonaut.simulator import SimulatorOptions, running_simulator
from genonaut.simulator.releases import (
    COMBOS_CHECKED,
    DEPENDENCY_CYCLE,
    JOB_CANCEL,
    MISSING_NODE_TYPE,
)

ANSWERS: list[dict[str, Any]] = json.loads((DATA / "prompt_answers.json").read_text())
RECORDED_MODELS = {
    "checkpoints": [
        "sd15-full-random.safetensors",
        "sd15-micro-random.safetensors",
        "sd15-tiny-random.safetensors",
        "sub dir/sd15-micro-b.safetensors",
    ],
    "loras": [
        "big-header.safetensors",
        "kohya-style-random.safetensors",
        "no-metadata.safetensors",
        "styles/modelspec-only.safetensors",
        "wrong-arch.safetensors",
    ],
}


NEWER_ANSWERS: list[dict[str, Any]] = json.loads((DATA / "0.33/prompt_answers.json").read_text())
NEWER_MODELS = {
    "checkpoints": [
        "sd15-micro-inpaint-random.safetensors",
        "sd15-micro-random.safetensors",
    ],
    "loras": ["kohya-style-random.safetensors"],
    "upscale_models": ["esrgan-random-2x.pth", "esrgan-random-4x.pth"],
}
# Classes of recorded requests that the simulator does not have.
NOT_SIMULATED = ("ImageScaleBy", "ImageUpscaleWithModel")


def is_simulated(case: dict[str, Any]) -> bool:
    return not any(name in case["raw_body"] for name in NOT_SIMULATED)


@pytest.fixture(scope="module")
async def recorded_url() -> AsyncIterator[str]:
    """A simulator of 0.3.64 with the models of the recorded server."""
    async with running_simulator(SimulatorOptions(models=RECORDED_MODELS)) as simulator:
        yield simulator.url


@pytest.fixture(scope="module")
async def newer_recorded_url() -> AsyncIterator[str]:
    """A simulator of 0.33 with the models of the recorded server."""
    options = SimulatorOptions(models=NEWER_MODELS, version="0.33.0")
    async with running_simulator(options) as simulator:
        yield simulator.url


def comparable(answer: Any) -> Any:
    """Remove what differs in every run: ids, tracebacks, and the order of a set."""
    if isinstance(answer, dict):
        kept = {key: comparable(value) for key, value in answer.items()}
        kept.pop("traceback", None)
        if "prompt_id" in kept:
            kept |= {"prompt_id": "?", "number": 0}
        if isinstance(kept.get("errors"), list):
            kept["errors"].sort(key=lambda error: str(error["details"]))
        return kept
    return [comparable(value) for value in answer] if isinstance(answer, list) else answer


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: case["label"])
async def test_the_simulator_gives_the_recorded_response(
    case: dict[str, Any], recorded_url: str, http: aiohttp.ClientSession
) -> None:
    await require_recorded_response(case, recorded_url, http)


@pytest.mark.parametrize(
    "case", [case for case in NEWER_ANSWERS if is_simulated(case)], ids=lambda case: case["label"]
)
async def test_the_newer_simulator_gives_the_recorded_response(
    case: dict[str, Any], newer_recorded_url: str, http: aiohttp.ClientSession
) -> None:
    await require_recorded_response(case, newer_recorded_url, http)


async def require_recorded_response(
    case: dict[str, Any], url: str, http: aiohttp.ClientSession
) -> None:
    data, headers = case["raw_body"].encode(), headers_of(case)
    async with http.post(f"{url}/prompt", data=data, headers=headers) as reply:
        assert reply.status == case["status"]
        if "json" in case:
            assert comparable(await reply.json()) == comparable(case["json"])
        else:
            assert await reply.text() == case["text"]


def headers_of(case: dict[str, Any]) -> dict[str, str]:
    headers: dict[str, str] = case.get("headers", {})
    return headers | ({"Origin": case["origin"]} if "origin" in case else {})


async def test_every_server_gives_the_recorded_error_types(comfyui_server: Server) -> None:
    cases = NEWER_ANSWERS if comfyui_server.has(JOB_CANCEL) else ANSWERS
    if not comfyui_server.has(JOB_CANCEL) and comfyui_server.has(MISSING_NODE_TYPE):
        pytest.skip("there are recordings of 0.3.64 and 0.33 only, not of the releases between")
    different = {}
    for case in cases:
        if not comfyui_server.is_simulator or is_simulated(case):
            expected = (case["status"], kinds_of(case["json"]) if "json" in case else None)
            found = await response_kinds(comfyui_server, case)
            if found is not None and found != expected:
                different[case["label"]] = (found, expected)
    assert different == {}


async def response_kinds(server: Server, case: dict[str, Any]) -> tuple[int, Any] | None:
    """Return status and error types; None if the server lacks the models of the request."""
    body = case["raw_body"].replace("sd15-micro-random.safetensors", server.checkpoint)
    body = body.replace("kohya-style-random.safetensors", server.lora)
    if "KSampler" in body and not (server.checkpoint and server.lora):
        return None
    url, headers = f"{server.url}/prompt", headers_of(case)
    async with server.http.post(url, data=body.encode(), headers=headers) as reply:
        return reply.status, kinds_of(await reply.json()) if "json" in case else None


async def test_a_cycle_is_named_by_newer_servers(comfyui_server: Server) -> None:
    def invert(source: str) -> dict[str, Any]:
        return {"class_type": "ImageInvert", "inputs": {"image": [source, 0]}}

    save = {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "c"}}
    status, answer = await comfyui_server.post({"1": invert("2"), "2": invert("1"), "3": save})
    assert status == 400
    if comfyui_server.has(DEPENDENCY_CYCLE):
        (error,) = answer["node_errors"]["2"]["errors"]
        assert error["type"] == "dependency_cycle"
        assert error["extra_info"] == {"node_id": "2", "cycle_nodes": ["2", "1"]}
        assert error["details"] == "2 (ImageInvert) -> 1 (ImageInvert) -> 2 (ImageInvert)"
    else:
        assert answer["node_errors"] == {}


async def test_options_of_v3_combos_are_checked_by_newer_servers(comfyui_server: Server) -> None:
    graph = {
        "1": {"class_type": "UpscaleModelLoader", "inputs": {"model_name": "nosuch.pth"}},
        "2": {"class_type": "PreviewAny", "inputs": {"source": ["1", 0]}},
    }
    status, answer = await comfyui_server.post(graph)
    if comfyui_server.has(COMBOS_CHECKED):
        assert status == 400
        assert answer["node_errors"]["1"]["errors"][0]["type"] == "value_not_in_list"
    else:
        assert status == 200


def kinds_of(answer: dict[str, Any]) -> Any:
    nodes = {
        node_id: (entry["class_type"], sorted(error["type"] for error in entry["errors"]))
        for node_id, entry in answer["node_errors"].items()
    }
    return answer.get("error", {}).get("type"), nodes


async def test_invalid_utf8_is_a_plain_500(comfyui_server: Server) -> None:
    async with comfyui_server.http.post(f"{comfyui_server.url}/prompt", data=b'{"\xff"}') as reply:
        assert reply.status == 500
        assert await reply.text() == "500 Internal Server Error\n\nServer got itself in trouble"


async def test_a_body_above_100_mib_is_413(simulated: Server) -> None:
    body = io.BytesIO(b" " * (104_857_600 + 1))
    async with simulated.http.post(f"{simulated.url}/prompt", data=body) as reply:
        assert reply.status == 413
        assert "104857600" in await reply.text()


async def test_a_chain_deeper_than_pythons_stack_is_refused(comfyui_server: Server) -> None:
    def chain(length: int) -> dict[str, Any]:
        graph: dict[str, Any] = {"1": trivial()["1"]}
        for number in range(2, length + 1):
            linked = {"image": [str(number - 1), 0]}
            graph[str(number)] = {"class_type": "ImageInvert", "inputs": linked}
        save = {"images": [str(length), 0], "filename_prefix": "chain"}
        graph["save"] = {"class_type": "SaveImage", "inputs": save}
        return graph

    status, answer = await comfyui_server.post(chain(1000))
    assert status == 400
    (entry,) = answer["node_errors"].values()
    assert entry["errors"][0]["type"] == "exception_during_inner_validation"
    assert "maximum recursion depth" in entry["errors"][0]["details"]


async def test_errors_of_an_output_node_are_in_the_details(comfyui_server: Server) -> None:
    graph = trivial()
    del graph["2"]["inputs"]["filename_prefix"]
    status, answer = await comfyui_server.post(graph)
    assert status == 400
    assert answer["error"]["details"] == "Required input is missing: filename_prefix"


@pytest.mark.parametrize("origin", ["null", None])
async def test_no_origin_and_a_null_origin_pass(origin: str | None, comfyui_server: Server) -> None:
    headers = {} if origin is None else {"Origin": origin}
    url = f"{comfyui_server.url}/queue"
    async with comfyui_server.http.get(url, headers=headers) as reply:
        assert reply.status == 200


async def test_an_origin_on_another_port_is_foreign_for_the_websocket_too(
    comfyui_server: Server,
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await comfyui_server.http.ws_connect(
            f"{comfyui_server.url}/ws", headers={"Origin": "http://localhost:3000"}
        )
    assert refused.value.status == 403
