"""Every workflow of the corpus becomes the graph that ComfyUI's own editor made of it."""

import copy

import pytest
from tests.support.workflow_corpus import CAPTURED_AT, Graph, corpus, names, normal_form

from genonaut.workflows.conversion import (
    ConversionError,
    QueueTime,
    UnknownClassesError,
    convert,
    first,
)
from genonaut.workflows.object_info import bundled_object_info

_CLASSES = bundled_object_info()
_AT = QueueTime(CAPTURED_AT, first)


def _converted(name: str) -> Graph:
    return convert(copy.deepcopy(corpus()[name]["ui"]), _CLASSES, _AT)


@pytest.mark.parametrize("name", names("exact"))
def test_a_workflow_becomes_the_graph_of_the_editor(name: str) -> None:
    assert normal_form(_converted(name)) == normal_form(corpus()[name]["api"])


@pytest.mark.parametrize("name", names("frontend_throws"))
def test_a_broken_workflow_is_refused_with_the_place(name: str) -> None:
    with pytest.raises(ConversionError, match=r"node \d+"):
        _converted(name)


def test_a_large_seed_keeps_all_its_digits() -> None:
    graph = _converted("edge_seed_64bit")
    assert graph["3"]["inputs"]["seed"] == 18446744073709551615


def test_values_without_the_widget_behind_the_seed_are_not_shifted() -> None:
    inputs = _converted("edge_seed_no_control")["3"]["inputs"]
    assert (inputs["sampler_name"], inputs["scheduler"]) == ("euler", "normal")


def test_values_saved_by_name_are_read_by_name() -> None:
    saved = {str(node["id"]): node for node in corpus()["edge_widgets_object"]["ui"]["nodes"]}
    inputs = _converted("edge_widgets_object")["3"]["inputs"]
    for name in ("seed", "steps", "cfg", "sampler_name", "scheduler", "denoise"):
        assert inputs[name] == saved["3"]["widgets_values"][name]


def test_null_numbers_become_the_default() -> None:
    inputs = _converted("edge_null_values_v2")["203"]["inputs"]
    assert (inputs["seed"], inputs["steps"], inputs["denoise"]) == (0, 20, 1.0)


@pytest.mark.parametrize("name", ["edge_group_node_v2", "edge_group_node_gt_v2"])
def test_values_of_a_group_node_reach_its_inner_nodes(name: str) -> None:
    inputs = _converted(name)["216:215"]["inputs"]
    assert inputs["seed"] == 31337
    assert (inputs["sampler_name"], inputs["scheduler"], inputs["denoise"]) == (
        "euler",
        "normal",
        1,
    )


def test_a_primitive_reaches_a_widget_through_a_reroute() -> None:
    entry = corpus()["edge_primitive_via_reroute"]
    primitive = next(node for node in entry["ui"]["nodes"] if node["type"] == "PrimitiveNode")
    assert (
        _converted("edge_primitive_via_reroute")["3"]["inputs"]["steps"]
        == primitive["widgets_values"][0]
    )


def test_unknown_classes_are_named_with_their_nodes() -> None:
    with pytest.raises(UnknownClassesError, match=r"My Custom Node\+") as refused:
        _converted("edge_unknown_node_v2")
    assert [problem.node_id for problem in refused.value.problems] == ["290"]


def test_without_a_time_dynamic_prompts_and_tokens_stay() -> None:
    graph = convert(copy.deepcopy(corpus()["edge_dynamic_prompts_v2"]["ui"]), _CLASSES)
    assert "{red|blue|{dark|light} green}" in graph["206"]["inputs"]["text"]
    graph = convert(copy.deepcopy(corpus()["edge_date_tokens"]["ui"]), _CLASSES)
    assert "%date:" in graph["9"]["inputs"]["filename_prefix"]
