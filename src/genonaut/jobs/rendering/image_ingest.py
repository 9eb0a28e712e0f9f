"""From a finished prompt to a completed job: fetch, check, store, one transaction."""

import asyncio
import time
from pathlib import Path

import structlog
from sqlalchemy.exc import IntegrityError

from genonaut.catalog.autov2 import autov2_of
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
from genonaut.content.recording import Picture, StoredThumbnail
from genonaut.core.clock import utcnow
from genonaut.db.persistence import retry_on_disconnect
from genonaut.jobs.rendering.active_attempt import ActiveAttempt
from genonaut.jobs.rendering.attempt_outcome import FencedError, OutcomeService
from genonaut.jobs.rendering.prompt_follower import FencedOffError
from genonaut.jobs.rendering.retry_policy import Failure, Fault
from genonaut.jobs.rendering.workflow import details_of, parameters_text
from genonaut.runtime import Runtime
from genonaut.storage.errors import BadImageError, StorageError
from genonaut.storage.processing import ProcessedImage
from genonaut.storage.saving import SavedImage, save_image

log = structlog.get_logger()
THUMBNAIL_MIME = "image/webp"
_PATIENCE_SECONDS = 60.0
"""A restarting ComfyUI still has its output files; rendering again costs far more."""


class ImageIngest:
    """Brings one attempt's image home."""

    def __init__(
        self, runtime: Runtime, held: ActiveAttempt, backend: ComfyBackend, output_dir: Path | None
    ) -> None:
        self._runtime = runtime
        self._held = held
        self._backend = backend
        self._output_dir = output_dir

    async def ingest(self, outcome: Succeeded) -> None:
        """Store the first image and complete the job.

        Raises:
            Failure: the image cannot be had, decoded or stored.
            FencedOffError: the attempt is over; nothing of it stays.
        """
        claim = self._held.claim
        try:
            async with self._runtime.store.staging() as path:
                await self._fetch(outcome.images[0], path)
                parameters = parameters_text(claim.spec, await self._sums())
                image = await self._runtime.workshop.process(path, a1111=parameters)
            saved = await save_image(
                self._runtime.store,
                image,
                user_id=claim.user_id,
                job_id=claim.job_id,
                attempt=claim.attempt,
                at=utcnow(),
            )
        except BadImageError as error:
            raise Failure(Fault.BAD_IMAGE, str(error)) from error
        except StorageError as error:
            raise Failure(Fault.STORAGE_FAILED, str(error)) from error
        await self._complete(self._picture(image, saved), saved)

    async def _sums(self) -> dict[str, str]:
        """Return the sums of the model files; late, as a new file is hashed in the background."""
        spec = self._held.claim.spec

        async def read() -> dict[str, str]:
            async with self._runtime.begin() as uow:
                return await autov2_of(uow.session, [spec.model_file, *spec.lora_files])

        return await retry_on_disconnect(read, should_go_on=lambda: True, name="reading sums")

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
                # From the first failure on: a download may last long, or stand still with us.
                now = time.monotonic()
                deadline = deadline or now + _PATIENCE_SECONDS
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

    def _picture(self, image: ProcessedImage, saved: SavedImage) -> Picture:
        claim, facts = self._held.claim, image.facts
        duration = self._held.executing_seconds or 0.0
        return Picture(
            user_id=claim.user_id,
            job_id=claim.job_id,
            prompt=claim.spec.prompt,
            negative_prompt=claim.spec.negative_prompt,
            checkpoint_model=claim.spec.checkpoint_model,
            storage_key=saved.key,
            width=facts.width,
            height=facts.height,
            size_bytes=facts.size_bytes,
            mime=facts.mime,
            sha256=facts.sha256,
            placeholder=image.placeholder,
            details=details_of(claim.spec, backend=claim.backend, duration_seconds=duration),
            thumbnails=[
                StoredThumbnail(
                    size=thumbnail.size,
                    storage_key=saved.thumbnail_keys[thumbnail.size],
                    width=thumbnail.width,
                    height=thumbnail.height,
                    size_bytes=len(thumbnail.data),
                    mime=THUMBNAIL_MIME,
                )
                for thumbnail in image.thumbnails
            ],
        )

    async def _complete(self, picture: Picture, saved: SavedImage) -> None:
        """Commit the completion, also across a restart of the database at the very COMMIT."""

        async def act() -> bool:
            try:
                async with self._runtime.begin() as uow:
                    await OutcomeService(uow, self._held).complete(picture)
            except (FencedError, IntegrityError) as error:
                # The second: a lost acknowledgement had entered the picture already.
                async with self._runtime.begin() as uow:
                    service = OutcomeService(uow, self._held)
                    if await service.is_completed_by_us():
                        return True
                    if isinstance(error, IntegrityError) and await service.is_ours():
                        raise  # the picture itself is refused: no use in trying again
                return False
            return True

        try:
            # Even if the lease was lost: only the database knows whether an unheard COMMIT counted.
            is_ours = await retry_on_disconnect(act, should_go_on=lambda: True, name="completion")
        except IntegrityError:
            await self._discard(saved)
            raise
        if not is_ours:
            await self._discard(saved)
            raise FencedOffError
        log.info(
            "job.completed",
            job=self._held.claim.job_id,
            attempt=self._held.claim.attempt,
            size_bytes=picture.size_bytes,
        )

    async def _discard(self, saved: SavedImage) -> None:
        """Delete files of which the database has just said that no row names them."""
        try:
            await self._runtime.store.delete(*saved.keys)
        except StorageError as error:  # clean-up finds them by their age
            log.warning("job.files_left", job=self._held.claim.job_id, error=str(error))
