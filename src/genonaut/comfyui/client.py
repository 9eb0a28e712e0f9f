"""ComfyUI over HTTP: one request each, with every failure named."""

import asyncio
import re
from collections.abc import Mapping
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
from genonaut.comfyui.redacted_url import redact_url
from genonaut.comfyui.settings import DEFAULT_TIMEOUTS, Timeouts
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

# Older servers ignore the prompt id and interrupt whatever runs. Source: ComfyUI pull request 9607
# (commit 464ba1d6, 2025-09-02), first released in 0.3.57.
_FIRST_TARGETED_INTERRUPT = (0, 3, 57)
# Above this, decoding leaves the event loop: object_info and crowded queues take many milliseconds.
_LARGE_BODY_BYTES = 1_000_000
_JSON = {"Content-Type": "application/json"}


def supports_targeted_interrupt(version: str | None) -> bool:
    """Tell whether POST /interrupt honours a prompt id; an unreadable version counts as no."""
    found = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?", version or "")
    return found is not None and tuple(int(part or 0) for part in found.groups()) >= (
        _FIRST_TARGETED_INTERRUPT
    )


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


class ComfyClient:
    """Talks to one server through a shared session.

    Every method raises ComfyUnreachableError when the server does not answer as ComfyUI would.
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
        """Queue a graph under our own prompt id. Never post the same id twice: it is not idempotent.

        Args:
            graph: node id to node, in API format.
            prompt_id: a fresh uuid4.
            client_id: whose websocket gets the events; always sent, as without it every client
                of the server would get them.
            extra_pnginfo: written by SaveImage into the PNG, one text chunk per key.

        Raises:
            GraphRefusedError: validation failed, or some outputs would not run.
            ComfyUnreachableError: ComfyUI certainly did not take it.
            SubmitUncertainError: it may have; look into queue, then history.
        """
        body: dict[str, Any] = {"prompt": graph, "prompt_id": prompt_id, "client_id": client_id}
        if extra_pnginfo is not None:
            body["extra_data"] = {"extra_pnginfo": extra_pnginfo}
        try:
            payload = msgspec.json.encode(body)
        except UnicodeEncodeError as error:
            raise GraphRefusedError("the graph holds text that is not valid Unicode") from error
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
        body = BytesIO(payload)  # aiohttp warns of large bodies in plain bytes
        try:
            async with self.http.post(url, data=body, headers=_JSON, timeout=timeout) as reply:
                return reply.status, await reply.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise self._unreachable(error) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise SubmitUncertainError(
                f"no answer from ComfyUI at {self._shown_url} to a prompt: {_reason(error)}"
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
                f"ComfyUI at {self._shown_url} is too old: it chooses prompt ids itself"
            )
        if accepted_prompt.node_errors:
            await self._try_to_cancel(prompt_id)
            raise partial_refusal(accepted_prompt.node_errors, graph)

    async def _try_to_cancel(self, prompt_id: str) -> None:
        try:
            await self.cancel(prompt_id)
        except ComfyUnreachableError as error:  # the verdict on the graph matters more
            logger.warning("comfyui.remains_in_queue", url=self._shown_url, error=str(error))

    async def queue(self) -> QueueSnapshot:
        """Read the queue; costly when graphs are large, as ComfyUI sends them whole."""
        return QueueSnapshot.of(await self._get("/queue", QueueAnswer))

    async def history(self, prompt_id: str) -> HistoryEntry | None:
        """Return how a prompt ended, None while it has not or if it is unknown."""
        path = f"/history/{quote(prompt_id, safe='')}"
        return (await self._get(path, dict[str, HistoryEntry])).get(prompt_id)

    async def locate(self, prompt_id: str) -> Located:
        """Find a prompt; the queue is read before the history, so that none slips between."""
        queued = locate_in_queue(prompt_id, await self.queue())
        if queued is not None:
            return queued
        entry = await self.history(prompt_id)
        return Absent() if entry is None else InHistory(entry)

    async def delete_queued(self, prompt_id: str) -> None:
        """Take a waiting prompt out of the queue; a running or unknown one is left alone."""
        await self._post("/queue", {"delete": [prompt_id]})

    async def interrupt(self, prompt_id: str) -> bool:
        """Interrupt the prompt if it runs; nobody else's.

        Returns:
            False if nothing was sent, because this version would stop whatever runs.
        """
        # Asked each time: the server may have been exchanged since the last look.
        version = (await self.system_stats()).system.comfyui_version
        if not supports_targeted_interrupt(version):
            logger.warning("comfyui.interrupt_skipped", url=self._shown_url, version=version)
            return False
        if not prompt_id:  # ComfyUI takes an empty id for "whatever runs"
            raise ValueError("an interrupt needs a prompt id")
        await self._post("/interrupt", {"prompt_id": prompt_id})
        return True

    async def cancel(self, prompt_id: str) -> bool:
        """Delete and interrupt a prompt: it may move from waiting to running in between.

        Returns:
            False if this version does not allow to interrupt it.
        """
        await self.delete_queued(prompt_id)
        return await self.interrupt(prompt_id)

    async def delete_history(self, prompt_id: str) -> None:
        """Delete the history entry; its files stay."""
        await self._post("/history", {"delete": [prompt_id]})

    async def queue_remaining(self) -> int:
        """Return how many prompts run or wait, cheaply."""
        return int((await self._get("/prompt", PromptCount)).exec_info.queue_remaining)

    async def system_stats(self) -> SystemStats:
        """Return version, memory and devices."""
        return await self._get("/system_stats", SystemStats)

    async def features(self) -> dict[str, Any]:
        """Return the feature flags; empty for servers that have none."""
        return await self._get_optional("/features", dict[str, Any]) or {}

    async def folders(self) -> tuple[str, ...]:
        """Return the names of the model folders."""
        return await self._get("/models", tuple[str, ...])

    async def models(self, folder: str) -> tuple[str, ...]:
        """Return the files of a model folder, as the loaders want them named; unknown: none."""
        return await self._get_optional(f"/models/{quote(folder, safe='')}", tuple[str, ...]) or ()

    async def experiment_models(self, folder: str) -> tuple[ModelFile, ...] | None:
        """Return the files of a model folder with size and time; None where this is not offered."""
        path = f"/experiment/models/{quote(folder, safe='')}"
        return await self._get_optional(path, tuple[ModelFile, ...])

    async def view_metadata(self, folder: str, name: str) -> dict[str, Any] | None:
        """Return the safetensors metadata of a model.

        None has four causes that ComfyUI does not tell apart: no such file, no metadata, a header
        above 1 MiB, not safetensors.
        """
        path = f"/view_metadata/{quote(folder, safe='')}"
        return await self._get_optional(path, dict[str, Any], {"filename": name})

    async def model_preview(
        self, folder: str, path_index: int, name: str, *, limit_bytes: int
    ) -> bytes | None:
        """Return the image beside or inside a model file, None where there is none to be had.

        Args:
            folder: ComfyUI's name of the folder.
            path_index: Which of the folder's directories, as ``experiment_models`` tells.
            name: The file's name below it.
            limit_bytes: What is longer counts as none.
        """
        place = f"{quote(folder, safe='')}/{path_index}/{quote(name)}"
        url = f"{self.base_url}/experiment/models/preview/{place}"
        timeout = self._timeout(self.timeouts.read_seconds)
        data = bytearray()
        try:
            async with self.http.get(URL(url, encoded=True), timeout=timeout) as reply:
                if reply.status != HTTPStatus.OK:
                    return None
                async for chunk in reply.content.iter_any():
                    data += chunk
                    if len(data) > limit_bytes:
                        return None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise self._unreachable(error) from error
        return bytes(data)

    async def object_info(self, node: str | None = None) -> dict[str, NodeInfo]:
        """Return what is known of all node classes (324 KB), or of one; unknown: empty."""
        path = "/object_info" if node is None else f"/object_info/{quote(node, safe='')}"
        return await self._get(path, dict[str, NodeInfo])

    async def _get(self, path: str, shape: type[Shape]) -> Shape:
        found = await self._get_optional(path, shape)
        if found is None:
            raise ComfyUnreachableError(f"{self._shown_url} has no {path}: not ComfyUI?")
        return found

    async def _get_optional(
        self, path: str, shape: type[Shape], params: Mapping[str, str] | None = None
    ) -> Shape | None:
        status, body = await self._request("GET", path, params=params)
        if status == HTTPStatus.NOT_FOUND:
            return None
        self._expect_success(status, path)
        try:
            if len(body) > _LARGE_BODY_BYTES:
                return await asyncio.to_thread(decode, body, shape)
            return decode(body, shape)
        except MalformedError as error:
            raise ComfyUnreachableError(
                f"{self._shown_url}{path} answered nonsense: {error}"
            ) from error

    async def _post(self, path: str, body: Mapping[str, Any]) -> None:
        status, _ = await self._request("POST", path, data=msgspec.json.encode(body))
        self._expect_success(status, path)

    async def _request(
        self,
        method: str,
        path: str,
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
            ) as reply:
                return reply.status, await reply.read()
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
            f"ComfyUI at {self._shown_url} does not answer: {_reason(error)}"
        )
