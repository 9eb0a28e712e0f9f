"""Download, check and store an image while its prompt has not ended yet."""

import asyncio

import msgspec
import structlog

from genonaut.comfyui import (
    ComfyBackend,
    ComfyUnreachableError,
    ImageMissingError,
    ImageRef,
    ImageTooLargeError,
    TruncatedDownloadError,
    read_image,
)
from genonaut.core.clock import utcnow
from genonaut.db import DatabaseError
from genonaut.jobs.rendering.active_attempt import ActiveAttempt
from genonaut.jobs.rendering.inputs.kept import KeptInputs
from genonaut.jobs.rendering.model_hashes import hashes_of
from genonaut.jobs.rendering.retry_policy import Failure
from genonaut.jobs.rendering.workflow import parameters_text
from genonaut.runtime import Runtime
from genonaut.storage.errors import StorageError
from genonaut.storage.processing import ProcessedImage
from genonaut.storage.saving import ImageSource, SavedImage, process_and_save

log = structlog.get_logger()
_MOST_BYTES = 16 * 1024 * 1024
"""Larger images are received in a file, after the prompt has ended."""
_EXPECTED_ERRORS = (
    ComfyUnreachableError,
    ImageMissingError,
    TruncatedDownloadError,
    ImageTooLargeError,
    StorageError,
    DatabaseError,
    OSError,
    Failure,
)


class ReadyImage(msgspec.Struct, frozen=True):
    """A processed image whose files are stored."""

    image: ProcessedImage
    saved: SavedImage
    hashes: dict[str, str]
    """AutoV2 hashes of the model files by ``folder/name``, as far as known."""


class EarlyImage:
    """The image of one attempt, stored between ``executed`` and the end of the prompt.

    No row names its files before the job is completed. ``discard`` deletes them if the attempt ends in
    any other way; those of a killed process are deleted by age. After an error the image is downloaded
    again when the prompt has ended.
    """

    def __init__(
        self, runtime: Runtime, attempt: ActiveAttempt, backend: ComfyBackend, kept: KeptInputs
    ) -> None:
        self._kept = kept
        self._runtime = runtime
        self._attempt = attempt
        self._backend = backend
        self._reference: ImageRef | None = None
        self._task: asyncio.Task[ReadyImage | None] | None = None
        self._is_storing = False

    def begin(self, image: ImageRef) -> None:
        """Start with the first image of the prompt; others are ignored."""
        if self._task is None:
            self._reference = image
            name = f"early image {self._attempt.key}"
            self._task = asyncio.create_task(self._make(image), name=name)

    async def take(self, image: ImageRef) -> ReadyImage | None:
        """Return the stored image, now the caller's; None if it is another one or failed.

        Raises:
            BadImageError: not an accepted image; its bytes were final.
        """
        task = self._task
        if task is None or self._reference is None:
            return None
        if (self._reference.filename, self._reference.subfolder) != (
            image.filename,
            image.subfolder,
        ):
            return None
        ready = await asyncio.shield(task)
        self._task = None
        return ready

    async def discard(self) -> None:
        """Delete the files unless the image was taken."""
        task, self._task = self._task, None
        if task is None:
            return
        if not self._is_storing:
            task.cancel()
        await asyncio.wait({task})
        ready = None if task.cancelled() or task.exception() is not None else task.result()
        if ready is None:
            return
        try:
            await self._runtime.store.delete(*ready.saved.keys)
        except StorageError as error:  # housekeeping deletes them later
            log.warning("job.files_left", job=self._attempt.claim.job_id, error=str(error))

    async def _make(self, image: ImageRef) -> ReadyImage | None:
        try:
            return await self._store(image)
        except _EXPECTED_ERRORS as error:
            log.info("job.early_image_failed", job=self._attempt.claim.job_id, reason=str(error))
            return None

    async def _store(self, image: ImageRef) -> ReadyImage:
        claim, runtime = self._attempt.claim, self._runtime
        limit = min(runtime.settings.storage.max_image_bytes, _MOST_BYTES)
        data = await read_image(self._backend.client, image, limit_bytes=limit)
        hashes = await hashes_of(runtime, claim.spec)
        parameters = parameters_text(claim.spec, hashes)
        source = ImageSource(data, parameters, await self._kept.pixels())
        self._is_storing = True
        processed, saved = await process_and_save(
            runtime.store,
            runtime.image_processor,
            source,
            user_id=claim.user_id,
            job_id=claim.job_id,
            attempt=claim.attempt,
            at=utcnow(),
        )
        return ReadyImage(processed, saved, hashes)
