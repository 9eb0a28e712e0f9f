import json
from pathlib import Path
from typing import Any

import pytest

from genonaut.comfyui import GraphRefusedError
from genonaut.comfyui.validation_errors import partial_refusal, refusal_of

# Responses of ComfyUI 0.3.64 to invalid graphs, without tracebacks.
RECORDED: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "comfyui" / "replay" / "refusals.json").read_text()
)
BY_LABEL = {case["label"]: case for case in RECORDED}


def refuse(case: dict[str, Any]) -> GraphRefusedError:
    graph = case["graph"] if isinstance(case["graph"], dict) else {}
    if case["status"] == 200:
        return partial_refusal(case["answer"]["node_errors"], graph)
    return refusal_of(json.dumps(case["answer"]).encode(), graph)


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: str(case["label"]))
def test_every_recorded_refusal_has_a_readable_message(case: dict[str, Any]) -> None:
    error = refuse(case)
    assert error.kind
    assert error.node_errors == case["answer"]["node_errors"]
    assert 10 < len(str(error)) < 500
    assert "traceback" not in str(error)
    count = sum(len(node["errors"]) for node in error.node_errors.values())
    assert len(error.problems) == count


@pytest.mark.parametrize(
    ("label", "words"),
    [
        (
            "model name not in list (checkpoint)",
            "Load Checkpoint: ckpt_name “missing.safetensors” is not available on this server",
        ),
        (
            "value not in a long list (sampler, over 20 options: input_config null)",
            "KSampler: sampler_name “nope” is not available on this server",
        ),
        ("required inputs missing", "KSampler: seed is missing"),
        ("INT given text", "EmptyImage: width “wide” has the wrong type"),
        ("below min", "EmptyImage: width 0 is below the minimum of 1"),
        ("seed above 2^64-1", "is above the maximum of 18446744073709551615"),
        ("unknown node class", "node NoSuchNode does not exist"),
        ("cycle (two ImageInvert)", "ComfyUI refused the graph: Prompt outputs failed"),
        ("LoadImage of a missing file (custom validation)", "Invalid image file: nope.png"),
    ],
)
def test_the_message_names_node_and_value(label: str, words: str) -> None:
    assert words in str(refuse(BY_LABEL[label]))


def test_only_misses_files_is_true_for_missing_names_alone() -> None:
    lacking = {label for label, case in BY_LABEL.items() if refuse(case).only_misses_files}
    assert lacking == {
        "model name not in list (checkpoint)",
        "model name not in list (lora)",
        "two model names not in list",
        "value not in a long list (sampler, over 20 options: input_config null)",
    }


def test_a_problem_has_node_input_and_value() -> None:
    problem = refuse(BY_LABEL["model name not in list (lora)"]).problems[0]
    assert (problem.node_id, problem.node_type, problem.title) == ("10", "LoraLoader", "Load LoRA")
    assert (problem.kind, problem.input_name) == ("value_not_in_list", "lora_name")
    assert problem.received == "gone.safetensors"


def test_similar_names_are_offered() -> None:
    choices = ["dreamshaper_8.safetensors", "sd15.safetensors"]
    detail = {
        "type": "value_not_in_list",
        "extra_info": {
            "input_name": "ckpt_name",
            "received_value": "dreamshaper8.safetensors",
            "input_config": [choices, {}],
        },
    }
    error = partial_refusal({"4": {"class_type": "CheckpointLoaderSimple", "errors": [detail]}}, {})
    assert str(error).endswith("; similar: dreamshaper_8.safetensors")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff\xfe",
        b"[]",
        b'{"error": 3}',
        b'{"error": "text", "node_errors": []}',
        b'{"error": {}, "node_errors": {"1": 7, "2": {"errors": [3]}}}',
        b'{"error": {}, "node_errors": {"1": {"errors": [{"extra_info": []}]}}}',
        b'{"node_errors": {"1": {"errors": [{"type": "value_not_in_list", "extra_info": {}}]}}}',
        b"x" * 10_000,
    ],
)
def test_unexpected_bodies_give_a_readable_error(body: bytes) -> None:
    graph = {"1": {"_meta": 7}, "2": 3}
    error = refusal_of(body, graph)
    assert str(error)
    assert len(str(error)) < 500
