from typing import Any

import msgspec
import pytest

from genonaut.comfyui import (
    HistoryEntry,
    ImageRef,
    Interrupted,
    NodeFailed,
    NoOutput,
    OutOfMemory,
    Succeeded,
    outcome_of,
)

IMAGES = {"9": {"images": [{"filename": "a.png", "subfolder": "", "type": "output"}]}}


def entry(
    status: str | None = "success",
    messages: list[Any] | None = None,
    outputs: dict[str, Any] | None = None,
) -> HistoryEntry:
    raw = None if status is None else {"status_str": status, "messages": messages or []}
    return msgspec.convert({"status": raw, "outputs": outputs or {}}, HistoryEntry)


def test_images_make_a_success() -> None:
    outcome = outcome_of(entry(outputs=IMAGES))
    assert isinstance(outcome, Succeeded)
    assert outcome.images == (ImageRef("a.png"),)


def test_a_success_without_images_has_no_output() -> None:
    assert outcome_of(entry()) == NoOutput()
    assert outcome_of(entry(status=None)) == NoOutput()


def test_an_entry_without_status_succeeds_if_it_has_images() -> None:
    assert isinstance(outcome_of(entry(status=None, outputs=IMAGES)), Succeeded)


def test_status_error_with_an_interruption_is_interrupted() -> None:
    messages = [["execution_start", {}], ["execution_interrupted", {"node_id": 3}]]
    assert outcome_of(entry("error", messages, IMAGES)) == Interrupted("3")
    assert outcome_of(entry("error", [["execution_interrupted", None]])) == Interrupted(None)


def test_an_error_takes_precedence_over_images_of_finished_branches() -> None:
    error = {"node_id": "8", "node_type": "LoadImage", "exception_message": " broken\n"}
    outcome = outcome_of(entry("error", [["execution_error", error]], IMAGES))
    assert outcome == NodeFailed("8", "LoadImage", "broken", "")


def test_an_error_without_a_message_gets_one() -> None:
    outcome = outcome_of(entry("error"))
    assert isinstance(outcome, NodeFailed)
    assert outcome.message


@pytest.mark.parametrize(
    ("exception_type", "message"),
    [
        ("torch.OutOfMemoryError", "Allocation on device 0 would exceed allowed memory."),
        ("torch.cuda.OutOfMemoryError", "x"),
        ("MemoryError", "x"),
        ("RuntimeError", "CUDA error: out of memory"),
        ("RuntimeError", "MPS backend out of memory (MPS allocated: 17 GB)"),
        ("RuntimeError", "DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes"),
    ],
)
def test_every_kind_of_out_of_memory_error_is_recognised(exception_type: str, message: str) -> None:
    error = {"exception_type": exception_type, "exception_message": message}
    assert isinstance(outcome_of(entry("error", [["execution_error", error]])), OutOfMemory)


def test_a_long_message_is_truncated() -> None:
    error = {"exception_type": "ValueError", "exception_message": "x" * 100_000}
    outcome = outcome_of(entry("error", [["execution_error", error]]))
    assert isinstance(outcome, NodeFailed)
    assert len(outcome.message) == 2000


def test_odd_outputs_are_skipped() -> None:
    outputs = {
        "1": None,
        "2": {"images": None},
        "3": {"images": [None, 7, {"filename": 3}, {"filename": "t.png", "type": "temp"}]},
        "4": {"text": ["hello"]},
        **IMAGES,
    }
    names = [image.filename for image in entry(outputs=outputs).images]
    assert names == ["a.png", "t.png"]
