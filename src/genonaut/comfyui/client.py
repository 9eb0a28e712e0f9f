"""HTTP client for one ComfyUI server: one method per request."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec
import structlog

from genonaut.comfyui.connection import NO_ACCESS_DATA, ServerAccess, ServerConnection
from genonaut.comfyui.errors import (
    ComfyTooOldError,
    ComfyUnreachableError,
    GraphRefusedError,
    SubmitUncertainError,
)
from genonaut.comfyui.graphs.nodes import Graph
from genonaut.comfyui.location import Absent, InHistory, Located, QueueSnapshot, locate_in_queue
from genonaut.comfyui.redacted_url import error_reason
from genonaut.comfyui.settings import DEFAULT_TIMEOUTS, Timeouts
from genonaut.comfyui.transport import RedirectRefusedError, read_start
from genonaut.comfyui.validation_errors import partial_refusal, refusal_of
from genonaut.comfyui.versions import (
    supports_job_cancel,
    supports_jobs,
    supports_preview_method,
    supports_targeted_interrupt,
)
from genonaut.comfyui.wire import (
    HistoryEntry,
    JobAnswer,
    JobError,
    MalformedError,
    ModelFile,
    NodeInfo,
    PromptCount,
    QueueAnswer,
    SubmitAnswer,
    SystemStats,
    decode,
)

logger = structlog.get_logger(__name__)

# Limits on the size of responses. Measured: /object_info of 633 nodes has 745 KB; a safetensors header
# of which /view_metadata returns a part has at most 1 MiB; /queue and /history contain whole graphs.
_ERRORS_BYTES = 2 * 1024 * 1024
_METADATA_BYTES = 4 * 1024 * 1024
_LIST_BYTES = 16 * 1024 * 1024
_LARGE_BYTES = 32 * 1024 * 1024
# Larger lists of one folder are truncated, longer names ignored. No file system has longer paths.
_LARGEST_BYTES_BODY = 1024 * 1024
_MAX_MODELS = 100_000
_MAX_NAME_LENGTH = 4096
_MAX_COUNT = 1_000_000
_JOB_NOT_FOUND = "Job not found"
_UNFINISHED = frozenset({"pending", "in_progress"})
_JSON = {"Content-Type": "application/json"}


class ComfyClient:
    """Sends requests to one server through a shared session.

    Every method raises ComfyUnreachableError if the server does not answer, or not as ComfyUI does.
    """

    def __init__(
        self,
        base_url: str,
        http: aiohttp.ClientSession,
        *,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        access: ServerAccess = NO_ACCESS_DATA,
    ) -> None:
        self.connection = ServerConnection(base_url, http, timeouts=timeouts, access=access)
        self.version: str | None = None
        """The version in the last /system_stats; decides which routes are used."""

    async def submit(
        self,
        graph: Graph,
        *,
        prompt_id: str,
        client_id: str,
        extra_pnginfo: Mapping[str, Any] | None = None,
    ) -> None:
        """Queue a graph under a prompt id chosen here. Not idempotent: never post an id twice.

        Args:
            graph: nodes by id, in API format.
            prompt_id: a fresh uuid4.
            client_id: the websocket client that receives the events; always sent, because without
                it every client of the server would receive them.
            extra_pnginfo: SaveImage writes it into the PNG, one text chunk per key.

        Raises:
            GraphRefusedError: validation failed, or some outputs would not run.
            ComfyUnreachableError: the prompt was certainly not queued.
            SubmitUncertainError: it may have been queued; check the queue, then the history.
        """
        body: dict[str, Any] = {"prompt": graph, "prompt_id": prompt_id, "client_id": client_id}
        extra_data: dict[str, Any] = {}
        if extra_pnginfo is not None:
            extra_data["extra_pnginfo"] = extra_pnginfo
        if supports_preview_method(self.version):  # the server's own default is no previews
            extra_data["preview_method"] = "auto"
        if extra_data:
            body["extra_data"] = extra_data
        try:
            payload = msgspec.json.encode(body)
        except UnicodeEncodeError as error:
            raise GraphRefusedError("the graph contains text that is not valid Unicode") from error
        status, answer = await self._post_prompt(payload)
        if status in {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}:
            raise refusal_of(answer, graph)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise SubmitUncertainError(
                f"ComfyUI at {self.connection.shown_url} answered {status} to a prompt"
            )
        if status != HTTPStatus.OK:
            raise ComfyUnreachableError(
                f"{self.connection.shown_url} answered {status} to a prompt: not ComfyUI?"
            )
        await self._check_accepted(answer, graph, prompt_id)

    async def _post_prompt(self, payload: bytes) -> tuple[int, bytes]:
        timeout = self.connection.timeout(self.connection.timeouts.submit_seconds)
        # aiohttp warns about larger bodies that are passed as bytes.
        body = payload if len(payload) <= _LARGEST_BYTES_BODY else BytesIO(payload)
        try:
            async with self.connection.request(
                "POST", "/prompt", data=body, headers=_JSON, timeout=timeout
            ) as reply:
                answer, _ = await read_start(reply, _ERRORS_BYTES)
                return reply.status, answer
        except (
            aiohttp.ClientConnectorError,
            aiohttp.ConnectionTimeoutError,
            RedirectRefusedError,
        ) as error:
            raise self.connection.unreachable(error) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise SubmitUncertainError(
                f"no response from ComfyUI at {self.connection.shown_url} to a prompt: {error_reason(error)}"
            ) from error

    async def _check_accepted(self, answer: bytes, graph: Graph, prompt_id: str) -> None:
        try:
            accepted_prompt = decode(answer, SubmitAnswer)
        except MalformedError as error:
            raise SubmitUncertainError(
                f"{self.connection.shown_url} answered a prompt with: {error}"
            ) from error
        if accepted_prompt.prompt_id != prompt_id:
            await self._try_to_cancel(accepted_prompt.prompt_id)
            raise ComfyTooOldError(
                f"ComfyUI at {self.connection.shown_url} is too old: it ignores prompt ids chosen by clients"
            )
        if accepted_prompt.node_errors:
            await self._try_to_cancel(prompt_id)
            raise partial_refusal(accepted_prompt.node_errors, graph)

    async def _try_to_cancel(self, prompt_id: str) -> None:
        try:
            await self.cancel(prompt_id)
        except ComfyUnreachableError as error:  # the refusal of the graph matters more
            logger.warning(
                "comfyui.prompt_left_in_queue", url=self.connection.shown_url, error=str(error)
            )

    async def queue(self) -> QueueSnapshot:
        """Read the queue; expensive with large graphs, because ComfyUI sends them whole."""
        return QueueSnapshot.of(await self.connection.get("/queue", QueueAnswer, _LARGE_BYTES))

    async def history(self, prompt_id: str) -> HistoryEntry | None:
        """Return the history entry of a finished prompt; None if it is unfinished or unknown."""
        path = f"/history/{quote(prompt_id, safe='')}"
        return (await self.connection.get(path, dict[str, HistoryEntry], _LARGE_BYTES)).get(
            prompt_id
        )

    async def locate(self, prompt_id: str) -> Located:
        """Find a prompt.

        /api/jobs, where it exists, finds finished and unknown prompts without the queue, whose
        graphs are large. Otherwise the queue is read before the history, so that a prompt that
        finishes in between is found.
        """
        if supports_jobs(self.version):
            found = await self._locate_job(prompt_id)
            if found is not None:
                return found
        queued = locate_in_queue(prompt_id, await self.queue())
        if queued is not None:
            return queued
        entry = await self.history(prompt_id)
        return Absent() if entry is None else InHistory(entry)

    async def _locate_job(self, prompt_id: str) -> InHistory | Absent | None:
        """Return the location of a finished or unknown prompt; None if the queue has to be read."""
        path = f"/api/jobs/{quote(prompt_id, safe='')}"
        status, body = await self.connection.fetch("GET", path, _LARGE_BYTES)
        try:
            if status == HTTPStatus.NOT_FOUND:
                # Without this error the route itself is unknown: the server was replaced.
                return Absent() if decode(body, JobError).error == _JOB_NOT_FOUND else None
            if status != HTTPStatus.OK or decode(body, JobAnswer).status in _UNFINISHED:
                return None  # 500: the prompt of another client has a null workflow
        except MalformedError:
            return None
        entry = await self.history(prompt_id)
        return None if entry is None else InHistory(entry)

    async def delete_queued(self, prompt_id: str) -> None:
        """Delete a waiting prompt from the queue; no effect on a running or unknown one."""
        await self.connection.post("/queue", {"delete": [prompt_id]})

    async def interrupt(self, prompt_id: str) -> bool:
        """Interrupt this prompt if it is running, and no other.

        Returns:
            False if nothing was sent, because this version would interrupt any running prompt.
        """
        # Read each time: the server may have been replaced since the last check.
        await self.system_stats()
        if not supports_targeted_interrupt(self.version):
            logger.warning(
                "comfyui.interrupt_skipped", url=self.connection.shown_url, version=self.version
            )
            return False
        if not prompt_id:  # with an empty id ComfyUI interrupts any running prompt
            raise ValueError("interrupt requires a prompt id")
        await self.connection.post("/interrupt", {"prompt_id": prompt_id})
        return True

    async def cancel(self, prompt_id: str) -> bool:
        """Delete or interrupt a prompt, in one request where ComfyUI has it.

        Elsewhere the prompt is deleted, then interrupted, as it may start running in between.

        Returns:
            False if this version cannot interrupt a single prompt.
        """
        if supports_job_cancel(self.version) and await self._cancel_job(prompt_id):
            return True
        await self.delete_queued(prompt_id)
        return await self.interrupt(prompt_id)

    async def _cancel_job(self, prompt_id: str) -> bool:
        """Cancel a prompt atomically; return False if the server does not have the route."""
        path = f"/api/jobs/{quote(prompt_id, safe='')}/cancel"
        status, _ = await self.connection.fetch("POST", path)
        if status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}:
            return False
        self.connection.expect_success(status, path)
        return True

    async def delete_history(self, prompt_id: str) -> None:
        """Delete a history entry; its files remain."""
        await self.connection.post("/history", {"delete": [prompt_id]})

    async def delete_asset(self, asset_id: str) -> bool:
        """Delete an asset with its file; return False if the server does not know it."""
        path = f"/api/assets/{quote(asset_id, safe='')}"
        status, _ = await self.connection.fetch("DELETE", path)
        if status == HTTPStatus.NOT_FOUND:
            return False
        if status != HTTPStatus.NO_CONTENT:
            self.connection.expect_success(status, path)
        return True

    async def queue_remaining(self) -> int:
        """Return the number of running and waiting prompts; cheaper than ``queue``."""
        count = (await self.connection.get("/prompt", PromptCount)).exec_info.queue_remaining
        return int(min(max(count, 0), _MAX_COUNT))

    async def system_stats(self) -> SystemStats:
        """Return version, memory and devices."""
        stats = (await self.connection.get("/system_stats", SystemStats)).validated()
        self.version = stats.system.comfyui_version
        return stats

    async def features(self) -> dict[str, Any]:
        """Return the feature flags; empty if the server has none."""
        return await self.connection.get_optional("/features", dict[str, Any]) or {}

    async def folders(self) -> tuple[str, ...]:
        """Return the names of the model folders."""
        return self._names(await self.connection.get("/models", tuple[str, ...]), "/models")

    async def models(self, folder: str) -> tuple[str, ...]:
        """Return the files of a model folder as the loaders name them; empty for an unknown folder."""
        path = f"/models/{quote(folder, safe='')}"
        return self._names(
            await self.connection.get_optional(path, tuple[str, ...], _LIST_BYTES) or (), path
        )

    async def experiment_models(self, folder: str) -> tuple[ModelFile, ...] | None:
        """Return the files of a model folder with size and time; None if the server has no such route."""
        path = f"/experiment/models/{quote(folder, safe='')}"
        found = await self.connection.get_optional(path, tuple[ModelFile, ...], _LIST_BYTES)
        if found is None:
            return None
        usable = set(self._names([file.name for file in found], path))
        return tuple(file.validated() for file in found if file.name in usable)

    async def view_metadata(self, folder: str, name: str) -> dict[str, Any] | None:
        """Return the safetensors metadata of a model.

        None has four causes that ComfyUI does not distinguish: no such file, no metadata, a header
        above 1 MiB, or not a safetensors file.
        """
        path = f"/view_metadata/{quote(folder, safe='')}"
        return await self.connection.get_optional(
            path, dict[str, Any], _METADATA_BYTES, params={"filename": name}
        )

    async def model_preview(
        self, folder: str, path_index: int, name: str, *, limit_bytes: int
    ) -> bytes | None:
        """Return the preview image beside or inside a model file, None if there is none.

        Args:
            folder: ComfyUI's name for the folder.
            path_index: Index of the directory, from ``experiment_models``.
            name: The file name relative to that directory.
            limit_bytes: A longer image counts as none.
        """
        place = f"{quote(folder, safe='')}/{path_index}/{quote(name)}"
        path = f"/experiment/models/preview/{place}"
        timeout = self.connection.timeout(self.connection.timeouts.read_seconds)
        try:
            async with self.connection.request("GET", path, timeout=timeout) as reply:
                if reply.status != HTTPStatus.OK:
                    return None
                data, is_complete = await read_start(reply, limit_bytes)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise self.connection.unreachable(error) from error
        return data if is_complete else None

    async def object_info(self, node: str | None = None) -> dict[str, NodeInfo]:
        """Return all node classes (324 KB), or one; empty if the class is unknown."""
        path = "/object_info" if node is None else f"/object_info/{quote(node, safe='')}"
        return await self.connection.get(path, dict[str, NodeInfo], _LARGE_BYTES)

    async def object_info_document(self) -> dict[str, Any]:
        """Return all node classes with everything that the server says about them (3 MB)."""
        return await self.connection.get("/object_info", dict[str, Any], _LARGE_BYTES)

    def _names(self, names: Sequence[str], path: str) -> tuple[str, ...]:
        """Return the usable names, at most ``_MAX_MODELS``; a NUL is not valid in any file name."""
        usable = [name for name in names if len(name) <= _MAX_NAME_LENGTH and "\0" not in name]
        if len(usable) < len(names) or len(usable) > _MAX_MODELS:
            logger.warning(
                "comfyui.list_truncated", url=self.connection.shown_url, path=path, count=len(names)
            )
        return tuple(usable[:_MAX_MODELS])
