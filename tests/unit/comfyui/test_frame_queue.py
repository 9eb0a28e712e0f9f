import asyncio

import msgspec

from genonaut.comfyui.frame_queue import FrameQueue
from genonaut.comfyui.frames import (
    ErrorFrame,
    ExecutedFrame,
    ExecutingFrame,
    Frame,
    PreviewFrame,
    ProgressFrame,
    ProgressStateFrame,
    StartFrame,
)


async def contents(frame_queue: FrameQueue) -> list[Frame]:
    found = []
    while (frame := await frame_queue.get(timeout_seconds=0)) is not None:
        found.append(frame)
    return found


async def test_frames_keep_their_order() -> None:
    frame_queue = FrameQueue(4)
    frames: list[Frame] = [StartFrame("p"), ProgressFrame(1, 2, "p"), ExecutingFrame("p", None)]
    for frame in frames:
        frame_queue.put(frame)
    assert await contents(frame_queue) == frames
    assert frame_queue.dropped == 0


async def test_a_frame_is_taken_without_waiting() -> None:
    frame_queue = FrameQueue(4)
    assert frame_queue.take() is None
    frame_queue.put(StartFrame("p"))
    assert frame_queue.take() == StartFrame("p")
    assert frame_queue.take() is None


async def test_progress_that_later_steps_replace_is_left_out() -> None:
    frame_queue = FrameQueue(20)
    frame_queue.put(StartFrame("p"))
    for step in range(1, 4):
        frame_queue.put(ProgressFrame(step, 3, "p", "sampler"))
        frame_queue.put(ProgressStateFrame("p", msgspec.Raw(b"%d" % step)))
        frame_queue.put(PreviewFrame("image/jpeg", b"%d" % step, "p", "sampler"))
    frame_queue.put(ExecutingFrame("p", "decoder"))
    frame_queue.put(ProgressFrame(1, 2, "p", "decoder"))
    found = []
    while (frame := frame_queue.take_newest()) is not None:
        found.append(frame)
    assert found == [
        StartFrame("p"),
        ProgressFrame(3, 3, "p", "sampler"),
        ProgressStateFrame("p", msgspec.Raw(b"3")),
        PreviewFrame("image/jpeg", b"3", "p", "sampler"),
        ExecutingFrame("p", "decoder"),
        ProgressFrame(1, 2, "p", "decoder"),
    ]
    assert frame_queue.dropped == 0


async def test_progress_of_another_node_is_not_replaced() -> None:
    frame_queue = FrameQueue(4)
    frames = [ProgressFrame(2, 2, "p", "first"), ProgressFrame(1, 2, "p", "second")]
    for frame in frames:
        frame_queue.put(frame)
    assert [frame_queue.take_newest(), frame_queue.take_newest()] == frames


async def test_previews_are_dropped_first_then_progress_never_the_end() -> None:
    frame_queue = FrameQueue(4)
    start, end = StartFrame("p"), ExecutingFrame("p", None)
    frame_queue.put(start)
    frame_queue.put(ProgressFrame(1, 9, "p"))
    frame_queue.put(PreviewFrame("image/jpeg", b"old", "p"))
    frame_queue.put(ErrorFrame("p"))
    frame_queue.put(ExecutingFrame("p", "3"))  # drops the preview
    frame_queue.put(end)  # drops the progress
    assert await contents(frame_queue) == [start, ErrorFrame("p"), ExecutingFrame("p", "3"), end]
    assert frame_queue.dropped == 2


async def test_the_first_frame_can_be_dropped() -> None:
    frame_queue = FrameQueue(2)
    frame_queue.put(ProgressFrame(1, 9, "p"))
    frame_queue.put(ProgressFrame(2, 9, "p"))
    frame_queue.put(ExecutingFrame("p", None))
    assert await contents(frame_queue) == [ProgressFrame(2, 9, "p"), ExecutingFrame("p", None)]


async def test_dropped_progress_is_told_from_dropped_results() -> None:
    frame_queue = FrameQueue(2)
    for frame in (PreviewFrame("image/jpeg", b"1", "p"), ProgressFrame(1, 9, "p")):
        frame_queue.put(frame)
    frame_queue.put(ExecutedFrame("p", "save"))
    frame_queue.put(StartFrame("p"))
    assert (frame_queue.dropped, frame_queue.has_dropped_results) == (2, False)
    frame_queue.put(StartFrame("p"))
    assert (frame_queue.dropped, frame_queue.has_dropped_results) == (3, True)


async def test_a_flood_of_indispensable_frames_stays_bounded() -> None:
    frame_queue = FrameQueue(3)
    for _ in range(10):
        frame_queue.put(StartFrame("p"))
    assert len(frame_queue) == 3


async def test_a_waiting_reader_is_woken() -> None:
    frame_queue = FrameQueue(2)
    reader = asyncio.create_task(frame_queue.get(timeout_seconds=5))
    await asyncio.sleep(0)
    frame_queue.put(StartFrame("p"))
    assert await reader == StartFrame("p")
    assert await frame_queue.get(timeout_seconds=0.001) is None
