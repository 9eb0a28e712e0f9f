"""Websocket connection to one ComfyUI server: dispatches frames by prompt and reconnects.

An unread socket stalls the frames of all clients of that server, so nothing here waits for a
consumer. A socket is called deaf when it is open and receives no frames.
"""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self
from uuid import uuid4

import aiohttp
import msgspec
import structlog

from genonaut.comfyui.background_task import start_background_task
from genonaut.comfyui.connection import ServerConnection
from genonaut.comfyui.frame_queue import FrameQueue
from genonaut.comfyui.frames import (
    ConnectionFrame,
    ExecutingFrame,
    Frame,
    NodeId,
    PreviewFrame,
    ProgressFrame,
    ProgressStateFrame,
    StartFrame,
    StatusFrame,
    decode_binary,
    decode_text,
)
from genonaut.comfyui.redacted_url import error_reason
from genonaut.comfyui.settings import DEFAULT_LISTENER_SETTINGS, ListenerSettings
from genonaut.comfyui.wire import MalformedError
from genonaut.core.backoff import backoff_seconds

logger = structlog.get_logger(__name__)

# Must be the first text frame of a socket; later it is ignored. Source: ComfyUI server.py, websocket_handler.
_FEATURE_FLAGS = '{"type":"feature_flags","data":{"supports_preview_metadata":true}}'
_EXTENSION_SHARE = 0.1
_OF_NO_PROMPT = (StatusFrame, ConnectionFrame)
_OF_RUNNING_PROMPT = (StartFrame, ProgressFrame, ProgressStateFrame)
# Reading buffered frames does not yield to other tasks; a flood of frames must not block them.
_FRAMES_PER_TURN = 64


