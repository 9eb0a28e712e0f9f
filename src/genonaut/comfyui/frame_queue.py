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


_PREVIEW_BYTES = 8 * 1024 * 1024


def _may_be_dropped(frame: Frame) -> bool:
    """Return whether dropping the frame costs no more than an outdated progress bar."""
    if isinstance(frame, ExecutingFrame):
        return frame.node is not None
    return not isinstance(frame, _ALWAYS_KEPT)


class FrameQueue:
    """Holds at most ``limit`` frames; when full, drops a preview, else progress, else the oldest.

    Previews also have a limit of ``_PREVIEW_BYTES`` in total; the oldest ones are dropped.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._frames: deque[Frame] = deque()
        self._arrived = asyncio.Event()
        self.dropped = 0
        self._preview_bytes = 0

    def put(self, frame: Frame) -> None:
        """Add a frame without waiting."""
        if len(self._frames) >= self._limit:
            self._drop_one()
        self._frames.append(frame)
        if isinstance(frame, PreviewFrame):
            self._preview_bytes += len(frame.image)
            while self._preview_bytes > _PREVIEW_BYTES:
                self._drop_one()
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
        return self.take()

    def take(self) -> Frame | None:
        """Return the next frame without waiting, or None if there is none."""
        if not self._frames:
            return None
        frame = self._frames.popleft()
        self._count_out(frame)
        return frame

    def __len__(self) -> int:
        return len(self._frames)

    def _drop_one(self) -> None:
        self.dropped += 1
        index = self._index_to_drop()
        self._count_out(self._frames[index])
        del self._frames[index]

    def _count_out(self, frame: Frame) -> None:
        if isinstance(frame, PreviewFrame):
            self._preview_bytes -= len(frame.image)

    def _index_to_drop(self) -> int:
        candidate = None
        for index, frame in enumerate(self._frames):
            if isinstance(frame, PreviewFrame):
                return index
            if candidate is None and _may_be_dropped(frame):
                candidate = index
        return candidate or 0
