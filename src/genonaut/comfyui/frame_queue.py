"""Bounded queue of frames between the listener, which must never wait, and one consumer."""

import asyncio
from collections import deque
from itertools import islice

from genonaut.comfyui.frames import (
    ConnectionFrame,
    ErrorFrame,
    ExecutingFrame,
    Frame,
    InterruptedFrame,
    NodeId,
    PreviewFrame,
    ProgressFrame,
    ProgressStateFrame,
    StartFrame,
    SuccessFrame,
)

_ALWAYS_KEPT = (ConnectionFrame, ErrorFrame, InterruptedFrame, StartFrame, SuccessFrame)

_REPLACEABLE = (PreviewFrame, ProgressFrame, ProgressStateFrame)
_OF_ONE_NODE = (PreviewFrame, ProgressFrame)
_FRAMES_PER_STEP = 3
"""A step sends one frame of each kind that can be replaced."""
_PREVIEW_BYTES = 8 * 1024 * 1024


def _may_be_dropped(frame: Frame) -> bool:
    """Return whether dropping the frame costs no more than an outdated progress bar."""
    if isinstance(frame, ExecutingFrame):
        return frame.node is not None
    return not isinstance(frame, _ALWAYS_KEPT)


def _node_of(frame: Frame) -> NodeId:
    """Return the node of a frame; a frame about all nodes has none."""
    return frame.node if isinstance(frame, _OF_ONE_NODE) else None


class FrameQueue:
    """Holds at most ``limit`` frames; when full, drops a preview, else progress, else the oldest.

    Previews also have a limit of ``_PREVIEW_BYTES`` in total; the oldest ones are dropped.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._frames: deque[Frame] = deque()
        self._arrived = asyncio.Event()
        self.dropped = 0
        self.has_dropped_results = False
        """Whether a frame that is not progress or a preview was dropped."""
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

    def take_newest(self) -> Frame | None:
        """Return the next frame as ``take``, without progress and previews that later frames replace.

        A fast server sends the frames of many steps at once.
        """
        frame = self.take()
        while isinstance(frame, _REPLACEABLE) and self._is_replaced(frame):
            frame = self.take()
        return frame

    def _is_replaced(self, taken: Frame) -> bool:
        """Return whether one of the frames of the next step is of the same kind and node."""
        kind = type(taken)
        for later in islice(self._frames, _FRAMES_PER_STEP):
            if type(later) is kind:
                if _node_of(later) == _node_of(taken):
                    return True
            elif not isinstance(later, _REPLACEABLE):
                return False
        return False

    def __len__(self) -> int:
        return len(self._frames)

    def _drop_one(self) -> None:
        self.dropped += 1
        index = self._index_to_drop()
        self.has_dropped_results |= not isinstance(self._frames[index], _REPLACEABLE)
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