class WebsocketListener:
    """Keeps one websocket open while entered; every connection has a new client id.

    An id is never reused: if the older of two sockets with one id closes after the newer one opened,
    the newer one becomes deaf (observed in 0.3.64 and 0.33.0). The exception is ``with_client_id``.
    """

    def __init__(
        self,
        connection: ServerConnection,
        *,
        settings: ListenerSettings = DEFAULT_LISTENER_SETTINGS,
        fixed_client_id: str | None = None,
    ) -> None:
        """Prepare a listener; with ``fixed_client_id``, every connection uses that id."""
        self._connection = connection
        self._fixed_client_id = fixed_client_id
        self._settings = settings
        self._frame_queues: defaultdict[str, list[FrameQueue]] = defaultdict(list)
        self._is_open = asyncio.Event()
        self._end_backoff = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._connection_task: asyncio.Task[None] | None = None
        self._deaf_check: asyncio.TimerHandle | None = None
        self._executing: tuple[str | None, NodeId] = (None, None)
        self._received = 0
        self._clock: Callable[[], float] = time.monotonic
        self.last_frame_at = 0.0
        self.client_id: str | None = None
        self.malformed_frames = 0
        self.connections = 0
        self.failures = 0

    async def __aenter__(self) -> Self:
        self._clock = asyncio.get_running_loop().time
        self._task = start_background_task(
            self._run(), name=f"comfyui listener {self._connection.shown_url}"
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cancel_deaf_check()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    @property
    def connected(self) -> bool:
        """Return whether ComfyUI has registered the current client id."""
        return self._is_open.is_set()

    async def wait_connected(self, timeout_seconds: float) -> bool:
        """Wait for a registered socket; return False after the timeout."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._is_open.wait()
        except TimeoutError:
            return False
        return True

    @contextlib.contextmanager
    def subscribe(self, prompt_id: str) -> Iterator[FrameQueue]:
        """Collect the frames of one prompt; each of several subscribers gets all of them."""
        frame_queue = FrameQueue(self._settings.queued_frames)
        self._frame_queues[prompt_id].append(frame_queue)
        try:
            yield frame_queue
        finally:
            self._frame_queues[prompt_id].remove(frame_queue)
            if not self._frame_queues[prompt_id]:
                del self._frame_queues[prompt_id]

    def with_client_id(self, client_id: str) -> "WebsocketListener":
        """Return a second listener with a fixed client id that delivers to the same subscribers."""
        other = WebsocketListener(
            self._connection, settings=self._settings, fixed_client_id=client_id
        )
        other._frame_queues = self._frame_queues
        return other

    def expect_status(self, *, since: float) -> None:
        """Reconnect unless a frame has arrived since then (loop time) or arrives soon.

        ComfyUI sends ``status`` to every socket when it queues, starts or ends a prompt.
        """
        if self.connected and self._deaf_check is None and self.last_frame_at < since:
            self._deaf_check = asyncio.get_running_loop().call_later(
                self._settings.deaf_seconds, self._extend_deaf_check
            )

    def _extend_deaf_check(self) -> None:
        """Wait a little longer for frames that are still unread.

        When a frozen process resumes, its timers run before any task has read a socket.
        """
        self._deaf_check = asyncio.get_running_loop().call_later(
            self._settings.deaf_seconds * _EXTENSION_SHARE,
            self.reconnect,
            "deaf: a prompt was queued or ended without any frame",
        )

    def reconnect(self, reason: str) -> None:
        """Replace the socket, which seems to be deaf."""
        if self._connection_task is not None and self.connected:
            logger.warning("comfyui.socket_replaced", url=self._connection.shown_url, reason=reason)
            self._connection_task.cancel()

    def reconnect_now(self) -> None:
        """End the pause before the next connection: the server answers again."""
        self._end_backoff.set()

    def _cancel_deaf_check(self) -> None:
        if self._deaf_check is not None:
            self._deaf_check.cancel()
            self._deaf_check = None

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            self._connection_task = asyncio.create_task(self._run_connection())
            try:
                await asyncio.wait({self._connection_task})
            finally:
                self._connection_task.cancel()
                await asyncio.wait({self._connection_task})
            if not self._connection_task.cancelled() and (
                error := self._connection_task.exception()
            ):
                logger.info(
                    "comfyui.socket_lost",
                    url=self._connection.shown_url,
                    error=error_reason(error),
                )
            lasted = loop.time() - began
            is_healthy = lasted > self._settings.backoff_limit_seconds
            self.failures = 0 if is_healthy else self.failures + 1
            self._end_backoff.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pause_seconds()):
                    await self._end_backoff.wait()

    def _pause_seconds(self) -> float:
        return backoff_seconds(
            self.failures,
            first=self._settings.backoff_first_seconds,
            longest=self._settings.backoff_limit_seconds,
        )

    async def _run_connection(self) -> None:
        client_id = self._fixed_client_id or uuid4().hex
        async with asyncio.timeout(self._settings.connect_seconds):
            socket = await self._connection.open_websocket(
                client_id,
                heartbeat_seconds=self._settings.heartbeat_seconds,
                limit_bytes=self._settings.message_limit_bytes,
                close_seconds=self._settings.close_seconds,
            )
        try:
            await socket.send_str(_FEATURE_FLAGS)
            # ComfyUI sends `status` once the id is registered; frames arrive only from then on.
            async with asyncio.timeout(self._settings.connect_seconds):
                first_message = await socket.receive()
            self._executing = (None, None)
            self._handle_message(first_message)
            self._mark_connected(client_id)
            async for message in socket:
                self._handle_message(message)
                if self._received % _FRAMES_PER_TURN == 0:
                    await asyncio.sleep(0)
        finally:
            self._mark_disconnected()
            await socket.close()

    def _mark_connected(self, client_id: str) -> None:
        self.client_id = client_id
        self.connections += 1
        self._is_open.set()
        self._broadcast(ConnectionFrame(connected=True))

    def _mark_disconnected(self) -> None:
        self._cancel_deaf_check()
        if self.connected:
            self._is_open.clear()
            self._broadcast(ConnectionFrame(connected=False))

    def _broadcast(self, frame: Frame) -> None:
        for frame_queues in self._frame_queues.values():
            for frame_queue in frame_queues:
                frame_queue.put(frame)

    def _handle_message(self, message: aiohttp.WSMessage) -> None:
        self._received += 1
        self.last_frame_at = self._clock()
        self._cancel_deaf_check()
        try:
            if message.type is aiohttp.WSMsgType.TEXT:
                frame = decode_text(message.data)
            elif message.type is aiohttp.WSMsgType.BINARY:
                frame = decode_binary(message.data)
            elif message.type is aiohttp.WSMsgType.ERROR:
                raise aiohttp.ClientConnectionError(str(message.data))
            else:
                raise aiohttp.ClientConnectionError(f"closed: {message.type.name}")
        except MalformedError as error:
            self.malformed_frames += 1
            logger.debug(
                "comfyui.frame_malformed", url=self._connection.shown_url, error=str(error)
            )
            return
        if frame is not None:
            self._deliver(frame)

    def _deliver(self, frame: Frame) -> None:
        if isinstance(frame, _OF_NO_PROMPT):
            return
        prompt_id, node = self._executing
        # Prompts run one at a time: a frame without prompt id belongs to the one that is executing.
        if frame.prompt_id is None and isinstance(frame, PreviewFrame):
            frame = msgspec.structs.replace(frame, prompt_id=prompt_id, node=node)
        elif frame.prompt_id is None and isinstance(frame, ProgressFrame):
            frame = msgspec.structs.replace(frame, prompt_id=prompt_id)
        elif isinstance(frame, ExecutingFrame) and frame.prompt_id is not None:
            is_over = frame.node is None
            self._executing = (
                None if is_over else frame.prompt_id,
                frame.display_node or frame.node,
            )
        elif frame.prompt_id != prompt_id and isinstance(frame, _OF_RUNNING_PROMPT):
            self._executing = (frame.prompt_id, None)
        for frame_queue in self._frame_queues.get(frame.prompt_id or "", ()):
            frame_queue.put(frame)
