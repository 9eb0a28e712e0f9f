"""One backend: HTTP client, websocket listener, health and model lists of a ComfyUI server."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import aiohttp
import msgspec
import structlog

from genonaut.comfyui.background_task import start_background_task
from genonaut.comfyui.client import ComfyClient
from genonaut.comfyui.connection import NO_ACCESS_DATA, ServerAccess
from genonaut.comfyui.errors import (
    ComfyTooOldError,
    ComfyUnreachableError,
    GraphRefusedError,
    SubmitUncertainError,
)
from genonaut.comfyui.graphs.nodes import Graph
from genonaut.comfyui.inherited_client_ids import InheritedClientIds
from genonaut.comfyui.prompt_watch import PromptWatch
from genonaut.comfyui.server_offers import Models, ServerOffers
from genonaut.comfyui.settings import DEFAULT_CONNECTION_SETTINGS, ConnectionSettings
from genonaut.comfyui.websocket_listener import WebsocketListener
from genonaut.comfyui.wire import NodeInfo

logger = structlog.get_logger(__name__)

# After this many failed connections in a row a submission no longer waits for the websocket: a proxy
# may be blocking it.
_FAILURES_UNTIL_NO_WAIT = 5


class BackendHealth(msgspec.Struct, frozen=True):
    """Result of the last health check; counts are zero while the backend is down."""

    is_up: bool = False
    version: str | None = None
    reason: str = "not checked yet"
    running: int = 0
    pending: int = 0
    is_stuck: bool = False

    @property
    def status_text(self) -> str:
        """Return the state of the backend as one sentence."""
        if not self.is_up:
            return self.reason
        if self.is_stuck:
            if not self.pending:
                return "stuck: prompts were waiting recently and none of them ran"
            return f"stuck: {self.pending} prompts are waiting and nothing is running"
        return f"up, {self.running} running, {self.pending} waiting"


class ComfyBackend:
    """Client, listener, health and model lists of one server; one instance per process.

    Args:
        name: the name of the backend in the settings.
        base_url: root of its HTTP API.
        http: shared session; the caller closes it.
        access: headers and TLS data that the server requires.
        settings: intervals and limits.
        on_change: called when the server goes up or down, gets stuck, changes version or lacks a
            file that it has listed; must neither block nor raise.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        http: aiohttp.ClientSession,
        *,
        access: ServerAccess = NO_ACCESS_DATA,
        settings: ConnectionSettings = DEFAULT_CONNECTION_SETTINGS,
        on_change: Callable[["ComfyBackend"], None] | None = None,
    ) -> None:
        self.name = name
        self.settings = settings
        self.client = ComfyClient(base_url, http, timeouts=settings.timeouts, access=access)
        self.listener = WebsocketListener(self.client.connection, settings=settings.listener)
        self.offers = ServerOffers(
            self.client,
            models_seconds=settings.models_seconds,
            object_info_seconds=settings.object_info_seconds,
        )
        self.health = BackendHealth()
        self.run = 0
        """Counts the times that the server came up: what an earlier run had may be gone."""
        self._on_change = on_change
        self._inherited = InheritedClientIds(self.listener)
        self._watches: defaultdict[str, list[PromptWatch]] = defaultdict(list)
        self._failures = 0
        self._clock = asyncio.get_running_loop().time
        self._checked_at = 0.0
        self._idle_seconds: float | None = None
        self._suspected_until: float | None = None
        self._up = asyncio.Event()
        self._resources = AsyncExitStack()
        self._monitor: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as resources:
            await resources.enter_async_context(self.listener)
            await self.check()
            self._monitor = start_background_task(
                self._monitor_health(), name=f"comfyui health {self.name}"
            )
            self._resources = resources.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._monitor is not None:
            self._monitor.cancel()
            await asyncio.wait({self._monitor})
        await self._resources.aclose()

    @property
    def is_up(self) -> bool:
        """Return whether the server answers; a stuck server counts as up."""
        return self.health.is_up

    @property
    def is_stuck(self) -> bool:
        """Return whether prompts have been waiting while nothing runs: ComfyUI's worker died."""
        return self.health.is_stuck

    @property
    def version(self) -> str | None:
        """Return ComfyUI's version, None while it is unknown."""
        return self.health.version

    @property
    def status_text(self) -> str:
        """Return the state of the backend as one sentence."""
        return self.health.status_text

    async def wait_up(self, timeout_seconds: float) -> bool:
        """Wait until the server answers; return False after the timeout."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._up.wait()
        except TimeoutError:
            return False
        return True

    @asynccontextmanager
    async def watch_prompt(
        self,
        prompt_id: str,
        *,
        attached: bool = False,
        graph: Graph | None = None,
        trusts_success: bool = False,
    ) -> AsyncIterator[PromptWatch]:
        """Follow a prompt. Enter before submitting: frames may arrive before the response.

        Args:
            prompt_id: the prompt, which is submitted while the context is open.
            attached: the prompt was submitted earlier, by another process or connection.
            graph: the graph that was submitted earlier; without it, progress reports node and step only.
            trusts_success: the outcome of a run that saved an image may come from its frames, without its
                history; enough for graphs of which one image is the only result.
        """
        async with AsyncExitStack() as resources:
            frame_queue = resources.enter_context(self.listener.subscribe(prompt_id))
            watch = PromptWatch(
                prompt_id,
                client=self.client,
                listener=self.listener,
                frame_queue=frame_queue,
                settings=self.settings.watch,
                attached=attached,
                graph=graph,
                trusts_success=trusts_success,
                inherit=lambda client_id: resources.enter_async_context(
                    self._inherited.listener_for(client_id)
                ),
            )
            self._watches[prompt_id].append(watch)
            try:
                yield watch
            finally:
                self._watches[prompt_id].remove(watch)
                if not self._watches[prompt_id]:
                    del self._watches[prompt_id]

    async def submit(
        self, graph: Graph, *, prompt_id: str, extra_pnginfo: Mapping[str, Any] | None = None
    ) -> None:
        """Queue a graph under a new prompt id; raises the errors of ComfyClient.submit.

        After SubmitUncertainError, keep iterating the watch: it finds the prompt or ends with Lost.
        """
        if self.listener.failures < _FAILURES_UNTIL_NO_WAIT:
            await self.listener.wait_connected(self.settings.submit_connect_seconds)
        # Without a socket no client listens under this id, and the watch polls.
        client_id = (self.listener.connected and self.listener.client_id) or uuid4().hex
        watches = list(self._watches.get(prompt_id, ()))
        for watch in watches:
            watch.mark_submitting(graph, client_id)
        posted_at = asyncio.get_running_loop().time()
        try:
            await self.client.submit(
                graph, prompt_id=prompt_id, client_id=client_id, extra_pnginfo=extra_pnginfo
            )
        except SubmitUncertainError:
            for watch in watches:
                watch.check_now()
            raise
        except (GraphRefusedError, ComfyUnreachableError, ComfyTooOldError):
            for watch in watches:
                watch.mark_refused()
            raise
        self.listener.expect_status(since=posted_at)
        for watch in watches:
            watch.mark_submitted()

    async def cancel_prompt(self, prompt_id: str) -> bool:
        """Delete and interrupt a prompt; its watch reports the actual outcome.

        Returns:
            False if a running prompt continues, because this version cannot interrupt a single prompt.

        Raises:
            ComfyUnreachableError: the server did not answer; the prompt may continue.
        """
        can_interrupt = await self.client.cancel(prompt_id)
        for watch in self._watches.get(prompt_id, ()):
            watch.mark_cancelled()
        return can_interrupt

    async def models(self) -> Models:
        """Return the cached model lists."""
        return await self.offers.models()

    async def object_info(self) -> dict[str, NodeInfo]:
        """Return the cached node classes."""
        return await self.offers.object_info()

    def invalidate_models(self) -> None:
        """Mark the model lists as outdated: they name a file that the server no longer has."""
        self.offers.invalidate()
        if self._on_change is not None:
            self._on_change(self)

    async def check(self) -> BackendHealth:
        """Check the server and store the result."""
        try:
            health = await self._fetch_health()
        except ComfyUnreachableError as error:
            self._failures += 1
            # One slow response is not an outage: ComfyUI may not answer while it loads a checkpoint.
            if self.is_up and self._failures < self.settings.failures_until_down:
                return self.health
            health = BackendHealth(version=self.version, reason=str(error))
        else:
            self._failures = 0
        self._update_health(health)
        return health

    async def _fetch_health(self) -> BackendHealth:
        stats = await self.client.system_stats()
        running = pending = 0
        # GET /queue returns whole graphs, so read the count first.
        if await self.client.queue_remaining() > 0:
            queue = await self.client.queue()
            running, pending = len(queue.running), len(queue.pending)
        return BackendHealth(
            is_up=True,
            version=stats.system.comfyui_version,
            reason="",
            running=running,
            pending=pending,
            is_stuck=self._detect_stuck(running=running, pending=pending),
        )

    def _detect_stuck(self, *, running: int, pending: int) -> bool:
        """Return whether prompts have been waiting while nothing runs, or did so recently.

        The state outlives the prompts that caused it: they are moved to another backend at once, and
        an empty queue proves nothing. It ends when a prompt runs, after an outage, or after
        ``stuck_seconds``.
        """
        now, limit = self._clock(), self.settings.stuck_seconds
        # Two checks are not enough: both processes may have been frozen between them.
        passed, self._checked_at = min(now - self._checked_at, limit / 2), now
        if running:
            self._idle_seconds = self._suspected_until = None
            return False
        if not pending:
            self._idle_seconds = None
        elif self._idle_seconds is None:
            self._idle_seconds = 0.0
        else:
            self._idle_seconds += passed
            if self._idle_seconds >= limit:
                self._suspected_until = now + limit
        return self._suspected_until is not None and now < self._suspected_until

    def _update_health(self, health: BackendHealth) -> None:
        before, self.health = self.health, health
        if health.is_up:
            self._up.set()
        else:
            self._up.clear()
            self._idle_seconds = self._suspected_until = None
        facts = (health.is_up, health.is_stuck, health.version)
        if facts == (before.is_up, before.is_stuck, before.version):
            return
        if health.is_up and not before.is_up:
            self.run += 1
            self.offers.invalidate()
            self.listener.reconnect_now()
        logger.info("comfyui.backend_changed", backend=self.name, status=health.status_text)
        if self._on_change is not None:
            self._on_change(self)

    async def _monitor_health(self) -> None:
        while True:
            is_doubtful = not self.is_up or self._failures > 0
            settings = self.settings
            await asyncio.sleep(
                settings.recheck_seconds if is_doubtful else settings.health_seconds
            )
            health = await self.check()
            if health.is_up and self.offers.is_stale:
                await self._refresh_models()

    async def _refresh_models(self) -> None:
        try:
            await self.offers.models()
        except ComfyUnreachableError as error:
            logger.info("comfyui.models_unread", backend=self.name, error=str(error))
