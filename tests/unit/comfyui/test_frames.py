import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genonaut.comfyui.frames import (
    ErrorFrame,
    ExecutingFrame,
    PreviewFrame,
    ProgressFrame,
    ProgressStateFrame,
    StatusFrame,
    decode_binary,
    decode_text,
)
from genonaut.comfyui.wire import MalformedError


def preview_4(metadata: bytes, image: bytes = b"jpeg", *, length: int | None = None) -> bytes:
    size = len(metadata) if length is None else length
    return (4).to_bytes(4, "big") + size.to_bytes(4, "big") + metadata + image


def test_unknown_fields_and_types_are_tolerated() -> None:
    assert decode_text('{"type":"logs","data":{"entries":[]}}') is None
    assert decode_text('{"type":"progress_state"}'.replace("progress_state", "new_thing")) is None
    frame = decode_text('{"type":"status","data":{"status":{"x":1},"sid":"a","new":[]},"v":2}')
    assert isinstance(frame, StatusFrame)
    assert frame.sid == "a"


def test_fractions_count_as_progress() -> None:
    frame = decode_text('{"type":"progress","data":{"value":2.4e-07,"max":0.3,"node":"2.0"}}')
    assert frame == ProgressFrame(2.4e-07, 0.3, None, "2.0")


def test_executing_without_node_marks_the_end() -> None:
    frame = decode_text('{"type":"executing","data":{"node":null,"prompt_id":"p"}}')
    assert frame == ExecutingFrame("p", None)


def test_an_error_frame_is_decoded() -> None:
    data = {"prompt_id": "p", "node_id": "3", "node_type": "K", "exception_message": "m\n"}
    frame = decode_text(json.dumps({"type": "execution_error", "data": data | {"traceback": []}}))
    assert frame == ErrorFrame("p", "3", "K", "m\n")


def test_previews_of_both_kinds() -> None:
    assert decode_binary(b"\0\0\0\1\0\0\0\1jpeg") == PreviewFrame("image/jpeg", b"jpeg")
    assert decode_binary(b"\0\0\0\1\0\0\0\2png") == PreviewFrame("image/png", b"png")
    metadata = {"prompt_id": "p", "node_id": "2.0.0.1", "display_node_id": "2"}
    found = decode_binary(preview_4(json.dumps(metadata).encode()))
    assert found == PreviewFrame("image/jpeg", b"jpeg", "p", "2")


@pytest.mark.parametrize(
    "payload",
    [b"", b"\0\0\0", b"\0\0\0\1", b"\0\0\0\4", preview_4(b"{}", length=99), preview_4(b"[]")],
)
def test_short_binary_frames_are_malformed(payload: bytes) -> None:
    with pytest.raises(MalformedError):
        decode_binary(payload)


@given(st.binary(max_size=64))
def test_any_bytes_decode_or_are_malformed(payload: bytes) -> None:
    for decode in (decode_binary, decode_text):
        with contextlib.suppress(MalformedError):
            decode(payload)


@given(
    st.sampled_from(["progress", "executing", "execution_error", "progress_state", "status"]),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
        max_leaves=5,
    ),
)
def test_any_data_decodes_or_is_malformed(kind: str, data: object) -> None:
    with contextlib.suppress(MalformedError):
        decode_text(json.dumps({"type": kind, "data": data}))


def test_a_large_progress_state_is_decoded_on_demand() -> None:
    node = {"value": 1.0, "max": 1.0, "state": "finished", "prompt_id": "p" * 36}
    nodes = {str(number): node | {"node_id": str(number)} for number in range(500)}
    text = json.dumps({"type": "progress_state", "data": {"prompt_id": "p", "nodes": nodes}})
    began = time.thread_time()
    for _ in range(20):
        frame = decode_text(text)
    assert time.thread_time() - began < 0.5
    assert isinstance(frame, ProgressStateFrame)
    assert frame.prompt_id == "p"
