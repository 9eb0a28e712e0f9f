"""Graphs are completed for a server, and what it would refuse is named."""

import copy
from typing import Any

import msgspec
import pytest
from tests.support.recorded_servers import classes_of

from genonaut.comfyui import Graph, NodeInfo, complete_graph


def node(class_type: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs}


def one_class(**required: Any) -> dict[str, NodeInfo]:
    return {"Thing": msgspec.convert({"input": {"required": required}}, NodeInfo)}


def messages(graph: Graph, classes: dict[str, NodeInfo]) -> list[tuple[str, str]]:
    return [(one.input_name, one.message) for one in complete_graph(graph, classes).problems]


SCALED = {
    "load": node("LoadImage", image="genonaut/a.png"),
    "scale": node(
        "ImageScaleToTotalPixels", image=["load", 0], upscale_method="area", megapixels=1.0
    ),
}


def test_inputs_that_only_newer_releases_require_get_their_default() -> None:
    before = copy.deepcopy(SCALED)
    older = complete_graph(SCALED, classes_of("0.3.64"))
    newer = complete_graph(SCALED, classes_of("0.33.0"))
    assert older.graph == before
    assert newer.graph["scale"]["inputs"] == {**before["scale"]["inputs"], "resolution_steps": 1}
    assert (older.problems, newer.problems, before) == ((), (), SCALED)


def test_a_missing_choice_is_the_first_option_and_texts_and_switches_are_empty() -> None:
    classes = one_class(
        method=[["bilinear", "area"], {}],
        style=["COMBO", {"options": ["plain", "bold"]}],
        text=["STRING", {"multiline": True}],
        on=["BOOLEAN", {}],
        size=["INT", {"default": 512, "min": 16}],
        pair=["STRING", {"default": ["a", "b"]}],
    )
    found = complete_graph({"1": node("Thing")}, classes)
    assert found.graph["1"]["inputs"] == {
        "method": "bilinear", "style": "plain", "text": "", "on": False, "size": 512,
        "pair": {"__value__": ["a", "b"]},
    }  # fmt: skip
    assert not found.problems


def test_a_missing_link_is_a_problem() -> None:
    assert messages({"1": node("VAEDecode", vae=["2", 0])}, classes_of("0.3.64")) == [
        ("samples", "the required input samples is missing"),
    ]


def test_growing_inputs_are_checked_by_their_parts() -> None:
    classes = classes_of("0.33.0")
    image = ["load", 0]
    fine = [
        node("BatchImagesNode", **{"images.image0": image, "images.image4": image}),
        node("StringFormat", f_string="a cat"),
        node("StringFormat", **{"f_string": "{a}", "values.a": image}),
        node("ComfyMathExpression", **{"expression": "a + 1", "values.a": 3}),
    ]
    for one in fine:
        assert messages({"1": one}, classes) == [], one
        assert complete_graph({"1": one}, classes).graph == {"1": one}
    assert messages({"1": node("BatchImagesNode")}, classes) == [
        ("images.image0", "the required input images.image0 is missing"),
    ]
    meshes = node("MergeMeshes", **{"meshes.mesh1": image})
    assert ("meshes.mesh0", "the required input meshes.mesh0 is missing") in messages(
        {"1": meshes}, classes
    )


def test_an_unknown_class_is_a_problem_without_an_input() -> None:
    (problem,) = complete_graph({"1": node("Flux2Scheduler")}, classes_of("0.3.64")).problems
    assert problem.depends_on_server
    assert problem.input_name == ""
    assert problem.message == "the server has no node Flux2Scheduler"


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"method": "cubic"}, "method is 'cubic', but the server offers bilinear, area"),
        ({"size": 8}, "size is 8, but the server allows no less than 16"),
        ({"size": "1e9"}, "size is 1000000000.0, but the server allows no more than 2048"),
        ({"size": "wide"}, "size is 'wide', which is no number"),
        ({"size": None}, "size is None, which is no number"),
    ],
)
def test_values_that_the_server_would_refuse_are_named(
    inputs: dict[str, Any], expected: str
) -> None:
    classes = one_class(
        method=[["bilinear", "area"], {}], size=["INT", {"default": 512, "min": 16, "max": 2048}]
    )
    assert [message for _, message in messages({"1": node("Thing", **inputs)}, classes)] == [
        expected
    ]


def test_only_another_server_helps_against_a_missing_class_or_option() -> None:
    graph = {
        "1": node("Thing", method="cubic"),
        "2": node("Thing", size=8),
        "3": node("Other"),
        "4": node("VAEDecode"),
    }
    classes = one_class(method=[["area"], {}], size=["INT", {"default": 64, "min": 16}])
    classes |= {"VAEDecode": classes_of("0.3.64")["VAEDecode"]}
    problems = complete_graph(graph, classes).problems
    assert [(one.node_id, one.depends_on_server) for one in problems] == [
        ("1", True), ("2", False), ("3", True), ("4", False), ("4", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "declared", "value"),
    [
        ("ckpt_name", [["old.safetensors"], {}], "new.safetensors"),
        ("model", ["COMBO", {"options": ["old.gguf"]}], "new.gguf"),
        ("image", [["a.png"], {"image_upload": True}], "genonaut/b.png"),
        ("choice", ["COMBO", {"remote": {"route": "/x"}, "options": ["a"]}], "b"),
        ("choice", [[], {}], "anything"),
        ("size", ["INT", {"max": 5}], ["other", 0]),
        ("size", ["INT", {"max": 2**64 - 1}], 2**64 - 1),
    ],
    ids=["model file", "file by ending", "upload", "remote", "no options", "link", "large"],
)
def test_files_links_and_open_lists_are_not_checked(
    name: str, declared: list[Any], value: object
) -> None:
    assert not messages({"1": node("Thing", **{name: value})}, one_class(**{name: declared}))


def test_the_inputs_of_a_chosen_option_are_completed_too() -> None:
    codec = {"key": "h264", "inputs": {"required": {"crf": ["INT", {"default": 23, "max": 51}]}}}
    formats = [
        {"key": "auto", "inputs": {}},
        {
            "key": "mp4",
            "inputs": {"required": {"codec": ["COMFY_DYNAMICCOMBO_V3", {"options": [codec]}]}},
        },
    ]
    classes = one_class(format=["COMFY_DYNAMICCOMBO_V3", {"options": formats}])
    found = complete_graph({"1": node("Thing", format="mp4")}, classes)
    assert found.graph["1"]["inputs"] == {
        "format": "mp4", "format.codec": "h264", "format.codec.crf": 23,
    }  # fmt: skip
    graph = {
        "1": node("Thing", **{"format": "mp4", "format.codec": "h264", "format.codec.crf": 99})
    }
    assert messages(graph, classes) == [
        ("format.codec.crf", "format.codec.crf is 99, but the server allows no more than 51"),
    ]


@pytest.mark.parametrize(
    "declared",
    [None, [], "text", [None], [["x"], "no options"], ["COMBO", {"options": "x"}], [{"a": 1}, []]],
)
def test_any_declaration_of_a_server_is_survived(declared: object) -> None:
    complete_graph({"1": node("Thing", value=1)}, one_class(value=declared))
    complete_graph({"1": node("Thing")}, one_class(value=declared))
