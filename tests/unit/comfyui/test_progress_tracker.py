import json
import time
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from genonaut.comfyui import ProgressTracker, PromptProgress
from genonaut.comfyui.frames import (
    CachedFrame,
    ExecutedFrame,
    ExecutingFrame,
    Frame,
    ProgressFrame,
    ProgressStateFrame,
    SuccessFrame,
)

GRAPH = {
    "checkpoint": {"class_type": "CheckpointLoaderSimple"},
    "positive": {"class_type": "CLIPTextEncode"},
    "sampler": {"class_type": "KSampler"},
    "decode": {"class_type": "VAEDecode"},
    "save": {"class_type": "SaveImage"},
}


def states(**nodes: Any) -> ProgressStateFrame:
    raw = {
        name: {"value": value, "max": maximum, "state": state}
        for name, (value, maximum, state) in nodes.items()
    }
    return ProgressStateFrame("p", msgspec.Raw(json.dumps(raw).encode()))


def percents(*frames: Frame, graph: dict[str, Any] | None = None) -> list[int]:
    tracker = ProgressTracker(GRAPH if graph is None else graph)
    for frame in frames:
        tracker.update(frame)
    return [tracker.latest.percent]


def test_the_sampler_dominates() -> None:
    half = percents(states(sampler=(10, 20, "running")))
    assert 35 <= half[0] <= 50
    loaded = percents(states(checkpoint=(1, 1, "finished"), positive=(1, 1, "finished")))
    assert loaded[0] < 10


def test_cached_nodes_count_as_done() -> None:
    tracker = ProgressTracker(GRAPH)
    report = tracker.update(CachedFrame("p", ["checkpoint", "positive", "sampler"]))
    assert report is not None
    assert report.percent > 90


def test_frames_alone_never_reach_100_percent() -> None:
    everything = CachedFrame("p", list(GRAPH))
    assert percents(everything) == [99]


def test_progress_never_falls() -> None:
    tracker = ProgressTracker(GRAPH)
    first = tracker.update(ProgressFrame(15, 20, "p", "sampler"))
    again = tracker.update(ProgressFrame(1, 20, "p", "sampler"))  # a second pass of the sampler
    assert first is not None
    assert again is not None
    assert again.percent == first.percent
    assert (again.step, again.total) == (1, 20)


def test_an_unchanged_state_is_not_reported() -> None:
    tracker = ProgressTracker(GRAPH)
    assert tracker.update(ProgressFrame(5, 20, "p", "sampler")) is not None
    assert tracker.update(ProgressFrame(5, 20, "p", "sampler")) is None
    assert tracker.update(SuccessFrame("p")) is None
    assert tracker.update(ExecutingFrame("p", None)) is None


def test_fractions_have_no_steps() -> None:
    tracker = ProgressTracker(GRAPH)
    report = tracker.update(ProgressFrame(0.15, 0.3, "p", "sampler"))
    assert report is not None
    assert (report.step, report.total) == (None, None)
    assert report.percent > 30


def test_zero_and_negative_maxima_are_harmless() -> None:
    assert percents(ProgressFrame(5, 0, "p", "sampler"), ProgressFrame(5, -3, "p", "save")) == [0]


def test_expanded_nodes_show_and_count_for_their_origin() -> None:
    tracker = ProgressTracker(GRAPH)
    report = tracker.update(ExecutingFrame("p", "sampler.0.0.3", "sampler"))
    assert report == PromptProgress(0, "sampler", "KSampler")
    report = tracker.update(ProgressFrame(3, 4, "p", "sampler.0.0.3"))
    assert report == PromptProgress(0, "sampler", "KSampler", 3, 4)
    nodes = {
        "sampler.0.0.3": {"value": 4, "max": 4, "state": "finished", "display_node_id": "sampler"},
        "sampler": {"value": 1, "max": 1, "state": "finished"},
    }
    tracker.update(ProgressStateFrame("p", msgspec.Raw(json.dumps(nodes).encode())))
    assert tracker.latest.percent > 80


def test_an_executed_output_is_done() -> None:
    assert percents(ExecutedFrame("p", "save", "save")) == [1]


def test_an_unknown_graph_still_shows_nodes_and_steps() -> None:
    tracker = ProgressTracker({})
    assert tracker.update(ProgressFrame(1, 4, "p", "3")) == PromptProgress(0, "3", None, 1, 4)


def test_an_unreadable_progress_state_is_ignored() -> None:
    tracker = ProgressTracker(GRAPH)
    assert tracker.update(ProgressStateFrame("p", msgspec.Raw(b"7"))) is None


def test_ids_may_be_numbers() -> None:
    tracker = ProgressTracker({"3": {"class_type": "KSampler"}})
    report = tracker.update(ProgressFrame(1, 2, "p", 3))
    assert report == PromptProgress(50, "3", "KSampler", 1, 2)


def test_five_hundred_nodes_are_cheap() -> None:
    graph = {str(number): {"class_type": "ImageBlur"} for number in range(500)}
    finished = {
        str(number): {"value": 1.0, "max": 1.0, "state": "finished", "node_id": str(number)}
        for number in range(500)
    }
    frame = ProgressStateFrame("p", msgspec.Raw(json.dumps(finished).encode()))
    tracker = ProgressTracker(graph)
    began = time.thread_time()
    for _ in range(50):
        tracker.update(frame)
    assert time.thread_time() - began < 1
    assert tracker.latest.percent == 99


NODE = st.sampled_from([*GRAPH, "sampler.0.1", "stranger", 3])
NUMBER = st.floats(-10, 1000, allow_nan=False)
FRAMES = st.one_of(
    st.builds(ProgressFrame, NUMBER, NUMBER, st.just("p"), NODE),
    st.builds(ExecutingFrame, st.just("p"), NODE, NODE),
    st.builds(ExecutedFrame, st.just("p"), NODE, NODE),
    st.builds(CachedFrame, st.just("p"), st.lists(NODE, max_size=3)),
    st.builds(
        lambda name, value, maximum, state: states(**{str(name): (value, maximum, state)}),
        NODE,
        NUMBER,
        NUMBER,
        st.sampled_from(["running", "finished", "error", ""]),
    ),
)


@given(st.lists(FRAMES, max_size=30))
def test_any_frames_give_a_rising_percentage_below_hundred(frames: list[Frame]) -> None:
    tracker = ProgressTracker(GRAPH)
    seen = [0]
    for frame in frames:
        report = tracker.update(frame)
        if report is not None:
            seen.append(report.percent)
            assert report.step is None or (
                report.total is not None and 0 <= report.step <= report.total
            )
    assert seen == sorted(seen)
    assert seen[-1] <= 99
