"""Follow one prompt at its backend: limits, cancellation, progress."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Any

import structlog

from genonaut.comfyui import (
    INPUT_NODES,
    ComfyBackend,
    ComfyUnreachableError,
    Ended,
    Event,
    ImageRef,
    ImageSaved,
    Interrupted,
    Lost,
    NodeFailed,
    NoOutput,
    Outcome,
    OutOfMemory,
    Preview,
    PromptProgress,
    PromptWatch,
    Queued,
    Running,
    Started,
    Succeeded,
    Unreachable,
    Waiting,
)
from genonaut.config.settings import JobSettings
from genonaut.jobs.queue.claim import Claim
from genonaut.jobs.rendering.active_attempt import ActiveAttempt
from genonaut.jobs.rendering.progress_publisher import ProgressPublisher
from genonaut.jobs.rendering.retry_policy import Failure, Fault
from genonaut.realtime import JobProgress

log = structlog.get_logger()
_STOP_RETRY_SECONDS = 2.0


class StopReason(Enum):
    """Why a prompt is removed from its backend."""

    CANCELLED = auto()
    TIME_LIMIT = auto()
    NOT_STARTED = auto()


class CancelledByOwnerError(Exception):
    """The prompt was stopped because cancellation was requested."""


class LeaseLostError(Exception):
    """The lease is lost; the prompt belongs to another attempt."""


class PromptFollower:
    """Waits for the end of one prompt; stops it on cancellation or at a limit."""

    def __init__(
        self,
        attempt: ActiveAttempt,
        backend: ComfyBackend,
        watch: PromptWatch,
        publisher: ProgressPublisher,
        settings: JobSettings,
        *,
        has_other_backend: Callable[[], Awaitable[bool]],
        has_free_backend: Callable[[], Awaitable[bool]],
        on_image: Callable[[ImageRef], None],
    ) -> None:
        """Follow the prompt of ``attempt``; ``on_image`` is called with an image that it has saved.

        ``has_other_backend`` returns whether another backend can run the job, ``has_free_backend``
        whether it also has a free slot.
        """
        self._has_other_backend = has_other_backend
        self._has_free_backend = has_free_backend
        self._on_image = on_image
        self._attempt = attempt
        self._backend = backend
        self._watch = watch
        self._publisher = publisher
        self._settings = settings
        self._stop: StopReason | None = None
        self._stop_sent_at = 0.0
        self._waiting_since = time.monotonic()
        self._frozen_seconds = 0.0

    async def outcome(self) -> Succeeded:
        """Return the images when the prompt has ended.

        Raises:
            Failure: the prompt failed.
            CancelledByOwnerError: it was stopped on request.
            LeaseLostError: the lease is lost.
        """
        signal = asyncio.create_task(self._attempt.wait_for_signal())
        upcoming: asyncio.Task[Event] = asyncio.create_task(_next(self._watch))
        try:
            while True:
                await self._wait({signal, upcoming}, await self._enforce_limits())
                if upcoming.done():
                    if (ended := await self._handle_ready(upcoming.result())) is not None:
                        self._mark_executed(ended)
                        return self._result_of(ended.outcome)
                    upcoming = asyncio.create_task(_next(self._watch))
                if signal.done():
                    signal = asyncio.create_task(self._attempt.wait_for_signal())
        finally:
            for task in (signal, upcoming):
                task.cancel()
            await asyncio.gather(signal, upcoming, return_exceptions=True)

    async def _handle_ready(self, first: Event) -> Ended | None:
        """Handle an event and those that follow without waiting; return the last one of the prompt."""
        event: Event | None = first
        while event is not None:
            if isinstance(event, Ended):
                return event
            await self._handle(event)
            event = self._watch.next_ready()
        return None

    async def _wait(self, tasks: set[asyncio.Task[Any]], seconds: float) -> None:
        """Wait for one of the tasks, at most ``seconds``.

        If it takes longer, this process was frozen. The excess does not count towards the limits
        of the prompt, as its server may have been frozen as well.
        """
        began = time.monotonic()
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        excess_seconds = max(time.monotonic() - began - seconds, 0.0)
        if self._attempt.executing_seconds is None:
            self._waiting_since += excess_seconds
        else:
            self._frozen_seconds += excess_seconds

    async def _enforce_limits(self) -> float:
        """Stop the prompt if there is a reason to; return the seconds until the next check."""
        self._stop = self._stop or await self._reason_to_stop()
        if self._attempt.is_fenced:
            raise LeaseLostError
        if self._stop is None:
            return 1.0
        if self._stop is not StopReason.CANCELLED and self._ran_longer_than(
            self._settings.hard_limit_seconds
        ):
            raise self._time_limit()
        remaining = self._stop_sent_at + _STOP_RETRY_SECONDS - time.monotonic()
        if remaining > 0:
            return remaining
        self._stop_sent_at = time.monotonic()
        try:
            await self._backend.cancel_prompt(self._attempt.claim.prompt_id)
        except ComfyUnreachableError as error:
            log.info("job.stop_failed", job=self._attempt.claim.job_id, error=str(error))
        return _STOP_RETRY_SECONDS

    async def _reason_to_stop(self) -> StopReason | None:
        if self._attempt.is_cancelled:
            return StopReason.CANCELLED
        if self._attempt.executing_seconds is None:
            if await self._waited_too_long() and await self._is_located_as(Waiting):
                return StopReason.NOT_STARTED
        elif self._ran_longer_than(self._settings.run_limit_seconds) and await self._is_located_as(
            Running
        ):
            return StopReason.TIME_LIMIT
        return None

    async def _is_located_as(self, kind: type[Running | Waiting]) -> bool:
        """Ask the backend for the prompt's state; frames about its start or end may be unread."""
        try:
            located = await self._backend.client.locate(self._attempt.claim.prompt_id)
        except ComfyUnreachableError:
            return False  # the watch reports how long that lasts
        if isinstance(located, kind):
            return True
        self._watch.check_now()
        return False

    def _ran_longer_than(self, seconds: float) -> bool:
        ran_seconds = self._attempt.executing_seconds
        return ran_seconds is not None and ran_seconds - self._frozen_seconds > seconds

    async def _waited_too_long(self) -> bool:
        """Return whether the prompt is better removed; not if no other backend can run the job."""
        if self._backend.is_stuck:
            return True
        if time.monotonic() - self._waiting_since <= self._settings.start_limit_seconds:
            return False
        if await self._has_other_backend():
            return True
        self._waiting_since = time.monotonic()
        return False

    async def _handle(self, event: Event) -> None:
        claim = self._attempt.claim
        match event:
            case Queued():
                self._publisher.waits_at_backend(claim)
            case Started():
                self._attempt.mark_executing()
                # Without a progress the job is shown as waiting in the backend's queue.
                self._publisher.progress(claim, JobProgress(claim.attempt, 0, None))
            case PromptProgress():
                self._publisher.progress(claim, _progress_of(claim, event))
            case Preview():
                self._publisher.preview(claim, event.mime, event.image)
            case ImageSaved():
                self._on_image(event.image)
            case Unreachable() if await self._is_given_up(event):
                raise Failure(Fault.UNREACHABLE, f"{claim.backend} does not answer: {event.reason}")
            case _:
                pass

    async def _is_given_up(self, event: Unreachable) -> bool:
        """Return whether the backend was away for too long, or another one has a free slot."""
        if event.for_seconds > self._settings.resume_seconds:
            return True
        return not self._backend.is_up and await self._has_free_backend()

    def _mark_executed(self, event: Ended) -> None:
        """Record the run time if the start was missed, as while the websocket was away."""
        if event.ran_seconds is not None:
            self._attempt.mark_executing(ago_seconds=event.ran_seconds)

    def _result_of(self, outcome: Outcome) -> Succeeded:
        match outcome:
            case Succeeded():
                return outcome
            case Interrupted() | Lost():
                raise self._error_of_missing(outcome)
            case OutOfMemory():
                raise Failure(
                    Fault.OUT_OF_MEMORY, f"{outcome.node_type} ran out of memory: {outcome.message}"
                )
            case NodeFailed() if outcome.node_type in INPUT_NODES:
                raise Failure(
                    Fault.INPUT_GONE, f"{outcome.node_type} cannot read its file: {outcome.message}"
                )
            case NodeFailed():
                where = f"{outcome.node_type} failed: {outcome.exception_type}"
                raise Failure(Fault.NODE_FAILED, f"{where}: {outcome.message}")
            case NoOutput():
                reason = outcome.reason or "the run ended without an image"
                raise Failure(Fault.NO_OUTPUT, reason)

    def _error_of_missing(self, outcome: Interrupted | Lost) -> Exception:
        if self._stop is StopReason.CANCELLED or self._attempt.is_cancelled:
            return CancelledByOwnerError()
        if self._stop is StopReason.TIME_LIMIT:
            return self._time_limit()
        if self._stop is StopReason.NOT_STARTED:
            return Failure(Fault.NOT_STARTED, f"{self._attempt.claim.backend} did not start it")
        if isinstance(outcome, Interrupted):
            return Failure(Fault.INTERRUPTED, "it was interrupted at the ComfyUI server")
        return self._error_of_lost()

    def _error_of_lost(self) -> Failure:
        if self._attempt.submit_error is not None:
            return Failure(Fault.SERVER_ERROR, self._attempt.submit_error)
        if self._attempt.is_posted:
            return Failure(
                Fault.PROMPT_LOST, "the ComfyUI server lost the prompt, as after a restart"
            )
        return Failure(Fault.UNREACHABLE, "the ComfyUI server never received the prompt")

    def _time_limit(self) -> Failure:
        minutes = self._settings.run_limit_seconds / 60
        return Failure(Fault.TIME_LIMIT, f"it ran for more than {minutes:g} minutes")


async def _next(watch: PromptWatch) -> Event:
    return await anext(watch)


def _progress_of(claim: Claim, event: PromptProgress) -> JobProgress:
    node = event.node_type or event.node
    return JobProgress(claim.attempt, event.percent, node, event.step, event.total)
