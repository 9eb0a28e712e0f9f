"""HTTP client for one ComfyUI server: one method per request."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import quote

import aiohttp
import msgspec
import structlog
from yarl import URL

from genonaut.comfyui.errors import (
    ComfyTooOldError,
    ComfyUnreachableError,
    GraphRefusedError,
    SubmitUncertainError,
)
from genonaut.comfyui.graph import Graph
from genonaut.comfyui.location import Absent, InHistory, Located, QueueSnapshot, locate_in_queue
from genonaut.comfyui.redacted_url import error_reason, redact_url
from genonaut.comfyui.settings import DEFAULT_TIMEOUTS, Timeouts
from genonaut.comfyui.transport import RedirectRefusedError, read_body, read_start
from genonaut.comfyui.validation_errors import partial_refusal, refusal_of
from genonaut.comfyui.wire import (
    HistoryEntry,
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
Shape = TypeVar("Shape")

# Older servers ignore the prompt id and interrupt the running prompt, whichever it is. Source: ComfyUI pull request 9607
# (commit 464ba1d6, 2025-09-02), first released in 0.3.57.
_FIRST_TARGETED_INTERRUPT = (0, 3, 57)
# Limits on the size of responses. Measured: /object_info of 633 nodes has 745 KB; a safetensors header
# of which /view_metadata returns a part has at most 1 MiB; /queue and /history contain whole graphs.
_SMALL_BYTES = 256 * 1024
_ERRORS_BYTES = 2 * 1024 * 1024
_METADATA_BYTES = 4 * 1024 * 1024
_LIST_BYTES = 16 * 1024 * 1024
_LARGE_BYTES = 32 * 1024 * 1024
# Larger lists of one folder are truncated, longer names ignored. No file system has longer paths.
_MAX_MODELS = 100_000
_MAX_NAME_LENGTH = 4096
_MAX_COUNT = 1_000_000
# Larger bodies are decoded in a thread: object_info and long queues take many milliseconds.
_LARGE_BODY_BYTES = 1_000_000
_JSON = {"Content-Type": "application/json"}


def supports_targeted_interrupt(version: str | None) -> bool:
    """Return whether POST /interrupt honours a prompt id; False for an unreadable version."""
    found = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?", version or "")
    return found is not None and tuple(int(part or 0) for part in found.groups()) >= (
        _FIRST_TARGETED_INTERRUPT
    )


class ComfyClient:
    """Sends requests to one server through a shared session.

    Every method raises ComfyUnreachableError if the server does not answer, or not as ComfyUI does.
    """

    def __init__(
        self, base_url: str, http: aiohttp.ClientSession, *, timeouts: Timeouts = DEFAULT_TIMEOUTS
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.http = http
        self.timeouts = timeouts
        self._shown_url = redact_url(self.base_url)

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
        if extra_pnginfo is not None:
            body["extra_data"] = {"extra_pnginfo": extra_pnginfo}
        try:
            payload = msgspec.json.encode(body)
        except UnicodeEncodeError as error:
            raise GraphRefusedError("the graph contains text that is not valid Unicode") from error
        status, answer = await self._post_prompt(payload)
        if status in {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}:
            raise refusal_of(answer, graph)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise SubmitUncertainError(
                f"ComfyUI at {self._shown_url} answered {status} to a prompt"
            )
        if status != HTTPStatus.OK:
            raise ComfyUnreachableError(
                f"{self._shown_url} answered {status} to a prompt: not ComfyUI?"
            )
        await self._check_accepted(answer, graph, prompt_id)

    async def _post_prompt(self, payload: bytes) -> tuple[int, bytes]:
        url = f"{self.base_url}/prompt"
        timeout = self._timeout(self.timeouts.submit_seconds)
        body = BytesIO(payload)  # aiohttp warns about large bodies passed as bytes
        try:
            async with self.http.post(
                url, data=body, headers=_JSON, timeout=timeout, allow_redirects=False
            ) as reply:
                answer, _ = await read_start(reply, _ERRORS_BYTES)
                return reply.status, answer
        except (
            aiohttp.ClientConnectorError,
            aiohttp.ConnectionTimeoutError,
            RedirectRefusedError,
        ) as error:
            raise self._unreachable(error) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise SubmitUncertainError(
                f"no response from ComfyUI at {self._shown_url} to a prompt: {error_reason(error)}"
            ) from error

    async def _check_accepted(self, answer: bytes, graph: Graph, prompt_id: str) -> None:
        try:
            accepted_prompt = decode(answer, SubmitAnswer)
        except MalformedError as error:
            raise SubmitUncertainError(
                f"{self._shown_url} answered a prompt with: {error}"
            ) from error
        if accepted_prompt.prompt_id != prompt_id:
            await self._try_to_cancel(accepted_prompt.prompt_id)
            raise ComfyTooOldError(
                f"ComfyUI at {self._shown_url} is too old: it ignores prompt ids chosen by clients"
            )
        if accepted_prompt.node_errors:
            await self._try_to_cancel(prompt_id)
            raise partial_refusal(accepted_prompt.node_errors, graph)

    async def _try_to_cancel(self, prompt_id: str) -> None:
        try:
            await self.cancel(prompt_id)
        except ComfyUnreachableError as error:  # the refusal of the graph matters more
            logger.warning("comfyui.prompt_left_in_queue", url=self._shown_url, error=str(error))

    async def queue(self) -> QueueSnapshot:
        """Read the queue; expensive with large graphs, because ComfyUI sends them whole."""
        return QueueSnapshot.of(await self._get("/queue", QueueAnswer, _LARGE_BYTES))

    async def history(self, prompt_id: str) -> HistoryEntry | None:
        """Return the history entry of a finished prompt; None if it is unfinished or unknown."""
        path = f"/history/{quote(prompt_id, safe='')}"
        return (await self._get(path, dict[str, HistoryEntry], _LARGE_BYTES)).get(prompt_id)

    async def locate(self, prompt_id: str) -> Located:
        """Find a prompt. The queue is read before the history, so that a finishing prompt is found."""
        queued = locate_in_queue(prompt_id, await self.queue())
        if queued is not None:
            return queued
        entry = await self.history(prompt_id)
        return Absent() if entry is None else InHistory(entry)

    async def delete_queued(self, prompt_id: str) -> None:
        """Delete a waiting prompt from the queue; no effect on a running or unknown one."""
        await self._post("/queue", {"delete": [prompt_id]})

    async def interrupt(self, prompt_id: str) -> bool:
        """Interrupt this prompt if it is running, and no other.

        Returns:
            False if nothing was sent, because this version would interrupt any running prompt.
        """
        # Read each time: the server may have been replaced since the last check.
        version = (await self.system_stats()).system.comfyui_version
        if not supports_targeted_interrupt(version):
            logger.warning("comfyui.interrupt_skipped", url=self._shown_url, version=version)
            return False
        if not prompt_id:  # with an empty id ComfyUI interrupts any running prompt
            raise ValueError("interrupt requires a prompt id")
        await self._post("/interrupt", {"prompt_id": prompt_id})
        return True

    async def cancel(self, prompt_id: str) -> bool:
        """Delete and interrupt a prompt: it may start running between the two requests.

        Returns:
            False if this version cannot interrupt a single prompt.
        """
        await self.delete_queued(prompt_id)
        return await self.interrupt(prompt_id)

    async def delete_history(self, prompt_id: str) -> None:
        """Delete a history entry; its files remain."""
        await self._post("/history", {"delete": [prompt_id]})

    async def delete_asset(self, asset_id: str) -> bool:
        """Delete an asset with its file; return False if the server does not know it."""
        path = f"/api/assets/{quote(asset_id, safe='')}"
        status, _ = await self._request("DELETE", path)
        if status == HTTPStatus.NOT_FOUND:
            return False
        if status != HTTPStatus.NO_CONTENT:
            self._expect_success(status, path)
        return True

    async def queue_remaining(self) -> int:
        """Return the number of running and waiting prompts; cheaper than ``queue``."""
        count = (await self._get("/prompt", PromptCount)).exec_info.queue_remaining
        return int(min(max(count, 0), _MAX_COUNT))

    async def system_stats(self) -> SystemStats:
        """Return version, memory and devices."""
        return (await self._get("/system_stats", SystemStats)).validated()

    async def features(self) -> dict[str, Any]:
        """Return the feature flags; empty if the server has none."""
        return await self._get_optional("/features", dict[str, Any]) or {}

    async def folders(self) -> tuple[str, ...]:
        """Return the names of the model folders."""
        return self._names(await self._get("/models", tuple[str, ...]), "/models")

    async def models(self, folder: str) -> tuple[str, ...]:
        """Return the files of a model folder as the loaders name them; empty for an unknown folder."""
        path = f"/models/{quote(folder, safe='')}"
        return self._names(await self._get_optional(path, tuple[str, ...], _LIST_BYTES) or (), path)

    async def experiment_models(self, folder: str) -> tuple[ModelFile, ...] | None:
        """Return the files of a model folder with size and time; None if the server has no such route."""
        path = f"/experiment/models/{quote(folder, safe='')}"
        found = await self._get_optional(path, tuple[ModelFile, ...], _LIST_BYTES)
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
        return await self._get_optional(
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
        url = f"{self.base_url}/experiment/models/preview/{place}"
        timeout = self._timeout(self.timeouts.read_seconds)
        try:
            async with self.http.get(
                URL(url, encoded=True), timeout=timeout, allow_redirects=False
            ) as reply:
                if reply.status != HTTPStatus.OK:
                    return None
                data, is_complete = await read_start(reply, limit_bytes)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise self._unreachable(error) from error
        return data if is_complete else None

    async def object_info(self, node: str | None = None) -> dict[str, NodeInfo]:
        """Return all node classes (324 KB), or one; empty if the class is unknown."""
        path = "/object_info" if node is None else f"/object_info/{quote(node, safe='')}"
        return await self._get(path, dict[str, NodeInfo], _LARGE_BYTES)

    def _names(self, names: Sequence[str], path: str) -> tuple[str, ...]:
        """Return the usable names, at most ``_MAX_MODELS``; a NUL is not valid in any file name."""
        usable = [name for name in names if len(name) <= _MAX_NAME_LENGTH and "\0" not in name]
        if len(usable) < len(names) or len(usable) > _MAX_MODELS:
            logger.warning(
                "comfyui.list_truncated", url=self._shown_url, path=path, count=len(names)
            )
        return tuple(usable[:_MAX_MODELS])

    async def _get(self, path: str, shape: type[Shape], limit_bytes: int = _SMALL_BYTES) -> Shape:
        found = await self._get_optional(path, shape, limit_bytes)
        if found is None:
            raise ComfyUnreachableError(f"{self._shown_url} has no route {path}: not ComfyUI?")
        return found

    async def _get_optional(
        self,
        path: str,
        shape: type[Shape],
        limit_bytes: int = _SMALL_BYTES,
        *,
        params: Mapping[str, str] | None = None,
    ) -> Shape | None:
        status, body = await self._request("GET", path, limit_bytes, params=params)
        if status == HTTPStatus.NOT_FOUND:
            return None
        self._expect_success(status, path)
        try:
            if len(body) > _LARGE_BODY_BYTES:
                return await asyncio.to_thread(decode, body, shape)
            return decode(body, shape)
        except MalformedError as error:
            raise ComfyUnreachableError(
                f"{self._shown_url}{path} returned an unreadable body: {error}"
            ) from error

    async def _post(self, path: str, body: Mapping[str, Any]) -> None:
        status, _ = await self._request("POST", path, data=msgspec.json.encode(body))
        self._expect_success(status, path)

    async def _request(
        self,
        method: str,
        path: str,
        limit_bytes: int = _SMALL_BYTES,
        *,
        params: Mapping[str, str] | None = None,
        data: bytes | None = None,
    ) -> tuple[int, bytes]:
        try:
            async with self.http.request(
                method,
                f"{self.base_url}{path}",
                params=params,
                data=data,
                headers=None if data is None else _JSON,
                timeout=self._timeout(self.timeouts.read_seconds),
                allow_redirects=False,
            ) as reply:
                return reply.status, await read_body(reply, limit_bytes)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise self._unreachable(error) from error

    def _timeout(self, read_seconds: float) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(
            total=self.timeouts.connect_seconds + 2 * read_seconds,
            connect=self.timeouts.connect_seconds,
            sock_connect=self.timeouts.connect_seconds,
            sock_read=read_seconds,
        )

    def _expect_success(self, status: int, path: str) -> None:
        if status != HTTPStatus.OK:
            raise ComfyUnreachableError(f"{self._shown_url}{path} answered {status}")

    def _unreachable(self, error: Exception) -> ComfyUnreachableError:
        return ComfyUnreachableError(
            f"ComfyUI at {self._shown_url} does not answer: {error_reason(error)}"
        )
