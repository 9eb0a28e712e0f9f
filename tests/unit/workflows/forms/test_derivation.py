"""Forms of real workflows: prompt, seed, size and files are found, and the author's choices come first."""

import copy
import functools
from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.workflow_corpus import Graph, corpus, names

from genonaut.workflows.conversion import convert
from genonaut.workflows.forms import Field, FieldType, derive_form
from genonaut.workflows.object_info import bundled_object_info

_CLASSES = bundled_object_info()
_FILES = {"LoadImage": "image", "LoadVideo": "file", "LoadAudio": "audio"}
_PROMPTS = {"text", "prompt", "caption", "tags", "text_prompt", "user_prompt", "t5xxl"}
_TEMPLATES = [name for name in names("exact") if not name.startswith(("edge_", "classes_"))]


@functools.cache
def _graph(name: str) -> Graph:
    return convert(copy.deepcopy(corpus()[name]["ui"]), _CLASSES)


@functools.cache
def _form(name: str) -> dict[str, Field]:
    fields = derive_form(_graph(name), _CLASSES, corpus()[name]["ui"])
    assert len({field.key for field in fields}) == len(fields)
    return {field.key: field for field in fields}


def _missing(name: str) -> Iterator[str]:
    """Return what a person would miss in the part of the form that is shown at once."""
    graph = _graph(name)
    used = {
        v[0]
        for n in graph.values()
        for v in n["inputs"].values()
        if isinstance(v, list) and len(v) == 2
    }
    basic = [field for field in _form(name).values() if not field.is_advanced]
    places = {(target.node_id, target.input) for field in basic for target in field.targets}
    if not 0 < len(basic) <= 14:
        yield f"{len(basic)} fields"
    for node_id, node in graph.items():
        if node_id not in used:
            continue
        literal = {
            key for key, value in node["inputs"].items() if not isinstance(value, list | dict)
        }
        loaded = _FILES.get(node["class_type"])
        if loaded in literal and (node_id, loaded) not in places:
            yield f"the file of node {node_id}"
        if literal & {"seed", "noise_seed"} and not any(f.type is FieldType.SEED for f in basic):
            yield "a seed"
        if any(len(str(node["inputs"][key])) > 15 for key in literal & _PROMPTS) and not any(
            field.type is FieldType.TEXT and field.default for field in basic
        ):
            yield "a prompt"
        is_size = node["class_type"].startswith("Empty") and "width" in literal
        if is_size and not any(
            f.input in {"width", "megapixels", "aspect_ratio", "value"} for f in basic
        ):
            yield "a size"


def test_nine_of_ten_workflows_have_a_usable_form() -> None:
    missing = {name: sorted(set(_missing(name))) for name in _TEMPLATES}
    unusable = {name: reasons for name, reasons in missing.items() if reasons}
    assert len(unusable) <= len(_TEMPLATES) * 0.1, unusable


def test_fields_of_text_to_image_have_limits_and_evidence() -> None:
    form = _form("flux_schnell")
    assert list(form)[:5] == ["prompt", "negative_prompt", "width", "height", "seed"]
    assert form["prompt"].evidence == "text of the positive prompt, 1 link from the sampler"
    assert (
        form["negative_prompt"].evidence == "text of the negative prompt, 1 link from the sampler"
    )
    assert (form["width"].min, form["width"].step, form["width"].default) == (16, 16, 1024)
    assert form["steps"].is_advanced
    assert form["sampler_name"].type is FieldType.CHOICE
    assert "euler" in form["sampler_name"].options
    assert (form["checkpoint"].type, form["checkpoint"].model_kind) == (
        FieldType.MODEL,
        "checkpoint",
    )


def test_the_choice_for_the_app_mode_comes_first() -> None:
    form = list(_form("image_mage_flow_turbo_t2i_int8").values())
    assert [field.input for field in form[:3]] == ["prompt", "aspect_ratio", "megapixels"]
    assert {field.evidence for field in form[:3]} == {"chosen by the author for the app mode"}
    assert all(field.is_advanced for field in form[3:])


def test_promoted_widgets_set_the_inner_nodes() -> None:
    form = _form("image_flux2_text_to_image_9b")
    graph = _graph("image_flux2_text_to_image_9b")
    assert graph[form["width"].node_id]["class_type"] == "PrimitiveInt"
    assert form["width"].type is FieldType.INTEGER
    assert "promoted by the author" in form["prompt"].evidence


def test_one_value_can_set_several_nodes() -> None:
    form = _form("audio_ace_step1_5_xl_base")
    duration = form["song_duration"]
    assert duration.label == "Song Duration"
    assert {target.input for target in duration.targets} == {"seconds", "duration"}


def test_a_graph_without_its_file_has_a_form_too() -> None:
    fields = derive_form(_graph("flux_schnell"), _CLASSES)
    assert [field.key for field in fields if not field.is_advanced] == [
        "prompt", "negative_prompt", "width", "height", "seed",
    ]  # fmt: skip


def test_a_text_that_feeds_both_prompts_is_the_positive_one() -> None:
    form = _form("flux1_dev_uso_reference_image_gen")
    assert form["prompt"].type is FieldType.TEXT
    assert "negative_prompt" not in form


@pytest.mark.parametrize("name", ["api_kling_o3_video_edit", "api_elevenlabs_voice_isolation"])
def test_files_of_all_kinds_are_found(name: str) -> None:
    kinds = {
        "LoadImage": FieldType.IMAGE,
        "LoadVideo": FieldType.VIDEO,
        "LoadAudio": FieldType.AUDIO,
    }
    wanted = [
        kinds[node["class_type"]] for node in _graph(name).values() if node["class_type"] in kinds
    ]
    found: list[Any] = [
        field.type for field in _form(name).values() if field.type in kinds.values()
    ]
    assert sorted(found) == sorted(wanted)
