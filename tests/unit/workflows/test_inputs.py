"""Inputs of runs: any value is accepted or named, and only typed values reach the graph."""

import contextlib
import json
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.workflow_corpus import corpus
from tests.support.workflow_graphs import text_to_image, with_photo

from genonaut.config.settings import WorkflowSettings
from genonaut.core.errors import InvalidInputError
from genonaut.workflows.analysis import _analyze
from genonaut.workflows.backend_classes import BackendClasses, KnownClasses
from genonaut.workflows.formats import read_bytes, read_document
from genonaut.workflows.forms import Field, derive_form
from genonaut.workflows.inputs import InputReader
from genonaut.workflows.object_info import bundled_classes, pack
from genonaut.workflows.policy import NodePolicy

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=5)
    ),
    max_leaves=25,
)
KNOWN = KnownClasses([BackendClasses("b", "0.33.0", bundled_classes())])
SETTINGS = WorkflowSettings()


def reader(graph: dict[str, Any], form: list[Field] | None = None) -> InputReader:
    fields = derive_form(graph, bundled_classes()) if form is None else form
    return InputReader(fields, graph, bundled_classes(), lambda _: None)


def checked_or_errors(one: InputReader, values: dict[str, Any]) -> tuple[list[str], Any]:
    try:
        return [], one.check(values)
    except InvalidInputError as error:
        return [found.field for found in error.errors], {}


@given(st.dictionaries(st.sampled_from(["prompt", "seed", "steps", "cfg", "x", "image"]), JSON))
def test_every_value_is_accepted_or_named(values: dict[str, Any]) -> None:
    graph = text_to_image()
    one = reader(graph)
    errors, checked = checked_or_errors(one, values)
    assert all(field.startswith("inputs.") for field in errors)
    if errors:
        return
    resolved = one.resolve(one.with_seeds(checked, lambda _: 0), index=3, draw=lambda _: 0)
    for entry in resolved.sets:
        assert isinstance(entry.value, str | int | float | bool)
    made = resolved.apply(graph)
    assert graph == text_to_image()
    msgspec.json.encode(made)


def optional(graph: dict[str, Any]) -> list[Field]:
    fields = derive_form(graph, bundled_classes())
    return [msgspec.structs.replace(field, required=False) for field in fields]


def test_without_an_optional_file_its_loader_and_what_only_uses_it_go() -> None:
    graph = text_to_image()
    graph["1"] = {"class_type": "LoadImage", "inputs": {"image": "a.png"}}
    graph["2"] = {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}}
    graph["20"] = {
        "class_type": "WanImageToVideo",
        "inputs": {"start_image": ["2", 0], "positive": ["6", 0], "negative": ["7", 0]},
    }
    one = reader(graph, optional(graph))
    values = one.check({})
    made = one.resolve(values, index=0, draw=lambda _: 0).apply(graph)
    assert set(graph) - set(made) == {"1", "2"}
    assert made["20"]["inputs"] == {"positive": ["6", 0], "negative": ["7", 0]}
    given_file = one.check({"image": {"upload_id": 3}})
    kept = one.resolve(given_file, index=0, draw=lambda _: 0)
    assert set(kept.apply(graph)) == set(graph)
    assert not kept.omitted.nodes


def test_a_file_that_an_output_needs_cannot_be_left_out() -> None:
    errors, _ = checked_or_errors(reader(with_photo(), optional(with_photo())), {})
    assert errors == ["inputs.image"]


@given(
    JSON
    | st.dictionaries(
        st.text(max_size=5),
        st.fixed_dictionaries(
            {
                "class_type": st.sampled_from(["KSampler", "LoadImage", "SaveImage", "?"]),
                "inputs": JSON,
            }
        ),
    )
)
def test_every_document_is_analysed_or_refused(document: Any) -> None:
    try:
        source = read_document(document)
        found = _analyze(SETTINGS, KNOWN, source, None)
    except InvalidInputError:
        return
    msgspec.json.encode(found.form)
    NodePolicy(SETTINGS).problems(found.graph or {}, bundled_classes())


