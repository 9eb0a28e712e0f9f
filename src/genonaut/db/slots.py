"""A semaphore that serves in order and bounds the wait; cheap where most callers wait."""

import asyncio
from collections import deque


class Slots:
    """Lets a number of callers in at a time; the others wait in the order in which they came.

    A semaphore of asyncio inside a timeout costs as much as a hot read.
    """

    def __init__(self, count: int, patience_seconds: float) -> None:
        self._free = count
        self._patience_seconds = patience_seconds
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def acquire(self) -> None:
        """Take a slot.

        Raises:
            TimeoutError: none became free in time.
        """
        if self._free > 0:
            self._free -= 1
            return
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.append(turn)
        timer = loop.call_later(self._patience_seconds, _give_up, turn)
        try:
            await turn
        except asyncio.CancelledError:
            # The slot may have been handed over just before the cancellation.
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.release()
            raise
        finally:
            timer.cancel()

    def release(self) -> None:
        """Hand the slot to the caller who has waited longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


def _give_up(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(TimeoutError())
