"""The walk of one claimed job: post, follow, deliver, and say what became of it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path

import structlog

from genonaut.comfyui import (
    ComfyBackend,
    ComfyTooOldError,
    ComfyUnreachableError,
    Graph,
    GraphRefusedError,
    Models,
    SubmitUncertainError,
)
from genonaut.db.persistence import retry_on_disconnect
from genonaut.jobs.lifecycle.attempts import AttemptRepository, Posted
from genonaut.jobs.rendering.active_attempt import ActiveAttempt
from genonaut.jobs.rendering.attempt_outcome import FencedError, OutcomeService
from genonaut.jobs.rendering.heartbeat import Heartbeat
from genonaut.jobs.rendering.image_ingest import ImageIngest
from genonaut.jobs.rendering.progress_publisher import ProgressPublisher
from genonaut.jobs.rendering.prompt_follower import (
    CancelledByOwnerError,
    FencedOffError,
    PromptFollower,
)
from genonaut.jobs.rendering.retry_policy import Fail, Failure, Fault, TryAgain, decide
from genonaut.jobs.rendering.workflow import graph_of
from genonaut.jobs.tables import GenerationJob
from genonaut.runtime import Runtime

log = structlog.get_logger()
_LEAVE_PROMPTS = {Fault.UNREACHABLE, Fault.TIME_LIMIT, Fault.INTERNAL}
"""Faults after which the prompt may still wait or run at the backend, for nobody."""


class Renderer:
    """Renders held attempts; every way out of ``render`` has told the database, or was fenced."""

    def __init__(
        self,
        runtime: Runtime,
        backends: Mapping[str, ComfyBackend],
        leases: Heartbeat,
        publisher: ProgressPublisher,
    ) -> None:
        self._runtime = runtime
        self._backends = backends
        self._leases = leases
        self._publisher = publisher
        self._output_dirs = {
            backend.name: Path(backend.output_dir) if backend.output_dir else None
            for backend in runtime.settings.backends
        }

    async def render(self, held: ActiveAttempt) -> None:
        """Bring one attempt to its end; safe to be cancelled, then the job is handed back."""
        try:
            await self._walk(held)
        except CancelledByOwnerError:
            await self._record(held, lambda outcome: outcome.cancelled())
        except FencedOffError:
            log.info("job.fenced", job=held.claim.job_id, attempt=held.claim.attempt)
        except Failure as failure:
            await self._settle(held, failure)
        except asyncio.CancelledError:
            await asyncio.shield(self._hand_back(held))
            raise
        finally:
            self._publisher.forget(held.claim.job_id)

    async def give_up(self, held: ActiveAttempt, error: BaseException) -> None:
        """Record that a mistake of ours ended the attempt."""
        log.error("job.crashed", job=held.claim.job_id, exc_info=error)
        kind = type(error).__name__
        await self._settle(held, Failure(Fault.INTERNAL, f"Genonaut made a mistake: {kind}"))

    async def _walk(self, held: ActiveAttempt) -> None:
        claim = held.claim
        backend = self._backends[claim.backend]
        models = backend.offers.cached_models
        if models is None and not claim.is_resumed:
            models = await _models_of(backend)
        graph = graph_of(claim.spec, claim.prompt_id, models)
        async with backend.watch_prompt(
            claim.prompt_id, attached=claim.is_resumed, graph=graph
        ) as watch:
            noting = None if claim.is_resumed else await self._post(held, backend, graph)
            follower = PromptFollower(
                held,
                backend,
                watch,
                self._publisher,
                self._runtime.settings.jobs,
                is_in_line=lambda: self._is_in_line(claim.backend),
            )
            try:
                outcome = await follower.outcome()
                if noting is not None:
                    await noting
            finally:
                await _ended(noting)
        held.is_closing = True
        held.note_rendered()
        await ImageIngest(self._runtime, held, backend, self._output_dirs[claim.backend]).ingest(
            outcome
        )
        if self._runtime.settings.comfyui.delete_history:
            with contextlib.suppress(ComfyUnreachableError):
                await backend.client.delete_history(claim.prompt_id)

    def _is_in_line(self, backend: str) -> bool:
        """Tell whether one of our prompts keeps a server busy, and no other server could do more."""
        if any(
            name != backend and other.is_up and not other.is_stuck
            for name, other in self._backends.items()
        ):
            return False
        return any(
            held.claim.backend == backend
            and held.executing_seconds is not None
            and not held.is_rendered
            for held in self._leases.held
        )

    async def _post(
        self, held: ActiveAttempt, backend: ComfyBackend, graph: Graph
    ) -> asyncio.Task[None]:
        """Post the prompt; returns the task that writes so while the prompt is followed."""
        claim = held.claim
        if not self._leases.is_fresh:
            raise Failure(Fault.UNREACHABLE, "the worker lost touch with the database")
        if held.is_fenced:
            raise FencedOffError
        if held.is_cancelled:
            raise CancelledByOwnerError
        held.may_be_posted = True
        try:
            await backend.submit(graph, prompt_id=claim.prompt_id)
        except GraphRefusedError as error:
            held.may_be_posted = False
            if error.only_misses_files:
                backend.invalidate_models()
                raise Failure(Fault.MODEL_GONE, str(error)) from error
            raise Failure(Fault.GRAPH_REFUSED, str(error)) from error
        except (ComfyUnreachableError, ComfyTooOldError) as error:
            held.may_be_posted = False
            raise Failure(Fault.UNREACHABLE, str(error)) from error
        except SubmitUncertainError as error:
            # The watch finds out whether it was taken.
            log.warning("job.post_uncertain", job=claim.job_id, error=str(error))
            held.post_trouble = str(error)
        held.is_posted = True
        return asyncio.create_task(self._note_posted(held, backend, graph))

    async def _note_posted(self, held: ActiveAttempt, backend: ComfyBackend, graph: Graph) -> None:
        """Write what was posted, and look once more whether the job is to stop.

        A cancel that commits between our claim and this look had nobody to tell.
        """
        claim = held.claim

        async def act() -> Posted:
            async with self._runtime.begin() as uow:
                return await AttemptRepository(uow.session).note_posted(
                    claim.job_id,
                    claim.attempt,
                    claim.worker_id,
                    comfyui_version=backend.version,
                    graph=graph,
                )

        posted = await retry_on_disconnect(
            act, should_go_on=lambda: not held.is_fenced, name="posting"
        )
        if not posted.is_held:
            held.fence()
        elif posted.is_cancelled:
            held.cancel()

    async def _settle(self, held: ActiveAttempt, failure: Failure) -> None:
        claim = held.claim
        log.info(
            "job.attempt_failed", job=claim.job_id, fault=failure.fault, reason=failure.message
        )
        decision = decide(
            failure.fault,
            failures=claim.failures,
            out_of_memory_count=claim.out_of_memory_count,
            delays_seconds=self._runtime.settings.jobs.retry_delays_seconds,
            attempt=claim.attempt,
        )
        leaves_prompt = failure.fault in _LEAVE_PROMPTS and held.may_be_posted
        if isinstance(decision, TryAgain):
            held.look_again_seconds = decision.delay_seconds

        async def act(outcome: OutcomeService) -> GenerationJob:
            if isinstance(decision, Fail):
                stops = failure.fault in {Fault.INTERRUPTED, Fault.TIME_LIMIT}
                return await outcome.fail(
                    decision.code,
                    failure.message,
                    unless_cancelled=stops,
                    leaves_prompt=leaves_prompt,
                )
            return await outcome.try_again(
                decision, failure.fault, failure.message, leaves_prompt=leaves_prompt
            )

        await self._record(held, act)

    async def _hand_back(self, held: ActiveAttempt) -> None:
        resume = None
        if held.may_be_posted:
            resume = timedelta(seconds=self._runtime.settings.jobs.resume_seconds)
        reason = "its worker was stopped"
        await self._record(held, lambda outcome: outcome.hand_back(reason, resume=resume))

    async def _record(
        self, held: ActiveAttempt, act: Callable[[OutcomeService], Awaitable[GenerationJob]]
    ) -> None:
        held.is_closing = True

        async def once() -> None:
            async with self._runtime.begin() as uow:
                await act(OutcomeService(uow, held))

        try:
            await retry_on_disconnect(once, should_go_on=lambda: not held.is_fenced, name="outcome")
        except FencedError as error:
            # Also when an earlier try had committed and its acknowledgement was lost.
            log.info("job.outcome_refused", job=held.claim.job_id, reason=str(error))


async def _models_of(backend: ComfyBackend) -> Models:
    try:
        return await backend.models()
    except ComfyUnreachableError as error:
        raise Failure(Fault.UNREACHABLE, str(error)) from error


async def _ended(task: asyncio.Task[None] | None) -> None:
    """Cancel a task that may have ended and wait for it; its error is its own affair."""
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
