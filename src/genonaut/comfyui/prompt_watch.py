"""Follows one prompt to its end: websocket frames for speed, HTTP for the outcome."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Self

import structlog

from genonaut.comfyui.client import ComfyClient
from genonaut.comfyui.errors import ComfyUnreachableError
from genonaut.comfyui.events import (
    Ended,
    Event,
    ImageSaved,
    Preview,
    Queued,
    Reachable,
    Started,
    Unreachable,
)
from genonaut.comfyui.frame_queue import FrameQueue
from genonaut.comfyui.frames import (
    ConnectionFrame,
    ErrorFrame,
    ExecutedFrame,
    ExecutingFrame,
    Frame,
    InterruptedFrame,
    PreviewFrame,
    StartFrame,
    SuccessFrame,
    saved_image_of,
)
from genonaut.comfyui.location import Absent, InHistory, Located, Running, Waiting
from genonaut.comfyui.outcome import Lost, NoOutput, Outcome, Succeeded, outcome_of
from genonaut.comfyui.progress_tracker import MAX_NODE_ID_LENGTH, ProgressTracker, PromptProgress
from genonaut.comfyui.settings import WatchSettings
from genonaut.comfyui.websocket_listener import WebsocketListener
from genonaut.comfyui.wire import HistoryEntry, HistoryStatus

logger = structlog.get_logger(__name__)


class PromptWatch:
    """Yields the events of one prompt, ending with Ended; made by ComfyBackend.watch_prompt.

    Frames trigger checks; the outcome comes from the history, which is complete whatever frames were lost.
    With ``trusts_success`` it comes from the frames of a run that succeeded, if all of them were received:
    that saves the last request. While the prompt's client id is not that of the open socket, the server is
    polled every ``poll_seconds``.
    """

    def __init__(
        self,
        prompt_id: str,
        *,
        client: ComfyClient,
        listener: WebsocketListener,
        frame_queue: FrameQueue,
        settings: WatchSettings,
        attached: bool,
        graph: Mapping[str, Any] | None,
        trusts_success: bool,
        inherit: Callable[[str], Awaitable[WebsocketListener]],
    ) -> None:
        self.prompt_id = prompt_id
        self._client = client
        self._listener = listener
        self._frame_queue = frame_queue
        self._settings = settings
        self._clock = asyncio.get_running_loop().time
        self._events: deque[Event] = deque()
        self._tracker = ProgressTracker(graph or {})
        self._inherit = inherit
        self._inherited_listener: WebsocketListener | None = None
        self._client_id: str | None = None
        self._is_submitted = attached
        self._is_uncertain = attached
        self._is_cancelled = False
        self._has_started = False
        self._has_ended = False
        self._is_over_by_frame = False
        # None: the frames do not suffice.
        self._results: dict[str, Any] | None = {} if trusts_success and not attached else None
        self._has_success_frame = False
        self._position: int | None = None
        self._blocked_by: str | None = None
        self._absent_since: float | None = None
        self._unreachable_since: datetime | None = None
        self._unreachable_seconds = 0.0
        self._failed_at = 0.0
        self._check_at = self._last_frame_at = self._clock()

    def mark_submitting(self, graph: Mapping[str, Any], client_id: str) -> None:
        """Record that the prompt is being posted; frames may arrive before the response."""
        self._tracker = ProgressTracker(graph)
        self._client_id = client_id
        self._is_submitted = True
        self._is_uncertain = True
        self._last_frame_at = self._clock()
        self._plan_next_check()

    def mark_submitted(self) -> None:
        """Record that ComfyUI accepted the prompt: from then on, absence means it was lost."""
        self._is_uncertain = False
        if not self._has_started:
            first = self._clock() + self._settings.first_check_seconds
            self._check_at = min(self._check_at, first)

    def mark_refused(self) -> None:
        """Record that the prompt was certainly not queued."""
        self._is_submitted = False

    def check_now(self) -> None:
        """Make the next iteration check the server instead of waiting for frames."""
        # Wakes a consumer that waits for frames.
        self._frame_queue.put(ConnectionFrame(connected=self._listener.connected))

    def mark_cancelled(self) -> None:
        """Record that this process deleted the prompt: one check then confirms its absence."""
        self._is_cancelled = True
        self.check_now()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        while not self._events:
            if self._has_ended:
                raise StopAsyncIteration
            if not self._is_submitted:
                raise RuntimeError(f"prompt {self.prompt_id} was not submitted")
            await self._advance()
        return self._events.popleft()

    def next_ready(self) -> Event | None:
        """Return the next event if it can be told from what has arrived; None if it must be waited for.

        A server sends many frames at a time; waiting for each event in turn costs more than the event.
        Progress that has been replaced already is left out.
        """
        while not self._events:
            frame = self._frame_queue.take_newest()
            if frame is None:
                return None
            self._handle_frame(frame)
        return self._events.popleft()

    async def _advance(self) -> None:
        pause = self._check_at - self._clock()
        if pause > 0 or len(self._frame_queue):
            frame = await self._frame_queue.get(timeout_seconds=max(pause, 0))
            if frame is not None:
                self._handle_frame(frame)
                return
        await self._reconcile()

    def _handle_frame(self, frame: Frame) -> None:
        if isinstance(frame, ConnectionFrame):
            self._check_at = self._clock()
            if not self._is_live():
                self._results = None
            return
        self._record_presence()
        self._plan_next_check()
        self._last_frame_at = self._clock()
        match frame:
            case StartFrame():
                self._record_start()
            case SuccessFrame() | ErrorFrame() | InterruptedFrame():
                self._record_last_messages(frame)
            case ExecutingFrame() if frame.node is None:
                self._is_over_by_frame = True
                self._check_at = self._clock()
                self._end_by_frames()
            case PreviewFrame():
                node = None if frame.node is None else str(frame.node)[:MAX_NODE_ID_LENGTH]
                self._events.append(Preview(frame.mime, frame.image, node))
            case _:
                self._record_progress(frame)

    def _record_last_messages(self, frame: SuccessFrame | ErrorFrame | InterruptedFrame) -> None:
        """Record how the run ends; an error may be followed by a success."""
        if isinstance(frame, SuccessFrame):
            self._has_success_frame = True
        else:
            self._results = None
        if isinstance(frame, ErrorFrame):
            self._blocked_by = frame.exception_message.strip() or None
        self._expect_end()

    def _record_progress(self, frame: Frame) -> None:
        self._record_start()
        if isinstance(frame, ExecutedFrame):
            result = frame.result()
            if self._results is not None and isinstance(result, dict):
                self._results[str(frame.node)] = result
            if (image := saved_image_of(result)) is not None:
                self._events.append(ImageSaved(image))
        if (progress := self._tracker.update(frame)) is not None:
            self._events.append(progress)

    def _end_by_frames(self) -> None:
        """End without asking the server if the frames say that the run succeeded and saved an image."""
        is_told = self._results is not None and self._has_success_frame and self._is_live()
        if not is_told or self._frame_queue.has_dropped_results or self._has_ended:
            return
        entry = HistoryEntry(self._results or {}, HistoryStatus("success", completed=True))
        outcome = outcome_of(entry)
        if isinstance(outcome, Succeeded) and any(one.type == "output" for one in outcome.images):
            self._end(outcome)

    def _record_presence(self) -> None:
        self._absent_since = None
        self._is_uncertain = False

    def _record_start(self) -> None:
        if not self._has_started:
            self._has_started = True
            self._events.append(Started(datetime.now(UTC)))

    def _expect_end(self) -> None:
        """Shorten the wait: `executing null` should follow; the history is not ready before it."""
        self._check_at = self._clock() + self._settings.settle_seconds

    def _plan_next_check(self) -> None:
        settings = self._settings
        pause = settings.silence_seconds if self._is_live() else settings.poll_seconds
        self._check_at = self._clock() + pause

    def _is_live(self) -> bool:
        """Return whether the open socket receives the frames of this prompt."""
        return self._listener.connected and self._listener.client_id == self._client_id

    async def _reconcile(self) -> None:
        try:
            if self._is_over_by_frame and (entry := await self._client.history(self.prompt_id)):
                located: Located = InHistory(entry)
            else:
                located = await self._client.locate(self.prompt_id)
        except ComfyUnreachableError as error:
            self._record_unreachable(str(error))
            return
        if self._unreachable_since is not None:
            self._unreachable_since = None
            self._events.append(Reachable())
        self._plan_next_check()
        self._apply_location(located)
        if isinstance(located, Running):
            await self._listen_under_original_id(located)

    def _record_unreachable(self, reason: str) -> None:
        now = self._clock()
        if self._unreachable_since is None:
            self._unreachable_since, self._unreachable_seconds = datetime.now(UTC), 0.0
        else:
            self._unreachable_seconds += min(now - self._failed_at, self._failed_check_seconds)
        self._failed_at = now
        self._events.append(Unreachable(self._unreachable_since, self._unreachable_seconds, reason))
        self._absent_since = None
        self._check_at = now + self._settings.poll_seconds

    @property
    def _failed_check_seconds(self) -> float:
        """Return the duration of a failed check with its pause; a longer one means we were frozen."""
        timeouts = self._client.connection.timeouts
        return self._settings.poll_seconds + timeouts.connect_seconds + timeouts.read_seconds

    def _apply_location(self, located: Located) -> None:
        if not isinstance(located, Absent):
            self._record_presence()
        match located:
            case InHistory():
                self._check_for_deaf_socket()
                self._end(self._outcome_of(located.entry), ran_seconds=located.entry.ran_seconds)
            case Running():
                self._record_start()
                if self._is_over_by_frame:
                    self._expect_end()
            case Waiting():
                if located.position != self._position and not self._has_started:
                    self._position = located.position
                    self._events.append(Queued(located.position))
            case Absent():
                self._record_absence()

    async def _listen_under_original_id(self, running: Running) -> None:
        """Listen under the client id with which the prompt was posted, if it is not that of our socket.

        The original socket ended with its connection or process. If ComfyUI notices that only after
        the new one has opened, the new one becomes deaf and is replaced after ``silence_seconds``.
        """
        if running.client_id in {None, self._listener.client_id}:
            return
        if self._inherited_listener is None:
            self._inherited_listener = await self._inherit(running.client_id)
        elif (
            self._clock() - self._inherited_listener.last_frame_at > self._settings.silence_seconds
        ):
            self._inherited_listener.reconnect("silent: its client id was used before")

    def _check_for_deaf_socket(self) -> None:
        """Replace the socket if it stays silent although a prompt has ended."""
        if self._is_live() and not self._is_over_by_frame:
            self._listener.expect_status(since=self._last_frame_at)

    def _outcome_of(self, entry: HistoryEntry) -> Outcome:
        outcome = outcome_of(entry)
        if isinstance(outcome, NoOutput) and self._blocked_by is not None:
            return NoOutput(self._blocked_by)
        return outcome

    def _record_absence(self) -> None:
        now = self._clock()
        if self._absent_since is None:
            self._absent_since = now
        waited = now - self._absent_since
        if waited >= self._settings.lost_confirm_seconds or self._is_removal_certain():
            self._end(Lost())
            return
        self._check_at = now + self._settings.lost_confirm_seconds - waited

    def _is_removal_certain(self) -> bool:
        """Return whether one check is enough: we deleted it, and no POST is still in progress."""
        return self._is_cancelled and not self._is_uncertain

    def _end(self, outcome: Outcome, *, ran_seconds: float | None = None) -> None:
        self._has_ended = True
        if isinstance(outcome, Succeeded) and self._has_started:
            latest = self._tracker.latest
            self._events.append(PromptProgress(100, latest.node, latest.node_type))
        self._events.append(Ended(outcome, ran_seconds))
        logger.debug(
            "comfyui.prompt_ended", prompt_id=self.prompt_id, outcome=type(outcome).__name__
        )
