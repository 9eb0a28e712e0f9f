"""POST /prompt: every recorded request gets the recorded response."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from tests.contract.comfyui.protocol_client import DATA, Server, trivial

from genonaut.simulator import SimulatorOptions, running_simulator

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


@pytest.fixture(scope="module")
async def recorded_url() -> AsyncIterator[str]:
    """A simulator with the models of the recorded server."""
    async with running_simulator(SimulatorOptions(models=RECORDED_MODELS)) as simulator:
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
    headers = {"Origin": case["origin"]} if "origin" in case else {}
    url = f"{recorded_url}/prompt"
    async with http.post(url, data=case["raw_body"].encode(), headers=headers) as reply:
        assert reply.status == case["status"]
        if "json" in case:
            assert comparable(await reply.json()) == comparable(case["json"])
        else:
            assert await reply.text() == case["text"]


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: case["label"])
async def test_every_server_gives_the_recorded_error_types(
    case: dict[str, Any], comfyui_server: Server
) -> None:
    headers = {"Origin": case["origin"]} if "origin" in case else {}
    # Replace the models of the recording by those of the server.
    body = case["raw_body"].replace("sd15-micro-random.safetensors", comfyui_server.checkpoint)
    body = body.replace("kohya-style-random.safetensors", comfyui_server.lora)
    if "KSampler" in body and not (comfyui_server.checkpoint and comfyui_server.lora):
        pytest.skip("the server has no checkpoint or no LoRA")
    url = f"{comfyui_server.url}/prompt"
    async with comfyui_server.http.post(url, data=body.encode(), headers=headers) as reply:
        assert reply.status == case["status"]
        if "json" not in case:
            return
        answer = await reply.json()
    assert kinds_of(answer) == kinds_of(case["json"])


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
