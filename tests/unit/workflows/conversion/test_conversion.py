"""Parts of workflow files that the corpus does not hold, and files that are not what they say."""

from typing import Any

import pytest

from genonaut.workflows.conversion import ConversionError, convert
from genonaut.workflows.conversion.texts import first, resolve_dynamic_prompt
from genonaut.workflows.object_info import bundled_object_info

_CLASSES = bundled_object_info()

Json = Any


def _node(node_id: int, class_type: str, inputs: Json = (), **more: Json) -> dict[str, Json]:
    return {
        "id": node_id,
        "type": class_type,
        "mode": 0,
        "inputs": list(inputs),
        "outputs": [],
    } | more


def _input(name: str, kind: str, link: int | None) -> dict[str, Json]:
    return {"name": name, "type": kind, "link": link}


def _file(nodes: list[Json], links: list[Json], **more: Json) -> dict[str, Json]:
    return {"version": 0.4, "last_node_id": 50, "nodes": nodes, "links": links} | more


def test_a_get_node_has_the_source_of_its_set_node() -> None:
    graph = convert(
        _file(
            [
                _node(1, "LoadImage", widgets_values=["example.png", "image"]),
                _node(2, "SetNode", [_input("IMAGE", "IMAGE", 1)], widgets_values=["photo"]),
                _node(3, "GetNode", widgets_values=["photo"]),
                _node(4, "PreviewImage", [_input("images", "IMAGE", 2)]),
            ],
            [[1, 1, 0, 2, 0, "IMAGE"], [2, 3, 0, 4, 0, "IMAGE"]],
        ),
        _CLASSES,
    )
    assert set(graph) == {"1", "4"}
    assert graph["4"]["inputs"] == {"images": ["1", 0]}


def test_a_get_node_inside_of_a_subgraph_finds_a_set_node_around_it() -> None:
    inner = {
        "id": "sub",
        "name": "show",
        "inputs": [],
        "outputs": [],
        "nodes": [
            _node(11, "GetNode", widgets_values=["photo"]),
            _node(12, "PreviewImage", [_input("images", "IMAGE", 1)]),
        ],
        "links": [
            {
                "id": 1,
                "origin_id": 11,
                "origin_slot": 0,
                "target_id": 12,
                "target_slot": 0,
                "type": "IMAGE",
            }
        ],
    }
    graph = convert(
        _file(
            [
                _node(1, "LoadImage", widgets_values=["example.png", "image"]),
                _node(2, "SetNode", [_input("IMAGE", "IMAGE", 1)], widgets_values=["photo"]),
                _node(3, "sub"),
            ],
            [[1, 1, 0, 2, 0, "IMAGE"]],
            definitions={"subgraphs": [inner]},
        ),
        _CLASSES,
    )
    assert graph["3:12"]["inputs"] == {"images": ["1", 0]}


def test_reroutes_in_a_circle_are_refused() -> None:
    nodes = [
        _node(1, "Reroute", [_input("", "*", 2)]),
        _node(2, "Reroute", [_input("", "*", 1)]),
        _node(3, "PreviewImage", [_input("images", "IMAGE", 3)]),
    ]
    links = [[1, 1, 0, 2, 0, "*"], [2, 2, 0, 1, 0, "*"], [3, 2, 0, 3, 0, "*"]]
    with pytest.raises(ConversionError, match="runs in a circle"):
        convert(_file(nodes, links), _CLASSES)


def test_a_subgraph_that_contains_itself_is_refused() -> None:
    inner = {"id": "sub", "name": "loop", "nodes": [_node(5, "sub")], "links": []}
    with pytest.raises(ConversionError, match="'loop' contains itself"):
        convert(_file([_node(1, "sub")], [], definitions={"subgraphs": [inner]}), _CLASSES)


def test_subgraphs_that_multiply_are_refused() -> None:
    levels = [
        {
            "id": f"level{level}",
            "name": f"level{level}",
            "nodes": [_node(100 + 2 * level + side, f"level{level + 1}") for side in (0, 1)],
            "links": [],
        }
        for level in range(40)
    ]
    with pytest.raises(ConversionError, match="too large"):
        convert(_file([_node(1, "level0")], [], definitions={"subgraphs": levels}), _CLASSES)


def test_a_file_with_too_many_nodes_is_refused() -> None:
    with pytest.raises(ConversionError, match="too large"):
        convert(_file([_node(number, "Note") for number in range(5_001)], []), _CLASSES)


@pytest.mark.parametrize(
    "data", [None, [], "text", 5, {}, {"nodes": 5}, {"3": {"class_type": "KSampler", "inputs": {}}}]
)
def test_other_data_is_no_workflow_file(data: Json) -> None:
    with pytest.raises(ConversionError, match="not a workflow file"):
        convert(data, _CLASSES)


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("a {red|blue} fox", "a red fox"),
        ("{{a|b} c|d}", "a c"),
        (r"\{kept\|kept\}", "{kept|kept}"),
        ("open {one|two", "open one"),
        ("stray } and |", "stray } and |"),
        ("before // comment\nafter", "before \nafter"),
        ("x /* a\nb */ y", "x  y"),
        ("{" * 50_000, ""),
        ("ends with \\", "ends with \\"),
    ],
)
def test_dynamic_prompts(text: str, resolved: str) -> None:
    assert resolve_dynamic_prompt(text, first) == resolved
