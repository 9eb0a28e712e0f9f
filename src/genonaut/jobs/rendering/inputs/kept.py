"""Prepare, while a prompt runs, the pixels that its result must have."""

import asyncio

from genonaut.jobs.rendering.inputs.preparation import Preparable
from genonaut.jobs.rendering.inputs.sender import InputSender
from genonaut.storage.kept_pixels import KeptPixels


class KeptInputs:
    """The pixels outside of the mask of one attempt; without a mask there are none."""

    def __init__(self, sender: InputSender, spec: Preparable) -> None:
        self._sender = sender
        self._spec = spec
        self._task: asyncio.Task[KeptPixels | None] | None = None

    def start(self) -> None:
        """Begin to prepare them; a second call has no effect."""
        if self._task is None and self._spec.inputs is not None:
            work = self._sender.kept_pixels(self._spec)
            self._task = asyncio.create_task(work, name="kept pixels")

    async def pixels(self) -> KeptPixels | None:
        """Return the pixels; None if the whole image is painted.

        Raises:
            Failure: a file is missing or damaged, or the storage does not answer.
        """
        self.start()
        return None if self._task is None else await asyncio.shield(self._task)

    async def close(self) -> None:
        """Stop preparing."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            if not self._task.cancelled():
                self._task.exception()  # it was raised where it was needed
