"""Ingest the image of a finished prompt: download, check, store, complete the job."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

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
from genonaut.jobs.rendering.attempt_outcome import FencedError, OutcomeService, complete
from genonaut.jobs.rendering.early_image import EarlyImage, ReadyImage
from genonaut.jobs.rendering.inputs.kept import KeptInputs
from genonaut.jobs.rendering.model_hashes import hashes_of
from genonaut.jobs.rendering.prompt_follower import CancelledByOwnerError, LeaseLostError
from genonaut.jobs.rendering.retry_policy import Failure, Fault
from genonaut.jobs.rendering.storage_monitor import StorageMonitor
from genonaut.jobs.rendering.workflow import details_of, parameters_text
from genonaut.runtime import Runtime
from genonaut.storage.errors import BadImageError, StorageError
from genonaut.storage.saving import ImageSource, process_and_save

log = structlog.get_logger()
T = TypeVar("T")
_DOWNLOAD_RETRY_SECONDS = 60.0
"""A restarting ComfyUI keeps its output files; waiting costs less than rendering again."""


class ImageIngest:
    """Downloads and stores the image of one attempt; its steps serve results of every type."""

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
        self.runtime = runtime
        self.attempt = attempt
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
        if not outcome.images:
            raise Failure(Fault.NO_OUTPUT, "the run ended without an image")
        try:
            ready = await self._early.take(outcome.images[0])
        except BadImageError as error:
            raise Failure(Fault.BAD_IMAGE, str(error)) from error
        if ready is not None:
            stored = stored_image(ready.image, ready.saved, self.origin(ready.hashes))
            await self.complete([stored], ready.saved.keys)
            return
        made = await self.when_writable(lambda: self._store(outcome))
        stored = stored_image(made.image, made.saved, self.origin(made.hashes))
        await self.complete([stored], made.saved.keys)

    async def when_writable(self, store: Callable[[], Awaitable[T]]) -> T:
        """Return what ``store`` returns; wait while it raises ``StorageError``, for at most a day.

        Raises:
            Failure: the storage could not be written for a day.
            CancelledByOwnerError: cancellation was requested while it waited.
            LeaseLostError: the lease was lost.
        """
        deadline = time.monotonic() + self.runtime.settings.jobs.storage_wait_hours * 3600
        while True:
            try:
                return await store()
            except StorageError as error:
                self._storage.report_failure(error)
                await self._wait_for_storage(error, deadline)

    async def _store(self, outcome: Succeeded) -> ReadyImage:
        claim = self.attempt.claim
        try:
            async with self.runtime.store.staging() as path:
                limit = self.runtime.settings.storage.max_image_bytes
                await self.fetch(outcome.images[0], path, limit_bytes=limit)
                hashes = await hashes_of(self.runtime, claim.spec)
                parameters = parameters_text(claim.spec, hashes)
                source = ImageSource(path, parameters, await self._kept.pixels())
                image, saved = await process_and_save(
                    self.runtime.store,
                    self.runtime.image_processor,
                    source,
                    user_id=claim.user_id,
                    job_id=claim.job_id,
                    attempt=claim.attempt,
                    at=utcnow(),
                )
        except BadImageError as error:
            raise Failure(Fault.BAD_IMAGE, str(error)) from error
        return ReadyImage(image, saved, hashes)

    async def _wait_for_storage(self, error: StorageError, deadline: float) -> None:
        """Wait until the storage is writable; the image stays at ComfyUI meanwhile."""
        # A worker that stops hands the job back at once: the next one ingests the image.
        self.attempt.is_finishing = False
        writable = asyncio.create_task(self._storage.wait_writable())
        signal = asyncio.create_task(self.attempt.wait_for_signal())
        try:
            await asyncio.wait(
                {writable, signal},
                timeout=max(deadline - time.monotonic(), 0),
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            await stop_tasks(writable, signal)
        if self.attempt.is_fenced:
            raise LeaseLostError
        if self.attempt.is_cancelled:
            raise CancelledByOwnerError
        if time.monotonic() >= deadline:
            raise Failure(Fault.STORAGE_FAILED, str(error)) from error
        self.attempt.is_finishing = True

    async def fetch(self, image: ImageRef, path: Path, *, limit_bytes: int) -> None:
        """Download a file, also if the server restarts meanwhile.

        Raises:
            Failure: it is missing, too large, or cannot be downloaded.
        """
        deadline: float | None = None
        while True:
            try:
                await fetch_image(
                    self._backend.client,
                    image,
                    path,
                    output_dir=self._output_dir,
                    limit_bytes=limit_bytes,
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

    def origin(self, hashes: Mapping[str, str] | None = None) -> ImageOrigin:
        """Return where the results of this attempt come from.

        Args:
            hashes: AutoV2 hashes of the model files, recorded so that the image can be made again.
        """
        claim, spec = self.attempt.claim, self.attempt.claim.spec
        duration = self.attempt.executing_seconds or 0.0
        return ImageOrigin(
            user_id=claim.user_id,
            job_id=claim.job_id,
            prompt=spec.prompt,
            negative_prompt=spec.negative_prompt,
            checkpoint_model=spec.checkpoint_model,
            details=details_of(
                spec,
                backend=claim.backend,
                duration_seconds=duration,
                comfyui_version=self._backend.version,
                model_hashes=hashes or {},
            ),
            title="Upscaled image" if spec.operation is Operation.UPSCALE else "",
            source_content_ids=spec.inputs.source_content_ids if spec.inputs else (),
        )

    async def complete(self, items: Sequence[StoredImage], keys: Sequence[str]) -> None:
        """Commit the completion with all results, even if the database restarts during the COMMIT.

        Args:
            items: the results in their order.
            keys: their files, which are deleted if the lease was lost.

        Raises:
            LeaseLostError: the lease was lost.
        """

        async def act() -> bool:
            try:
                async with self.runtime.begin_fast() as unit:
                    await complete(unit, self.attempt, items)
            except (FencedError, IntegrityError) as error:
                # IntegrityError: an unacknowledged commit already stored the image.
                async with self.runtime.begin() as uow:
                    service = OutcomeService(uow, self.attempt)
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
            await self.discard(keys)
            raise
        if not is_ours:
            await self.discard(keys)
            raise LeaseLostError
        self.attempt.record_durations()
        log.info(
            "job.completed",
            job=self.attempt.claim.job_id,
            attempt=self.attempt.claim.attempt,
            size_bytes=sum(item.size_bytes for item in items),
        )

    async def discard(self, keys: Sequence[str]) -> None:
        """Delete files that no row references (checked just before)."""
        try:
            await self.runtime.store.delete(*keys)
        except StorageError as error:  # housekeeping deletes them later
            log.warning("job.files_left", job=self.attempt.claim.job_id, error=str(error))
