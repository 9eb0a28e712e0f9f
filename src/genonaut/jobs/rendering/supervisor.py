"""Claim and render jobs while this worker's backends have free slots."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

import structlog

from genonaut.comfyui import ComfyBackend
from genonaut.db import DatabaseError
from genonaut.jobs.messages import WakeRender
from genonaut.jobs.queue.claim import (
    Claim,
    ClaimService,
    UnreadableSpecError,
    any_wait,
    fail_unreadable,
)
from genonaut.jobs.rendering.active_attempt import ActiveAttempt
from genonaut.jobs.rendering.heartbeat import Heartbeat
from genonaut.jobs.rendering.renderer import Renderer
from genonaut.jobs.rendering.storage_monitor import StorageMonitor
from genonaut.runtime import RELEASE_SECONDS, Runtime

log = structlog.get_logger()
_MARGIN_SECONDS = 0.02
"""The database's clock decides when a job may be claimed again; ours may run ahead of it."""

_HANDING_BACK_SECONDS = 5.0
"""Time limit for handing back; jobs that are not handed back in it wait for their lease to expire."""


class RenderSupervisor:
    """Runs each render of this process in a task of its own.

    Renders are no ARQ tasks: they survive the loss of Redis, and the end of one starts the next
    claim without a message (docs/decisions/wake-ups.md).
    """

    def __init__(
        self,
        runtime: Runtime,
        worker_id: UUID,
        backends: Mapping[str, ComfyBackend],
        heartbeat: Heartbeat,
        renderer: Renderer,
        *,
        storage: StorageMonitor,
        on_end: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Set up; ``on_end`` is called after each attempt with the number of ended ones."""
        self._runtime = runtime
        self._worker_id = worker_id
        self._backends = backends
        self._heartbeat = heartbeat
        self._renderer = renderer
        self._storage = storage
        self._slots = {backend.name: backend.slots for backend in runtime.settings.backends}
        self._lease = timedelta(seconds=runtime.settings.jobs.lease_seconds)
        self._tasks: dict[asyncio.Task[None], ActiveAttempt] = {}
        self._releasing: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._expects_jobs = True
        self._claiming = asyncio.Lock()
        self._is_stopping = False
        self._on_end = on_end
        self._ended = 0

    @property
    def reachable(self) -> list[str]:
        """Return the names of the backends that accept prompts now."""
        return [name for name, one in self._backends.items() if one.is_up and not one.is_stuck]

    def wake(self) -> None:
        """Claim soon; several calls before the claim have the effect of one."""
        self._expects_jobs = True
        self._wake.set()

    def wake_if_any_wait(self) -> None:
        """Claim soon if a job waits; as ``wake``, and cheaper where usually none does."""
        self._wake.set()

    async def run(self) -> None:
        """Claim after each wake-up until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                while await self._claim_one():
                    pass
            except (DatabaseError, OSError) as error:
                log.warning("worker.claim_failed", error=type(error).__name__)
                await asyncio.sleep(0.5)
                self._wake.set()

    async def stop(self) -> None:
        """Claim nothing more, let ingests finish within the grace period, hand back other jobs."""
        self._is_stopping = True
        grace = self._runtime.settings.jobs.shutdown_grace_seconds
        await self._await_claim(grace)
        if self._releasing:
            await asyncio.wait(self._releasing)
        handed_back = {task for task, attempt in self._tasks.items() if not attempt.is_finishing}
        for task in handed_back:
            task.cancel()
        if finishing := set(self._tasks) - handed_back:
            _, late = await asyncio.wait(finishing, timeout=grace)
            for task in late:
                task.cancel()
            handed_back |= late
        if handed_back:
            await asyncio.wait(handed_back, timeout=_HANDING_BACK_SECONDS)
            async with asyncio.timeout(RELEASE_SECONDS):
                await self._runtime.queue.send(WakeRender())

    async def _await_claim(self, seconds: float) -> None:
        """Wait until a claim in progress has become a render, which can be handed back."""
        with contextlib.suppress(TimeoutError):  # its lease expires
            async with asyncio.timeout(seconds), self._claiming:
                # A task that is cancelled before its first step cannot hand back its job.
                await asyncio.sleep(0)

    async def _claim_one(self) -> bool:
        async with self._claiming:
            if self._is_stopping or not self._can_claim():
                return False
            try:
                claim = await self._claim_next()
            except UnreadableSpecError as error:
                async with self._runtime.begin() as uow:
                    await fail_unreadable(uow, error)
                return True
            if claim is None:
                return False
            self._start(ActiveAttempt(claim, on_rendered=self.wake_if_any_wait))
            return claim.more_wait

    async def _claim_next(self) -> Claim | None:
        """Claim a job; without a reason to expect one, ask whether any waits, which costs a quarter."""
        if not self._expects_jobs:
            async with self._runtime.fast.single() as unit:
                if not await any_wait(unit):
                    return None
        self._expects_jobs = False
        async with self._runtime.fast.begin() as unit:
            claims = ClaimService(unit, lease=self._lease)
            claim = await claims.claim_next(self._worker_id, self.reachable, self._rendered_jobs())
            if claim is None:
                await unit.roll_back()
            elif claim.more_wait:
                self._expects_jobs = True
        if unit.events:  # the prompt need not wait until Redis has them
            releasing = asyncio.create_task(self._runtime.release(unit), name="release claim")
            self._releasing.add(releasing)
            releasing.add_done_callback(self._releasing.discard)
        return claim

    def _can_claim(self) -> bool:
        return self._has_room() and self._heartbeat.is_fresh and self._storage.is_writable

    def _start(self, attempt: ActiveAttempt) -> None:
        self._heartbeat.add(attempt)
        task = asyncio.create_task(self._renderer.render(attempt), name=f"render {attempt.key}")
        self._tasks[task] = attempt
        task.add_done_callback(self._finished)

    def _rendered_jobs(self) -> list[int]:
        """Return the jobs whose images are being ingested and whose slots are free again.

        At most as many per backend as it has slots, so that renders wait for slow ingests.
        """
        found: list[int] = []
        places = Counter(self._slots)
        for attempt in self._tasks.values():
            if attempt.is_rendered and places[attempt.claim.backend] > 0:
                places[attempt.claim.backend] -= 1
                found.append(attempt.claim.job_id)
        return found

    def _has_room(self) -> bool:
        # Our own attempts alone may fill all slots; then a claim cannot succeed.
        rendered = set(self._rendered_jobs())
        used = Counter(
            attempt.claim.backend
            for attempt in self._tasks.values()
            if attempt.claim.job_id not in rendered
        )
        return any(used[name] < self._slots[name] for name in self.reachable)

    def _finished(self, task: asyncio.Task[None]) -> None:
        attempt = self._tasks.pop(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not self._is_stopping:
            recording = asyncio.create_task(self._renderer.record_crash(attempt, error))
            self._tasks[recording] = attempt
            recording.add_done_callback(self._crash_recorded)
            return
        self._release(attempt)

    def _release(self, attempt: ActiveAttempt) -> None:
        self._ended += 1
        self._on_end(self._ended)
        self._heartbeat.remove(attempt)
        self.wake_if_any_wait()
        if attempt.retry_after_seconds is not None:
            loop = asyncio.get_running_loop()
            loop.call_later(attempt.retry_after_seconds + _MARGIN_SECONDS, self.wake)

    def _crash_recorded(self, task: asyncio.Task[None]) -> None:
        attempt = self._tasks.pop(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # The lease is no longer renewed; the sweep requeues the job when it expires.
            log.error("job.crash_unrecorded", job=attempt.claim.job_id, exc_info=error)
        self._release(attempt)