@settings(max_examples=40)
@given(st.data())
def test_damaged_workflows_are_converted_or_refused(data: st.DataObject) -> None:
    ui = json.loads(json.dumps(corpus()["image_chroma_text_to_image"]["ui"]))
    for _ in range(data.draw(st.integers(1, 6))):
        node = data.draw(st.sampled_from(ui["nodes"]))
        key = data.draw(st.sampled_from(sorted(node)))
        node[key] = data.draw(JSON)
    with contextlib.suppress(InvalidInputError):
        _analyze(SETTINGS, KNOWN, read_document(ui), None)


@given(st.binary(max_size=300))
def test_every_file_is_read_or_refused(data: bytes) -> None:
    with pytest.raises(InvalidInputError):
        read_bytes(b"\x89PNG\r\n\x1a\n" + data)


def test_2000_nodes_are_analysed_within_seconds() -> None:
    graph = text_to_image()
    for number in range(1_990):
        source = str(1_000 + number - 1) if number else "8"
        graph[str(1_000 + number)] = {
            "class_type": "ImageInvert",
            "inputs": {"image": [source, 0]},
        }
    began = time.process_time()
    found = _analyze(SETTINGS, KNOWN, read_document(graph), None)
    assert not found.problems
    assert time.process_time() - began < 20  # a second on an idle machine


def test_seeds_stay_within_their_bounds() -> None:
    one = reader(text_to_image())
    values = one.check({"seed": 2**53 - 1})
    seeds = [one.resolve(values, index=i, draw=lambda _: 0).values["seed"] for i in range(3)]
    assert seeds == [2**53 - 1, 0, 1]


def test_a_hidden_field_cannot_be_set() -> None:
    graph = text_to_image()
    form = [
        msgspec.structs.replace(field, is_hidden=field.key == "prompt")
        for field in derive_form(graph, bundled_classes())
    ]
    with pytest.raises(InvalidInputError, match="is no input"):
        reader(graph, form).check({"prompt": "mine"})
    assert reader(graph, form).check({})["prompt"] == "a fox"


def test_file_names_never_come_from_inputs() -> None:
    one = reader(with_photo())
    with pytest.raises(InvalidInputError, match="must name a file"):
        one.check({"image": "../../etc/passwd"})
    checked = one.check({"image": {"upload_id": 3}})
    resolved = one.resolve(checked, index=0, draw=lambda _: 0)
    assert resolved.sets == ()
    assert [file.upload_id for file in resolved.files] == [3]


@pytest.mark.parametrize(
    ("policy", "name", "is_denied"),
    [
        ({}, "KSampler", False),
        ({}, "LoadImageOutput", True),
        ({}, "OpenAIDalle3", True),
        ({"allow_api_nodes": True}, "OpenAIDalle3", False),
        ({"denied_nodes": ("comfy_extras.*",)}, "SaveVideo", True),
        ({"allowed_nodes": ("nodes",)}, "KSampler", False),
        ({"allowed_nodes": ("nodes",)}, "SaveVideo", True),
        ({"allowed_nodes": ("nodes",)}, "UnknownNode", True),
    ],
)
def test_nodes_are_denied_by_class_and_module(
    policy: dict[str, Any], name: str, *, is_denied: bool
) -> None:
    one = NodePolicy(msgspec.structs.replace(SETTINGS, **policy))
    reason = one.reason(name, bundled_classes().get(name))
    assert (reason is not None) == is_denied


def test_object_infos_survive_packing() -> None:
    classes = {"A": {"input": {"required": {"x": ["INT", {"max": float("inf")}]}}}, "\ud800": {}}
    unpacked = pack(classes).unpack()
    assert unpacked["A"]["input"]["required"]["x"] == ["INT", {"max": None}]
    assert pack(classes).sha256 == pack(dict(reversed(classes.items()))).sha256
