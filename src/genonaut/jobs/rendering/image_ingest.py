"""Ingest the image of a finished prompt: download, check, store, complete the job."""

import asyncio
import time
from pathlib import Path

import structlog
from sqlalchemy.exc import IntegrityError

from genonaut.comfyui import (
    ComfyBackend,
    ComfyUnreachableError,
    ImageMissingError,
    ImageRef,
    ImageTooLargeError,
    Succeeded,
    TruncatedDownloadError,
    fetch_image,
)
from genonaut.content.recording import ImageOrigin, StoredImage, stored_image
from genonaut.core.clock import utcnow
from genonaut.core.task_cancellation import stop_tasks
from genonaut.db.persistence import retry_on_disconnect
from genonaut.jobs.image_work import Operation
from genonaut.jobs.rendering.active_attempt import ActiveAttempt
from genonaut.jobs.rendering.attempt_outcome import FencedError, OutcomeService
from genonaut.jobs.rendering.early_image import EarlyImage
from genonaut.jobs.rendering.inputs.kept import KeptInputs
from genonaut.jobs.rendering.model_hashes import hashes_of
from genonaut.jobs.rendering.prompt_follower import CancelledByOwnerError, LeaseLostError
from genonaut.jobs.rendering.retry_policy import Failure, Fault
from genonaut.jobs.rendering.storage_monitor import StorageMonitor
from genonaut.jobs.rendering.workflow import details_of, parameters_text
from genonaut.runtime import Runtime
from genonaut.storage.errors import BadImageError, StorageError
from genonaut.storage.processing import ProcessedImage
from genonaut.storage.saving import SavedImage, save_image

log = structlog.get_logger()
_DOWNLOAD_RETRY_SECONDS = 60.0
"""A restarting ComfyUI keeps its output files; waiting costs less than rendering again."""


