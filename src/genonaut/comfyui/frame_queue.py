"""Bounded queue of frames between the listener, which must never wait, and one consumer."""

import asyncio
from collections import deque

from genonaut.comfyui.frames import (
    ConnectionFrame,
    ErrorFrame,
    ExecutingFrame,
    Frame,
    InterruptedFrame,
    PreviewFrame,
    StartFrame,
    SuccessFrame,
)

_ALWAYS_KEPT = (ConnectionFrame, ErrorFrame, InterruptedFrame, StartFrame, SuccessFrame)


def _may_be_dropped(frame: Frame) -> bool:
    """Return whether dropping the frame costs no more than an outdated progress bar."""
    if isinstance(frame, ExecutingFrame):
        return frame.node is not None
    return not isinstance(frame, _ALWAYS_KEPT)


class FrameQueue:
    """Holds at most ``limit`` frames; when full, drops a preview, else progress, else the oldest."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._frames: deque[Frame] = deque()
        self._arrived = asyncio.Event()
        self.dropped = 0

    def put(self, frame: Frame) -> None:
        """Add a frame without waiting."""
        if len(self._frames) >= self._limit:
            self._drop_one()
        self._frames.append(frame)
        self._arrived.set()

    async def get(self, *, timeout_seconds: float) -> Frame | None:
        """Return the next frame, or None after the timeout."""
        if not self._frames:
            self._arrived.clear()
            try:
                async with asyncio.timeout(timeout_seconds):
                    await self._arrived.wait()
            except TimeoutError:
                return None
        return self._frames.popleft()

    def __len__(self) -> int:
        return len(self._frames)

    def _drop_one(self) -> None:
        self.dropped += 1
        del self._frames[self._index_to_drop()]

    def _index_to_drop(self) -> int:
        candidate = None
        for index, frame in enumerate(self._frames):
            if isinstance(frame, PreviewFrame):
                return index
            if candidate is None and _may_be_dropped(frame):
                candidate = index
        return candidate or 0
