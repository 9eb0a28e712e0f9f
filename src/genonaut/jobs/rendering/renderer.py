"""Run one claimed job: submit its prompt, follow it, ingest the image, store the outcome."""

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
    ImageRef,
    SubmitUncertainError,
    Succeeded,
    remove_output,
)
from genonaut.db import DatabaseError
from genonaut.db.persistence import retry_on_disconnect
from genonaut.jobs.backends.repository import BackendRepository
from genonaut.jobs.lifecycle.attempts import Posted, note_posted
from genonaut.jobs.queue.claim import Claim
from genonaut.jobs.rendering.active_attempt import ActiveAttempt
from genonaut.jobs.rendering.attempt_outcome import FencedError, OutcomeService
from genonaut.jobs.rendering.dispatch import Dispatch, Dispatcher
from genonaut.jobs.rendering.early_image import EarlyImage
from genonaut.jobs.rendering.heartbeat import Heartbeat
from genonaut.jobs.rendering.image_ingest import ImageIngest
from genonaut.jobs.rendering.inputs.kept import KeptInputs
from genonaut.jobs.rendering.inputs.sender import InputSender
from genonaut.jobs.rendering.progress_publisher import ProgressPublisher
from genonaut.jobs.rendering.prompt_follower import (
    CancelledByOwnerError,
    LeaseLostError,
    PromptFollower,
)
from genonaut.jobs.rendering.result_ingest import ResultIngest
from genonaut.jobs.rendering.retry_policy import Fail, Failure, Fault, Retry, decide
from genonaut.jobs.rendering.spans import OUTCOME, attempt_span
from genonaut.jobs.rendering.storage_monitor import StorageMonitor
from genonaut.jobs.tables import GenerationJob
from genonaut.runtime import Runtime
from genonaut.tracing.model import Span
from genonaut.tracing.spans import span

log = structlog.get_logger()
_MAY_LEAVE_PROMPT = {Fault.UNREACHABLE, Fault.TIME_LIMIT, Fault.INTERNAL}
"""Faults after which the prompt may still wait or run at the backend."""