class ImageIngest:
    """Downloads and stores the image of one attempt."""

    def __init__(
        self,
        runtime: Runtime,
        attempt: ActiveAttempt,
        backend: ComfyBackend,
        output_dir: Path | None,
        storage: StorageMonitor,
        *,
        early: EarlyImage,
        kept: KeptInputs,
    ) -> None:
        self._runtime = runtime
        self._attempt = attempt
        self._backend = backend
        self._output_dir = output_dir
        self._storage = storage
        self._early = early
        self._kept = kept

    async def ingest(self, outcome: Succeeded) -> None:
        """Store the first image and complete the job; waits while the storage cannot be written.

        Raises:
            Failure: the image cannot be downloaded or decoded, or not stored for a day.
            CancelledByOwnerError: cancellation was requested while it waited.
            LeaseLostError: the lease was lost; the stored files were deleted.
        """
        try:
            ready = await self._early.take(outcome.images[0])
        except BadImageError as error:
            raise Failure(Fault.BAD_IMAGE, str(error)) from error
        if ready is not None:
            await self._complete(self._stored_image(ready.image, ready.saved), ready.saved)
            return
        deadline = time.monotonic() + self._runtime.settings.jobs.storage_wait_hours * 3600
        while True:
            try:
                image, saved = await self._store(outcome)
            except StorageError as error:
                self._storage.report_failure(error)
                await self._wait_for_storage(error, deadline)
            else:
                break
        await self._complete(self._stored_image(image, saved), saved)

    async def _store(self, outcome: Succeeded) -> tuple[ProcessedImage, SavedImage]:
        claim = self._attempt.claim
        try:
            async with self._runtime.store.staging() as path:
                await self._fetch(outcome.images[0], path)
                parameters = parameters_text(claim.spec, await hashes_of(self._runtime, claim.spec))
                kept = await self._kept.pixels()
                image = await self._runtime.image_processor.process(
                    path, a1111=parameters, kept=kept
                )
        except BadImageError as error:
            raise Failure(Fault.BAD_IMAGE, str(error)) from error
        saved = await save_image(
            self._runtime.store,
            image,
            user_id=claim.user_id,
            job_id=claim.job_id,
            attempt=claim.attempt,
            at=utcnow(),
        )
        return image, saved

    async def _wait_for_storage(self, error: StorageError, deadline: float) -> None:
        """Wait until the storage is writable; the image stays at ComfyUI meanwhile."""
        # A worker that stops hands the job back at once: the next one ingests the image.
        self._attempt.is_finishing = False
        writable = asyncio.create_task(self._storage.wait_writable())
        signal = asyncio.create_task(self._attempt.wait_for_signal())
        try:
            await asyncio.wait(
                {writable, signal},
                timeout=max(deadline - time.monotonic(), 0),
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            await stop_tasks(writable, signal)
        if self._attempt.is_fenced:
            raise LeaseLostError
        if self._attempt.is_cancelled:
            raise CancelledByOwnerError
        if time.monotonic() >= deadline:
            raise Failure(Fault.STORAGE_FAILED, str(error)) from error
        self._attempt.is_finishing = True

    async def _fetch(self, image: ImageRef, path: Path) -> None:
        limit = self._runtime.settings.storage.max_image_bytes
        deadline: float | None = None
        while True:
            try:
                await fetch_image(
                    self._backend.client,
                    image,
                    path,
                    output_dir=self._output_dir,
                    limit_bytes=limit,
                )
            except ComfyUnreachableError as error:
                # Counted from the first failure: the download before it may have taken long.
                now = time.monotonic()
                deadline = deadline or now + _DOWNLOAD_RETRY_SECONDS
                remaining = deadline - now
                if remaining <= 0:
                    raise Failure(Fault.DOWNLOAD_FAILED, str(error)) from error
                await self._backend.check()
                if not await self._backend.wait_up(remaining):
                    raise Failure(Fault.DOWNLOAD_FAILED, str(error)) from error
                await asyncio.sleep(0.2)
            except (ImageMissingError, TruncatedDownloadError) as error:
                raise Failure(Fault.DOWNLOAD_FAILED, str(error)) from error
            except ImageTooLargeError as error:
                raise Failure(Fault.BAD_IMAGE, str(error)) from error
            else:
                return

    def _stored_image(self, image: ProcessedImage, saved: SavedImage) -> StoredImage:
        claim, spec = self._attempt.claim, self._attempt.claim.spec
        duration = self._attempt.executing_seconds or 0.0
        origin = ImageOrigin(
            user_id=claim.user_id,
            job_id=claim.job_id,
            prompt=spec.prompt,
            negative_prompt=spec.negative_prompt,
            checkpoint_model=spec.checkpoint_model,
            details=details_of(spec, backend=claim.backend, duration_seconds=duration),
            title="Upscaled image" if spec.operation is Operation.UPSCALE else "",
            source_content_ids=spec.inputs.source_content_ids if spec.inputs else (),
        )
        return stored_image(image, saved, origin)

    async def _complete(self, stored: StoredImage, saved: SavedImage) -> None:
        """Commit the completion, even if the database restarts during the COMMIT."""

        async def act() -> bool:
            try:
                async with self._runtime.begin() as uow:
                    await OutcomeService(uow, self._attempt).complete(stored)
            except (FencedError, IntegrityError) as error:
                # IntegrityError: an unacknowledged commit already stored the image.
                async with self._runtime.begin() as uow:
                    service = OutcomeService(uow, self._attempt)
                    if await service.is_completed_by_us():
                        return True
                    if isinstance(error, IntegrityError) and await service.is_ours():
                        raise  # the rows themselves are refused: a retry cannot help
                return False
            return True

        try:
            # Also after the lease was lost: an unacknowledged COMMIT may have succeeded.
            is_ours = await retry_on_disconnect(act, should_go_on=lambda: True, name="completion")
        except IntegrityError:
            await self._discard(saved)
            raise
        if not is_ours:
            await self._discard(saved)
            raise LeaseLostError
        self._attempt.record_durations()
        log.info(
            "job.completed",
            job=self._attempt.claim.job_id,
            attempt=self._attempt.claim.attempt,
            size_bytes=stored.size_bytes,
        )

    async def _discard(self, saved: SavedImage) -> None:
        """Delete files that no row references (checked just before)."""
        try:
            await self._runtime.store.delete(*saved.keys)
        except StorageError as error:  # housekeeping deletes them later
            log.warning("job.files_left", job=self._attempt.claim.job_id, error=str(error))
