"""Image processing in threads, outside the event loop."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from genonaut.storage.images import ImageLimits
from genonaut.storage.kept_pixels import KeptPixels
from genonaut.storage.masks import paints_nothing
from genonaut.storage.metadata import strip_metadata
from genonaut.storage.processing import ProcessedImage, process_image, thumbnails_of
from genonaut.storage.thumbnails import Thumbnail, as_jpeg, size_of

T = TypeVar("T")

# More threads than processors only cost memory: a decoded image may take 256 MiB.
_MAX_THREADS = 4


class ImageProcessor:
    """A small thread pool for image processing, with a queue.

    Threads, not processes: Pillow releases the interpreter lock for the expensive parts, and a
    process costs 40 MiB and a copy of every image (docs/decisions/image-pipeline.md). Cancelling a
    caller removes its work from the queue; work that already runs ends without a result.
    """

    def __init__(self, *, limits: ImageLimits | None = None, threads: int | None = None) -> None:
        """Set limits and threads; None means one thread per processor, at most 4."""
        self.limits = limits or ImageLimits()
        self._threads = threads or min(os.cpu_count() or 1, _MAX_THREADS)
        self._executor: ThreadPoolExecutor | None = None
        # Threads of its own: work in the other ones waits for it.
        self._encoder: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Accept work; a second call has no effect."""
        if self._executor is None:
            self._executor = ThreadPoolExecutor(self._threads, thread_name_prefix="images")
            if self._threads > 1:
                self._encoder = ThreadPoolExecutor(self._threads, thread_name_prefix="encoders")

    async def close(self) -> None:
        """Cancel queued work and wait for running work; a second call has no effect."""
        executor, self._executor = self._executor, None
        encoder, self._encoder = self._encoder, None
        if executor is not None:
            await asyncio.to_thread(executor.shutdown, wait=True, cancel_futures=True)
        if encoder is not None:  # after the work that waits for it
            await asyncio.to_thread(encoder.shutdown, wait=True)

    async def __aenter__(self) -> Self:
        """Start."""
        self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        await self.close()

    async def process(
        self, source: Path | bytes, *, a1111: str | None = None, kept: KeptPixels | None = None
    ) -> ProcessedImage:
        """Check an image, make thumbnails and placeholder; see `process_image`.

        Raises:
            BadImageError: not an accepted image.
            OSError: the file cannot be read.
        """
        return await self.run(
            partial(
                process_image,
                source,
                a1111=a1111,
                limits=self.limits,
                kept=kept,
                encoder=self._encoder,
            )
        )

    async def thumbnails(self, data: bytes) -> tuple[Thumbnail, ...]:
        """Return the thumbnails of an image file; see `thumbnails_of`.

        Raises:
            BadImageError: not an accepted image, or thumbnails cannot be made from it.
        """
        return await self.run(partial(thumbnails_of, data, self.limits))

    async def size_of_thumbnail(self, webp: bytes) -> tuple[int, int]:
        """Decode a WebP thumbnail; return its width and height in pixels.

        Raises:
            BadImageError: the bytes are not a WebP image.
        """
        return await self.run(partial(size_of, webp))

    async def strip(self, data: bytes) -> bytes:
        """Return the image without metadata; see `strip_metadata`.

        Raises:
            BadImageError: the file is malformed.
        """
        return await self.run(partial(strip_metadata, data))

    async def as_jpeg(self, webp: bytes) -> bytes:
        """Return a WebP thumbnail as JPEG; see `thumbnails.as_jpeg`.

        Raises:
            BadImageError: the bytes are not a WebP image.
        """
        return await self.run(partial(as_jpeg, webp))

    async def paints_nothing(self, mask: bytes, *, by_alpha: bool) -> bool:
        """Return whether no pixel of a mask is painted; see `masks.paints_nothing`.

        Raises:
            BadImageError: not an accepted image.
        """
        return await self.run(partial(paints_nothing, mask, self.limits, by_alpha=by_alpha))

    async def run_limited(self, work: Callable[[ImageLimits], T]) -> T:
        """Run other processing of a file in the pool, with the limits of images; raises what it raises."""
        return await self.run(partial(work, self.limits))

    async def run_encoding(self, work: Callable[[ImageLimits, Executor | None], T]) -> T:
        """Run work that makes thumbnails in the pool, with the limits and the threads of encoders."""
        return await self.run(partial(work, self.limits, self._encoder))

    async def run(self, work: Callable[[], T]) -> T:
        """Run other image processing in the pool; raises what it raises."""
        if self._executor is None:
            raise RuntimeError("the image processor is not started")
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)