class Renderer:
    """Runs active attempts. When ``render`` returns, the outcome is stored or the lease was lost."""

    def __init__(
        self,
        runtime: Runtime,
        backends: Mapping[str, ComfyBackend],
        heartbeat: Heartbeat,
        publisher: ProgressPublisher,
        storage: StorageMonitor,
    ) -> None:
        self._runtime = runtime
        self._backends = backends
        self._heartbeat = heartbeat
        self._publisher = publisher
        self._storage = storage
        self._inputs = InputSender(runtime)
        self._dispatcher = Dispatcher(runtime, self._inputs)
        self._output_dirs = {
            backend.name: Path(backend.output_dir) if backend.output_dir else None
            for backend in runtime.settings.backends
        }

    async def render(self, attempt: ActiveAttempt) -> None:
        """Run one attempt to its end. On cancellation of the task the job is handed back."""
        with attempt_span(attempt.claim) as current:
            await self._render(attempt, current)

    async def _render(self, attempt: ActiveAttempt, current: Span) -> None:
        try:
            await self._run(attempt)
            current.set(OUTCOME, "completed")
        except CancelledByOwnerError:
            current.set(OUTCOME, "cancelled")
            await self._store_outcome(attempt, lambda outcome: outcome.cancelled())
        except LeaseLostError:
            current.set(OUTCOME, "lease_lost")
            log.info("job.fenced", job=attempt.claim.job_id, attempt=attempt.claim.attempt)
        except Failure as failure:
            current.fail(failure.fault)
            await self._handle_failure(attempt, failure)
        except asyncio.CancelledError:
            await asyncio.shield(self._hand_back(attempt))
            raise
        finally:
            self._publisher.forget(attempt.claim.job_id)

    async def record_crash(self, attempt: ActiveAttempt, error: BaseException) -> None:
        """Store that an unexpected error ended the attempt."""
        log.error("job.crashed", job=attempt.claim.job_id, exc_info=error)
        kind = type(error).__name__
        await self._handle_failure(attempt, Failure(Fault.INTERNAL, f"internal error: {kind}"))

    async def _run(self, attempt: ActiveAttempt) -> None:
        claim = attempt.claim
        backend = self._backends[claim.backend]
        dispatch = await self._dispatcher.make(claim, backend)
        kept = KeptInputs(self._inputs, claim.spec)
        early = EarlyImage(self._runtime, attempt, backend, kept)
        try:
            outcome = await self._follow(attempt, backend, dispatch, early, kept)
            attempt.is_finishing = True
            attempt.mark_rendered()
            output_dir = self._output_dirs[claim.backend]
            ingest = ImageIngest(
                self._runtime, attempt, backend, output_dir, self._storage, early=early, kept=kept
            )
            with span("job.ingest"):
                if claim.spec.workflow is None:
                    await ingest.ingest(outcome)
                else:
                    await ResultIngest(ingest, dispatch.outputs).ingest(outcome)
        finally:
            await early.discard()
            await kept.close()
        await self._remove_traces(claim, backend, outcome)

    async def _follow(
        self,
        attempt: ActiveAttempt,
        backend: ComfyBackend,
        dispatch: Dispatch,
        early: EarlyImage,
        kept: KeptInputs,
    ) -> Succeeded:
        """Post the prompt unless it is resumed, and return its outcome."""
        claim = attempt.claim
        async with backend.watch_prompt(
            claim.prompt_id,
            attached=claim.is_resumed,
            graph=dispatch.graph,
            trusts_success=claim.spec.workflow is None,
        ) as watch:
            note_task = None if claim.is_resumed else await self._post(attempt, backend, dispatch)
            kept.start()
            follower = PromptFollower(
                attempt,
                backend,
                watch,
                self._publisher,
                self._runtime.settings.jobs,
                has_other_backend=lambda: self._has_other_backend(claim),
                has_free_backend=lambda: self._has_other_backend(claim, with_free_slot=True),
                on_image=early.begin if claim.spec.workflow is None else _ignore_image,
            )
            try:
                outcome = await follower.outcome()
                if note_task is not None:
                    await note_task
            finally:
                await _cancel_and_wait(note_task)
        return outcome

    async def _remove_traces(self, claim: Claim, backend: ComfyBackend, outcome: Succeeded) -> None:
        """Delete the stored image and the history entry at ComfyUI, where the settings say so."""
        settings = self._runtime.settings.comfyui
        if settings.delete_outputs:
            for file in outcome.files:
                await remove_output(
                    backend.client, file, output_dir=self._output_dirs[claim.backend]
                )
        if settings.delete_history:
            with contextlib.suppress(ComfyUnreachableError):
                await backend.client.delete_history(claim.prompt_id)

    async def _has_other_backend(self, claim: Claim, *, with_free_slot: bool = False) -> bool:
        """Return whether another backend can run the job; False without the database."""
        try:
            async with self._runtime.begin() as uow:
                return await BackendRepository(uow.session).has_other(
                    claim.backend, claim.spec.needs, with_free_slot=with_free_slot
                )
        except (DatabaseError, OSError):
            return False

    async def _post(
        self, attempt: ActiveAttempt, backend: ComfyBackend, dispatch: Dispatch
    ) -> asyncio.Task[None]:
        """Post the prompt; return the task that stores that while the prompt is followed."""
        claim = attempt.claim
        if not self._heartbeat.is_fresh:
            raise Failure(Fault.UNREACHABLE, "the worker cannot reach the database")
        if attempt.is_fenced:
            raise LeaseLostError
        if attempt.is_cancelled:
            raise CancelledByOwnerError
        graph = dispatch.graph
        try:
            graph = await self._submit(attempt, backend, dispatch)
        except GraphRefusedError as error:
            attempt.may_be_posted = False
            fault = _fault_of(error)
            if fault is Fault.MODEL_GONE:
                backend.invalidate_models()
            raise Failure(fault, str(error)) from error
        except (ComfyUnreachableError, ComfyTooOldError) as error:
            attempt.may_be_posted = False
            raise Failure(Fault.UNREACHABLE, str(error)) from error
        except SubmitUncertainError as error:
            # The watch finds out whether the backend accepted it.
            log.warning("job.post_uncertain", job=claim.job_id, error=str(error))
            attempt.submit_error = str(error)
        attempt.mark_posted()
        return asyncio.create_task(self._note_posted(attempt, backend, graph))

    async def _submit(
        self, attempt: ActiveAttempt, backend: ComfyBackend, dispatch: Dispatch
    ) -> Graph:
        """Submit the prompt; if the backend misses an input, send all again and submit once more.

        ComfyUI queued nothing then, so that the prompt id is still unused.
        """
        claim = attempt.claim
        attempt.may_be_posted = True
        pnginfo = dispatch.extra_pnginfo
        try:
            await backend.submit(dispatch.graph, prompt_id=claim.prompt_id, extra_pnginfo=pnginfo)
        except GraphRefusedError as error:
            if not error.only_misses_inputs:
                raise
            log.info("job.inputs_missing", job=claim.job_id, backend=backend.name)
        else:
            return dispatch.graph
        attempt.may_be_posted = False
        self._inputs.forget(backend)
        graph = (await self._dispatcher.make(claim, backend)).graph
        attempt.may_be_posted = True
        await backend.submit(graph, prompt_id=claim.prompt_id, extra_pnginfo=pnginfo)
        return graph

    async def _note_posted(
        self, attempt: ActiveAttempt, backend: ComfyBackend, graph: Graph
    ) -> None:
        """Store what was posted, and check for a cancellation and for the lease.

        A cancellation committed right after the claim found no attempt in memory to notify.
        """
        claim = attempt.claim

        async def act() -> Posted:
            async with self._runtime.fast.single() as unit:
                return await note_posted(
                    unit,
                    job_id=claim.job_id,
                    attempt=claim.attempt,
                    worker_id=claim.worker_id,
                    comfyui_version=backend.version,
                    graph=graph,
                )

        posted = await retry_on_disconnect(
            act, should_go_on=lambda: not attempt.is_fenced, name="posting"
        )
        if not posted.is_lease_valid:
            attempt.fence()
        elif posted.is_cancelled:
            attempt.cancel()

    async def _handle_failure(self, attempt: ActiveAttempt, failure: Failure) -> None:
        claim = attempt.claim
        log.info(
            "job.attempt_failed", job=claim.job_id, fault=failure.fault, reason=failure.message
        )
        if failure.fault is Fault.INPUT_GONE:
            self._inputs.forget(self._backends[claim.backend])
        decision = decide(
            failure.fault,
            failures=claim.failures,
            out_of_memory_count=claim.out_of_memory_count,
            delays_seconds=self._runtime.settings.jobs.retry_delays_seconds,
            attempt=claim.attempt,
        )
        leaves_prompt = failure.fault in _MAY_LEAVE_PROMPT and attempt.may_be_posted
        if isinstance(decision, Retry):
            attempt.retry_after_seconds = decision.delay_seconds

        async def store(outcome: OutcomeService) -> GenerationJob:
            if isinstance(decision, Fail):
                stops = failure.fault in {Fault.INTERRUPTED, Fault.TIME_LIMIT}
                return await outcome.fail(
                    decision.code,
                    failure.message,
                    unless_cancelled=stops,
                    leaves_prompt=leaves_prompt,
                )
            return await outcome.retry(
                decision, failure.fault, failure.message, leaves_prompt=leaves_prompt
            )

        await self._store_outcome(attempt, store)

    async def _hand_back(self, attempt: ActiveAttempt) -> None:
        resume = None
        if attempt.may_be_posted:
            resume = timedelta(seconds=self._runtime.settings.jobs.resume_seconds)
        reason = "the worker was stopped"
        await self._store_outcome(attempt, lambda outcome: outcome.hand_back(reason, resume=resume))

    async def _store_outcome(
        self, attempt: ActiveAttempt, store: Callable[[OutcomeService], Awaitable[GenerationJob]]
    ) -> None:
        attempt.is_finishing = True

        async def once() -> None:
            async with self._runtime.begin() as uow:
                await store(OutcomeService(uow, attempt))

        try:
            await retry_on_disconnect(
                once, should_go_on=lambda: not attempt.is_fenced, name="outcome"
            )
        except FencedError as error:
            # Also if an earlier commit succeeded and its acknowledgement was lost.
            log.info("job.outcome_refused", job=attempt.claim.job_id, reason=str(error))


def _fault_of(error: GraphRefusedError) -> Fault:
    """Return why a graph was refused."""
    if error.only_misses_inputs:
        return Fault.INPUT_GONE
    if error.only_misses_files or error.misses_node:
        return Fault.MODEL_GONE
    return Fault.GRAPH_REFUSED


def _ignore_image(image: ImageRef) -> None:
    """Wait for the end of the prompt: only then it is known which files are results."""
    del image


async def _cancel_and_wait(task: asyncio.Task[None] | None) -> None:
    """Cancel a task and wait for it; its error is ignored."""
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
