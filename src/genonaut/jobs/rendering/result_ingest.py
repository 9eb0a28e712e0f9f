"""Ingest all results of a workflow: download, check, store, complete the job."""

from collections.abc import Sequence
from functools import partial

import msgspec

from genonaut.comfyui import OutputFile, OutputText, Succeeded, results_of
from genonaut.content.recording import StoredImage, StoredThumbnail
from genonaut.content.tables import ContentType
from genonaut.core.clock import utcnow
from genonaut.jobs.rendering.image_ingest import ImageIngest
from genonaut.jobs.rendering.retry_policy import Failure, Fault
from genonaut.storage.errors import BadImageError
from genonaut.storage.layout import image_key, new_token, thumbnail_key
from genonaut.storage.results import ProcessedResult, process_result, text_result
from genonaut.storage.thumbnails import THUMBNAIL_MIME
from genonaut.workflows.outputs import WorkflowOutput

Result = OutputFile | OutputText
_NAME_LENGTH = 200


class ResultIngest:
    """Stores every result of one attempt as an item, all of them or none."""

    def __init__(self, steps: ImageIngest, outputs: Sequence[WorkflowOutput]) -> None:
        self._steps = steps
        self._runtime = steps.runtime
        self._claim = steps.attempt.claim
        self._outputs = outputs

    async def ingest(self, outcome: Succeeded) -> None:
        """Store the results and complete the job; waits while the storage cannot be written.

        Raises:
            Failure: there is no result; one cannot be downloaded or decoded, or not stored for a day.
            CancelledByOwnerError: cancellation was requested while it waited.
            LeaseLostError: the lease was lost; the stored files were deleted.
        """
        chosen = tuple(one.node_id for one in self._outputs if one.is_chosen)
        order = tuple(one.node_id for one in self._outputs)
        results = results_of(outcome.entry, order, only=chosen)
        if not results:
            raise Failure(Fault.NO_OUTPUT, "the run ended without a result")
        items, keys = await self._steps.when_writable(lambda: self._store_all(results))
        await self._steps.complete(items, keys)

    async def _store_all(self, results: Sequence[Result]) -> tuple[list[StoredImage], list[str]]:
        """Store the results in their order; delete what was stored if one fails."""
        items: list[StoredImage] = []
        keys: list[str] = []
        try:
            for index, result in enumerate(results):
                item = await self._store(index, result)
                items.append(item)
                keys += [item.storage_key, *(one.storage_key for one in item.thumbnails)]
        except BaseException:
            await self._steps.discard(list(dict.fromkeys(keys)))
            raise
        return items, list(dict.fromkeys(keys))

    async def _store(self, index: int, result: Result) -> StoredImage:
        if isinstance(result, OutputText):
            processed = text_result(result.text)
            return await self._saved(index, result, processed)
        section = self._runtime.settings.storage
        is_image = result.kind == ContentType.IMAGE
        limit = section.max_image_bytes if is_image else section.max_file_bytes
        async with self._runtime.store.staging() as path:
            await self._steps.fetch(result.reference, path, limit_bytes=limit)
            work = partial(process_result, path, result.reference.filename, result.kind)
            try:
                processed = await self._runtime.image_processor.run_limited(work)
            except BadImageError as error:
                message = f"{result.reference.filename}: {error}"
                raise Failure(Fault.BAD_IMAGE, message) from error
            if processed.data is None:
                key = self._key(index, processed)
                await self._runtime.store.commit(path, key)
                return await self._saved(index, result, processed, key)
        return await self._saved(index, result, processed)

    async def _saved(
        self, index: int, result: Result, processed: ProcessedResult, key: str | None = None
    ) -> StoredImage:
        """Write what is not stored yet, and return what to record."""
        files, copies = {}, {}
        if key is None:
            key = self._key(index, processed)
            files[key] = processed.data or b""
        thumbnails = []
        for one in processed.thumbnails:
            its_key = thumbnail_key(key, longest_edge_px=one.longest_edge_px)
            copies[its_key] = one.data
            thumbnails.append(
                StoredThumbnail(
                    size=one.size,
                    storage_key=its_key,
                    width=one.width,
                    height=one.height,
                    size_bytes=len(one.data),
                    mime=THUMBNAIL_MIME,
                    sha256=one.sha256,
                )
            )
        if files or copies:
            await self._runtime.store.put(files, copies)
        return self._item(index, result, processed, key, thumbnails)

    def _item(
        self,
        index: int,
        result: Result,
        processed: ProcessedResult,
        key: str,
        thumbnails: Sequence[StoredThumbnail],
    ) -> StoredImage:
        origin, run = self._steps.origin(), self._claim.spec.workflow
        title = next((one.title for one in self._outputs if one.node_id == result.node_id), "")
        output = {"node_id": result.node_id, "title": title}
        kind: str = ContentType.TEXT
        if isinstance(result, OutputFile):
            output["filename"] = result.reference.filename[:_NAME_LENGTH]
            kind = result.kind
        return StoredImage(
            **{**msgspec.structs.asdict(origin), "details": {**origin.details, "output": output}},
            storage_key=key,
            width=processed.width,
            height=processed.height,
            size_bytes=processed.size_bytes,
            mime=processed.mime,
            sha256=processed.sha256,
            placeholder=processed.placeholder,
            thumbnails=thumbnails,
            content_type=ContentType(kind),
            output_index=index,
            duration_seconds=processed.duration_seconds,
            frame_rate=processed.frame_rate,
            text=processed.text,
            workflow_id=None if run is None else run.workflow_id,
        )

    def _key(self, index: int, processed: ProcessedResult) -> str:
        claim = self._claim
        return image_key(
            user_id=claim.user_id,
            at=utcnow(),
            job_id=claim.job_id,
            attempt=claim.attempt,
            token=f"{index}-{new_token()}",
            extension=processed.extension,
        )
