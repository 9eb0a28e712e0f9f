"""Results of a prompt: files and texts of output nodes, whatever keys they are under."""

from typing import Any

import pytest

from genonaut.comfyui.outputs import OutputFile, OutputText, kind_of, results_of
from genonaut.comfyui.wire import HistoryEntry


def file(name: str, kind: str = "output") -> dict[str, str]:
    return {"filename": name, "subfolder": "", "type": kind}


def names(outputs: dict[str, Any], *nodes: str, only: tuple[str, ...] = ()) -> list[str]:
    found = results_of(HistoryEntry(outputs=outputs), nodes, only=only)
    return [one.reference.filename if isinstance(one, OutputFile) else one.text for one in found]


def test_files_under_every_key_are_results() -> None:
    outputs = {
        "1": {"images": [file("a.png")], "animated": [False]},
        "2": {"gifs": [{**file("b.mp4"), "format": "video/h264-mp4"}]},
        "3": {"audio": [file("c.flac")]},
        "4": {"3d": [file("d.glb")]},
        "5": {"anything": [file("e.xyz"), 7, None, {"filename": 3}]},
    }
    found = results_of(HistoryEntry(outputs=outputs))
    kinds = [one.kind for one in found if isinstance(one, OutputFile)]
    assert kinds == ["image", "video", "audio", "model3d", "file"]


def test_previews_count_only_if_nothing_was_saved() -> None:
    preview = {"1": {"images": [file("p.png", "temp")]}, "3": {"text": ["a caption"]}}
    assert names(preview) == ["p.png", "a caption"]
    assert names({**preview, "2": {"images": [file("a.png")]}}) == ["a.png"]


def test_a_text_that_was_saved_is_one_result() -> None:
    outputs = {"1": {"text": ["hello"], "files": [file("t.txt")]}}
    assert names(outputs) == ["t.txt"]
    assert results_of(HistoryEntry(outputs={"1": {"text": ["a", "b"]}})) == [
        OutputText("1", "a\n\nb")
    ]


def test_chosen_nodes_come_in_their_order_and_alone() -> None:
    outputs = {str(one): {"images": [file(f"{one}.png")]} for one in range(4)}
    assert names(outputs, "2", "0") == ["2.png", "0.png", "1.png", "3.png"]
    assert names(outputs, "2", "0", only=("2", "0")) == ["2.png", "0.png"]


@pytest.mark.parametrize(
    "outputs", [{}, {"1": None}, {"1": {"images": []}}, {"1": {"text": [" "]}}]
)
def test_nothing_is_no_result(outputs: dict[str, Any]) -> None:
    assert results_of(HistoryEntry(outputs=outputs)) == []


@pytest.mark.parametrize(
    ("name", "kind"), [("a.PNG", "image"), ("b.webm", "video"), ("c", "file"), ("d.svg", "file")]
)
def test_the_extension_says_what_a_file_is(name: str, kind: str) -> None:
    assert kind_of(name) == kind
