"""Primitive values, texts, expressions and lazy choices on the simulator."""

from typing import Any

import pytest
from tests.contract.comfyui.pixels import node, result, saving
from tests.contract.comfyui.protocol_client import Graph, Server


async def shown(server: Server, graph: Graph, source: list[Any]) -> str:
    """Run a graph; return a value as PreviewAny shows it."""
    entry = await server.run(graph | {"shown": node("PreviewAny", source=source)})
    assert "shown" in entry["outputs"], entry["status"]["messages"][-1]
    text: str = entry["outputs"]["shown"]["text"][0]
    return text


@pytest.mark.parametrize(
    ("class_type", "inputs", "text"),
    [
        ("PrimitiveInt", {"value": 7}, "7"),
        ("PrimitiveBoolean", {"value": True}, "True"),
        ("StringConcatenate", {"string_a": "a", "string_b": "b", "delimiter": "-"}, "a-b"),
        ("StringSubstring", {"string": "lighthouse", "start": 0, "end": 5}, "light"),
        ("StringLength", {"string": "fox"}, "3"),
        ("StringReplace", {"string": "a cat", "find": "cat", "replace": "fox"}, "a fox"),
        ("StringTrim", {"string": " x ", "mode": "Left"}, "x "),
        ("StringContains", {"string": "Fox", "substring": "fox", "case_sensitive": False}, "True"),
        (
            "StringCompare",
            {"string_a": "fox", "string_b": "ox", "mode": "Ends With", "case_sensitive": True},
            "True",
        ),
        (
            "RegexReplace",
            {"string": "a1b22", "regex_pattern": r"\d+", "replace": "-"},
            "a-b-",
        ),
        (
            "RegexMatch",
            {
                "string": "fox", "regex_pattern": "^F", "case_insensitive": True,
                "multiline": False, "dotall": False,
            },
            "True",
        ),
        (
            "RegexExtract",
            {
                "string": "w=64 h=48", "regex_pattern": r"(\w)=(\d+)", "mode": "All Groups",
                "case_insensitive": True, "multiline": False, "dotall": False, "group_index": 2,
            },
            "64\n48",
        ),
        ("CaseConverter", {"string": "a Fox", "mode": "UPPERCASE"}, "A FOX"),
    ],
)  # fmt: skip
async def test_text_nodes_compute_their_result(
    class_type: str, inputs: dict[str, Any], text: str, server: Server
) -> None:
    assert await shown(server, {"made": node(class_type, **inputs)}, ["made", 0]) == text


@pytest.mark.parametrize(
    ("class_type", "inputs", "slot", "text"),
    [
        ("SeedNode", {"seed": 5}, 0, "5"),
        ("ComfyMathExpression", {"expression": "(a + 2) * b // 4", "values.a": 6, "values.b": 5}, 1, "10"),
        ("ComfyMathExpression", {"expression": "max(a, 3) if a > 1 else -1", "values.a": 2}, 0, "3.0"),
        ("ComfyNumberConvert", {"value": 3.7}, 1, "3"),
        ("StringFormat", {"f_string": "{a} and {b} {c}", "values.a": "x", "values.b": 2}, 0, "x and 2 {c}"),
        ("ComfyAndNode", {"values.value0": True, "values.value1": False}, 0, "False"),
        ("ComfyOrNode", {"values.value0": True, "values.value1": False}, 0, "True"),
        ("ComfyNotNode", {"value": False}, 0, "True"),
        ("CustomCombo", {"choice": "b", "option1": "a", "option2": "b"}, 1, "1"),
        ("JsonExtractString", {"json_string": '{"k": [1]}', "key": "k"}, 0, "[1]"),
        ("ResolutionSelector", {"aspect_ratio": "1:1 (Square)", "megapixels": 1.0, "multiple": 64}, 0, "1024"),
    ],
)  # fmt: skip
async def test_nodes_of_newer_releases_compute_their_result(
    class_type: str, inputs: dict[str, Any], slot: int, text: str, current: Server
) -> None:
    assert await shown(current, {"made": node(class_type, **inputs)}, ["made", slot]) == text


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os')",
        "a.b",
        "[1]",
        "9 ** 9 ** 9",
        "1 / 0",
        "(" * 500,
        "x",
        "'a' * 3",
        "lambda: 1",
    ],
)
async def test_an_expression_is_arithmetic_only(expression: str, current: Server) -> None:
    made = node("ComfyMathExpression", expression=expression, **{"values.a": 1})
    entry = await current.run({"made": made, "shown": node("PreviewAny", source=["made", 0])})
    assert entry["status"]["status_str"] == "error"
    assert (await current.get("/prompt"))["exec_info"]["queue_remaining"] == 0


