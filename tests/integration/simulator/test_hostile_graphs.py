"""Malformed and expensive graphs: the simulator refuses or fails them, and goes on."""

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contract.comfyui.protocol_client import Server, trivial

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.lists(st.one_of(st.sampled_from(["1", "2", "3", "9"]), st.integers(-2, 3)), max_size=3),
    st.dictionaries(st.sampled_from(["__value__", "x", "width"]), st.integers(), max_size=2),
)


async def classes_of(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = await server.get("/object_info")
    return found


def plausible(config: list[Any]) -> Any:
    """Return a value that passes the validation of an input."""
    kind, limits = config[0], config[1] if len(config) > 1 else {}
    if isinstance(kind, list):
        return kind[0] if kind else ""
    if kind == "COMBO":
        return (limits.get("options") or [""])[0]
    if "default" in limits:
        return limits["default"]
    numbers = {"INT": limits.get("min", 1), "FLOAT": limits.get("min", 1.0)}
    return numbers.get(kind, False if kind == "BOOLEAN" else "")


async def assert_alive(server: Server) -> None:
    entry = await server.run(trivial(color=time.monotonic_ns() % 0xFFFFFF))
    assert entry["status"]["status_str"] == "success"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_random_graphs_do_not_stop_the_server(data: st.DataObject, server: Server) -> None:
    classes = await classes_of(server)
    names = st.sampled_from(sorted(classes))
    graph: dict[str, Any] = {}
    for node_id in ("1", "2", "3"):
        class_type = data.draw(names)
        groups = classes[class_type]["input"]
        inputs = groups.get("required", {}) | groups.get("optional", {})
        graph[node_id] = {
            "class_type": class_type,
            "inputs": {name: data.draw(VALUES) for name in inputs},
        }
    graph["9"] = {"class_type": "PreviewAny", "inputs": {"source": data.draw(VALUES)}}
    status, answer = await server.post(graph)
    assert status in {200, 400, 500}
    if status == 200:
        await server.ended(answer["prompt_id"])
    await assert_alive(server)


async def test_every_node_survives_values_of_other_types(server: Server) -> None:
    """Each node runs with texts where it expects models and images; it fails, nothing more."""
    classes = await classes_of(server)
    for class_type, definition in classes.items():
        groups = definition["input"]
        required = groups.get("required", {})
        inputs = {name: plausible(config) for name, config in required.items()}
        graph = {
            "1": {"class_type": class_type, "inputs": inputs},
            "9": {"class_type": "PreviewAny", "inputs": {"source": ["1", 0]}},
        }
        if not definition["output"]:
            del graph["9"]
        status, answer = await server.post(graph)
        assert status in {200, 400}, (class_type, answer)
        if status == 200:
            await server.ended(answer["prompt_id"])
    await assert_alive(server)


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a*)*b", "(a|a)*c" * 3, "(x+x+)+y", "a{1,99999}{1,99999}"]
)
async def test_expensive_patterns_are_refused_or_end(pattern: str, server: Server) -> None:
    graph = {
        "1": {
            "class_type": "RegexReplace",
            "inputs": {"string": "a" * 40, "regex_pattern": pattern, "replace": ""},
        },
        "9": {"class_type": "PreviewAny", "inputs": {"source": ["1", 0]}},
    }
    await server.run(graph)
    await assert_alive(server)


async def test_a_chain_of_many_nodes_runs(server: Server) -> None:
    graph: dict[str, Any] = {
        "0": {"class_type": "SolidMask", "inputs": {"value": 1.0, "width": 8, "height": 8}}
    }
    for number in range(1, 400):
        source = [str(number - 1), 0]
        graph[str(number)] = {"class_type": "InvertMask", "inputs": {"mask": source}}
    graph["end"] = {"class_type": "MaskPreview", "inputs": {"mask": ["399", 0]}}
    entry = await server.run(graph)
    assert entry["status"]["status_str"] == "success"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..", "x\x00y", "a" * 5000])
async def test_inputs_stay_in_their_folders(name: str, server: Server) -> None:
    graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": name}},
        "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
    }
    status, answer = await server.post(graph)
    if status == 200:
        entry = await server.ended(answer["prompt_id"])
        assert entry["status"]["status_str"] == "error"
    else:
        assert status in {400, 500}
    await assert_alive(server)
