"""Follow one prompt at its backend: limits, wishes to stop, progress."""

import asyncio
import time
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

import structlog

from genonaut.comfyui import (
    ComfyBackend,
    ComfyUnreachableError,
    Ended,
    Event,
    Interrupted,
    Lost,
    NodeFailed,
    NoOutput,
    Outcome,
    OutOfMemory,
    Preview,
    PromptProgress,
    PromptWatch,
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
_ASK_AGAIN_SECONDS = 2.0


class Stop(Enum):
    """Why we take a prompt away from its backend."""

    CANCELLED = auto()
    TIME_LIMIT = auto()
    NOT_STARTED = auto()


class CancelledByOwnerError(Exception):
    """The prompt was stopped because somebody wanted the job to stop."""


class FencedOffError(Exception):
    """The attempt was taken from this worker; what runs on belongs to somebody else."""


class PromptFollower:
    """Waits for one prompt's end and asks the backend to stop it when it must."""

    def __init__(
        self,
        held: ActiveAttempt,
        backend: ComfyBackend,
        watch: PromptWatch,
        publisher: ProgressPublisher,
        settings: JobSettings,
        *,
        is_in_line: Callable[[], bool],
    ) -> None:
        """Take what to follow; ``is_in_line`` tells that it waits for no more than another of ours."""
        self._is_in_line = is_in_line
        self._held = held
        self._backend = backend
        self._watch = watch
        self._publisher = publisher
        self._settings = settings
        self._stop: Stop | None = None
        self._asked_at = 0.0
        self._followed_since = time.monotonic()
        self._excused_seconds = 0.0

    async def outcome(self) -> Succeeded:
        """Return the images, or raise what else became of the prompt.

        Raises:
            Failure: it failed, for the retry table to judge.
            CancelledByOwnerError: it was stopped as wished.
            FencedOffError: the attempt is not ours any more.
        """
        attention = asyncio.create_task(self._held.attention())
        upcoming: asyncio.Task[Event] = asyncio.create_task(_next(self._watch))
        try:
            while True:
                await self._wait({attention, upcoming}, await self._enforce_limits())
                if upcoming.done():
                    event = upcoming.result()
                    if isinstance(event, Ended):
                        self._note_run(event)
                        return self._judge(event.outcome)
                    self._note(event)
                    upcoming = asyncio.create_task(_next(self._watch))
                if attention.done():
                    attention = asyncio.create_task(self._held.attention())
        finally:
            for task in (attention, upcoming):
                task.cancel()
            await asyncio.gather(attention, upcoming, return_exceptions=True)

    async def _wait(self, tasks: set[asyncio.Task[Any]], seconds: float) -> None:
        """Wait for one of the tasks; what it takes beyond the limit, we stood still.

        That is held against no prompt: its server may have stood still with us.
        """
        began = time.monotonic()
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        overslept = max(time.monotonic() - began - seconds, 0.0)
        if self._held.executing_seconds is None:
            self._followed_since += overslept
        else:
            self._excused_seconds += overslept

    async def _enforce_limits(self) -> float:
        """Ask the backend to stop when it is time; returns the seconds until the next look."""
        self._stop = self._stop or await self._reason_to_stop()
        if self._held.is_fenced:
            raise FencedOffError
        if self._stop is None:
            return 1.0
        if self._stop is not Stop.CANCELLED and self._ran_longer_than(
            self._settings.hard_limit_seconds
        ):
            raise self._time_limit()
        remaining = self._asked_at + _ASK_AGAIN_SECONDS - time.monotonic()
        if remaining > 0:
            return remaining
        self._asked_at = time.monotonic()
        try:
            await self._backend.cancel_prompt(self._held.claim.prompt_id)
        except ComfyUnreachableError as error:
            log.info("job.stop_unheard", job=self._held.claim.job_id, error=str(error))
        return _ASK_AGAIN_SECONDS

    async def _reason_to_stop(self) -> Stop | None:
        if self._held.is_cancelled:
            return Stop.CANCELLED
        if self._held.executing_seconds is None:
            if self._waited_too_long() and await self._is_still(Waiting):
                return Stop.NOT_STARTED
        elif self._ran_longer_than(self._settings.run_limit_seconds) and await self._is_still(
            Running
        ):
            return Stop.TIME_LIMIT
        return None

    async def _is_still(self, kind: type[Running | Waiting]) -> bool:
        """Ask the server itself: that the prompt has begun or ended may be news we have not read."""
        try:
            located = await self._backend.client.locate(self._held.claim.prompt_id)
        except ComfyUnreachableError:
            return False  # the watch tells how long that lasts
        if isinstance(located, kind):
            return True
        self._watch.check_now()
        return False

    def _ran_longer_than(self, seconds: float) -> bool:
        ran_seconds = self._held.executing_seconds
        return ran_seconds is not None and ran_seconds - self._excused_seconds > seconds

    def _waited_too_long(self) -> bool:
        if self._is_in_line():
            self._followed_since = time.monotonic()
        waited = time.monotonic() - self._followed_since
        return waited > self._settings.start_limit_seconds or self._backend.is_stuck

    def _note(self, event: Event) -> None:
        claim = self._held.claim
        match event:
            case Started():
                self._held.note_start()
            case PromptProgress():
                self._publisher.progress(claim, _progress_of(claim, event))
            case Preview():
                self._publisher.preview(claim, event.mime, event.image)
            case Unreachable() if event.for_seconds > self._settings.resume_seconds:
                raise Failure(Fault.UNREACHABLE, f"{claim.backend} does not answer: {event.reason}")
            case _:
                pass

    def _note_run(self, event: Ended) -> None:
        """Note that it ran although nobody heard of its start, as while the websocket was away."""
        if event.ran_seconds is not None:
            self._held.note_start(ago_seconds=event.ran_seconds)

    def _judge(self, outcome: Outcome) -> Succeeded:
        match outcome:
            case Succeeded():
                return outcome
            case Interrupted() | Lost():
                raise self._explain_absence(outcome)
            case OutOfMemory():
                raise Failure(
                    Fault.OUT_OF_MEMORY, f"{outcome.node_type} ran out of memory: {outcome.message}"
                )
            case NodeFailed():
                where = f"{outcome.node_type} failed: {outcome.exception_type}"
                raise Failure(Fault.NODE_FAILED, f"{where}: {outcome.message}")
            case NoOutput():
                reason = outcome.reason or "the run ended without an image"
                raise Failure(Fault.NO_OUTPUT, reason)

    def _explain_absence(self, outcome: Interrupted | Lost) -> Exception:
        if self._stop is Stop.CANCELLED or self._held.is_cancelled:
            return CancelledByOwnerError()
        if self._stop is Stop.TIME_LIMIT:
            return self._time_limit()
        if self._stop is Stop.NOT_STARTED:
            return Failure(Fault.NOT_STARTED, f"{self._held.claim.backend} did not begin it")
        if isinstance(outcome, Interrupted):
            return Failure(Fault.INTERRUPTED, "somebody interrupted it at the ComfyUI server")
        return self._explain_loss()

    def _explain_loss(self) -> Failure:
        if self._held.post_trouble is not None:
            return Failure(Fault.SERVER_ERROR, self._held.post_trouble)
        if self._held.is_posted:
            return Failure(Fault.PROMPT_LOST, "the ComfyUI server lost it, as after a restart")
        return Failure(Fault.UNREACHABLE, "the ComfyUI server never got it")

    def _time_limit(self) -> Failure:
        minutes = self._settings.run_limit_seconds / 60
        return Failure(Fault.TIME_LIMIT, f"it ran for more than {minutes:g} minutes")


async def _next(watch: PromptWatch) -> Event:
    return await anext(watch)


def _progress_of(claim: Claim, event: PromptProgress) -> JobProgress:
    node = event.node_type or event.node
    return JobProgress(claim.attempt, event.percent, node, event.step, event.total)