def switched(*, choice: bool, linked: bool) -> Graph:
    return {
        "red": node("EmptyImage", width=16, height=16, batch_size=1, color=0xFF0000),
        "blue": node("EmptyImage", width=16, height=16, batch_size=1, color=0x0000FF),
        "decision": node("PrimitiveBoolean", value=choice),
        "switch": node(
            "ComfySwitchNode",
            switch=["decision", 0] if linked else choice, on_false=["red", 0], on_true=["blue", 0],
        ),
    }  # fmt: skip


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("choice", [True, False])
async def test_a_switch_runs_only_the_chosen_branch(
    choice: bool, linked: bool, current: Server
) -> None:
    await current.forget_results()
    graph = saving(switched(choice=choice, linked=linked), ["switch", 0])
    socket = await current.connect("switch")
    frames = await socket.until_done(await current.submit(graph, client_id="switch"))
    await socket.close()
    ran = {frame["data"]["node"] for frame in frames if frame["type"] == "executing"}
    assert ("blue" in ran, "red" in ran) == (choice, not choice)
    image = await result(current, switched(choice=choice, linked=linked), ["switch", 0])
    assert image.getpixel((3, 3)) == ((0, 0, 255) if choice else (255, 0, 0))


async def test_a_growing_input_takes_any_number(current: Server) -> None:
    graph = {
        "red": node("EmptyImage", width=16, height=16, batch_size=1, color=0xFF0000),
        "batch": node("BatchImagesNode", **{f"images.image{n}": ["red", 0] for n in range(3)}),
        "size": node("GetImageSize", image=["batch", 0]),
    }
    assert await shown(current, graph, ["size", 2]) == "3"
    graph["batch"]["inputs"] = {}
    status, answer = await current.post(graph | {"shown": node("PreviewAny", source=["size", 2])})
    error = answer["node_errors"]["batch"]["errors"][0]
    assert (status, error["type"]) == (400, "required_input_missing")
    assert error["extra_info"] == {"input_name": "images.image0"}


@pytest.mark.parametrize(
    ("kind", "inputs", "size"),
    [
        ("scale dimensions", {"width": 20, "height": 0, "crop": "disabled"}, (20, 10)),
        ("scale by multiplier", {"multiplier": 0.5}, (32, 16)),
        ("scale longer dimension", {"longer_size": 128}, (128, 64)),
        ("scale to multiple", {"multiple": 24}, (48, 24)),
        ("scale height", {"height": 8}, (16, 8)),
    ],
)
async def test_a_dynamic_combo_brings_its_inputs(
    kind: str, inputs: dict[str, Any], size: tuple[int, int], current: Server
) -> None:
    graph = {
        "image": node("EmptyImage", width=64, height=32, batch_size=1, color=0xFF0000),
        "scale": node(
            "ResizeImageMaskNode",
            input=["image", 0], resize_type=kind, scale_method="area",
            **{f"resize_type.{name}": value for name, value in inputs.items()},
        ),
    }  # fmt: skip
    assert (await result(current, graph, ["scale", 0])).size == size
    name = next(iter(inputs))
    del graph["scale"]["inputs"][f"resize_type.{name}"]
    status, answer = await current.post(saving(graph, ["scale", 0]))
    error = answer["node_errors"]["scale"]["errors"][0]
    assert (status, error["details"]) == (400, name)
    assert error["extra_info"]["input_name"] == f"resize_type.{name}"
