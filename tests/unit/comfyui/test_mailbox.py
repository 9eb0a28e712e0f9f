import asyncio

from genonaut.comfyui.frame_queue import FrameQueue
from genonaut.comfyui.frames import (
    ErrorFrame,
    ExecutingFrame,
    Frame,
    PreviewFrame,
    ProgressFrame,
    StartFrame,
)


async def contents(mailbox: FrameQueue) -> list[Frame]:
    found = []
    while (frame := await mailbox.get(timeout_seconds=0)) is not None:
        found.append(frame)
    return found


async def test_frames_leave_in_their_order() -> None:
    mailbox = FrameQueue(4)
    frames: list[Frame] = [StartFrame("p"), ProgressFrame(1, 2, "p"), ExecutingFrame("p", None)]
    for frame in frames:
        mailbox.put(frame)
    assert await contents(mailbox) == frames
    assert mailbox.dropped == 0


async def test_previews_go_first_then_progress_never_the_end() -> None:
    mailbox = FrameQueue(4)
    start, end = StartFrame("p"), ExecutingFrame("p", None)
    mailbox.put(start)
    mailbox.put(ProgressFrame(1, 9, "p"))
    mailbox.put(PreviewFrame("image/jpeg", b"old", "p"))
    mailbox.put(ErrorFrame("p"))
    mailbox.put(ExecutingFrame("p", "3"))  # drops the preview
    mailbox.put(end)  # drops the progress
    assert await contents(mailbox) == [start, ErrorFrame("p"), ExecutingFrame("p", "3"), end]
    assert mailbox.dropped == 2


async def test_the_first_frame_can_be_the_one_to_go() -> None:
    mailbox = FrameQueue(2)
    mailbox.put(ProgressFrame(1, 9, "p"))
    mailbox.put(ProgressFrame(2, 9, "p"))
    mailbox.put(ExecutingFrame("p", None))
    assert await contents(mailbox) == [ProgressFrame(2, 9, "p"), ExecutingFrame("p", None)]


async def test_a_flood_of_indispensable_frames_stays_bounded() -> None:
    mailbox = FrameQueue(3)
    for _ in range(10):
        mailbox.put(StartFrame("p"))
    assert len(mailbox) == 3


async def test_a_waiting_reader_is_woken() -> None:
    mailbox = FrameQueue(2)
    reader = asyncio.create_task(mailbox.get(timeout_seconds=5))
    await asyncio.sleep(0)
    mailbox.put(StartFrame("p"))
    assert await reader == StartFrame("p")
    assert await mailbox.get(timeout_seconds=0.001) is None
