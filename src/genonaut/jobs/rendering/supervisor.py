"""Keeps this worker's places filled: claims, renders, claims again."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from genonaut.comfyui import ComfyBackend
from genonaut.jobs.messages import WakeRender
from genonaut.jobs.queue.claim import ClaimService
from genonaut.jobs.rendering.active_attempt import ActiveAttempt
from genonaut.jobs.rendering.heartbeat import Heartbeat
from genonaut.jobs.rendering.renderer import Renderer
from genonaut.runtime import RELEASE_SECONDS, Runtime

log = structlog.get_logger()
_MARGIN_SECONDS = 0.02
"""The database's clock decides when a job may be claimed again; ours may be ahead of its commit."""

_HANDING_BACK_SECONDS = 5.0
"""One statement per job; where even that is not done, its lease expires."""


class RenderSupervisor:
    """Runs every render of this process in tasks of its own.

    A wake-up only says "look now": renders do not occupy places of ARQ, outlive the loss of Redis,
    and a finished one looks for the next job without a detour (docs/decisions/wake-ups.md).
    """

    def __init__(
        self,
        runtime: Runtime,
        worker_id: UUID,
        backends: Mapping[str, ComfyBackend],
        leases: Heartbeat,
        renderer: Renderer,
    ) -> None:
        self._runtime = runtime
        self._worker_id = worker_id
        self._backends = backends
        self._leases = leases
        self._renderer = renderer
        self._slots = {backend.name: backend.slots for backend in runtime.settings.backends}
        self._lease = timedelta(seconds=runtime.settings.jobs.lease_seconds)
        self._tasks: dict[asyncio.Task[None], ActiveAttempt] = {}
        self._look = asyncio.Event()
        self._claiming = asyncio.Lock()
        self._is_stopping = False

    @property
    def reachable(self) -> list[str]:
        """Return the names of the backends that can take a prompt now."""
        return [name for name, one in self._backends.items() if one.is_up and not one.is_stuck]

    def wake(self) -> None:
        """Look for a job soon; waking twice is the same as once."""
        self._look.set()

    async def run(self) -> None:
        """Claim whenever woken, until cancelled."""
        while True:
            await self._look.wait()
            self._look.clear()
            try:
                while await self._claim_one():
                    pass
            except (SQLAlchemyError, OSError) as error:
                log.warning("worker.claim_failed", error=type(error).__name__)
                await asyncio.sleep(0.5)
                self._look.set()

    async def stop(self) -> None:
        """Take no more; let deliveries finish within the grace, hand back everything else."""
        self._is_stopping = True
        grace = self._runtime.settings.jobs.shutdown_grace_seconds
        await self._await_claim(grace)
        handed_back = {task for task, held in self._tasks.items() if not held.is_closing}
        for task in handed_back:
            task.cancel()
        if delivering := set(self._tasks) - handed_back:
            _, late = await asyncio.wait(delivering, timeout=grace)
            for task in late:
                task.cancel()
            handed_back |= late
        if handed_back:
            await asyncio.wait(handed_back, timeout=_HANDING_BACK_SECONDS)
            async with asyncio.timeout(RELEASE_SECONDS):
                await self._runtime.queue.send(WakeRender())

    async def _await_claim(self, seconds: float) -> None:
        """Let a claim that is under way become a render, so that it is handed back like others."""
        with contextlib.suppress(TimeoutError):  # its lease was never renewed: it expires
            async with asyncio.timeout(seconds), self._claiming:
                # A task that is cancelled before its first step never gets to hand anything back.
                await asyncio.sleep(0)

    async def _claim_one(self) -> bool:
        async with self._claiming:
            if self._is_stopping or not self._has_room() or not self._leases.is_fresh:
                return False
            async with self._runtime.begin() as uow:
                claims = ClaimService(uow, lease=self._lease)
                claim = await claims.claim_next(self._worker_id, self.reachable, self._rendered())
            if claim is None:
                return False
            self._start(ActiveAttempt(claim, when_rendered=self.wake))
            return True

    def _start(self, held: ActiveAttempt) -> None:
        self._leases.take(held)
        task = asyncio.create_task(self._renderer.render(held), name=f"render {held.key}")
        self._tasks[task] = held
        task.add_done_callback(self._finished)

    def _rendered(self) -> list[int]:
        """Return the jobs whose images come home while their slots are free for others.

        No more than a backend has slots: where storage or network cannot keep up, renders wait.
        """
        found: list[int] = []
        places = Counter(self._slots)
        for held in self._tasks.values():
            if held.is_rendered and places[held.claim.backend] > 0:
                places[held.claim.backend] -= 1
                found.append(held.claim.job_id)
        return found

    def _has_room(self) -> bool:
        # What we hold fills at least its own slots: without room here there is none at all.
        rendered = set(self._rendered())
        used = Counter(
            held.claim.backend for held in self._tasks.values() if held.claim.job_id not in rendered
        )
        return any(used[name] < self._slots[name] for name in self.reachable)

    def _finished(self, task: asyncio.Task[None]) -> None:
        held = self._tasks.pop(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not self._is_stopping:
            rescue = asyncio.create_task(self._renderer.give_up(held, error))
            self._tasks[rescue] = held
            rescue.add_done_callback(self._rescued)
            return
        self._let_go(held)

    def _let_go(self, held: ActiveAttempt) -> None:
        self._leases.drop(held)
        self.wake()
        if held.look_again_seconds is not None:
            loop = asyncio.get_running_loop()
            loop.call_later(held.look_again_seconds + _MARGIN_SECONDS, self.wake)

    def _rescued(self, task: asyncio.Task[None]) -> None:
        held = self._tasks.pop(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # The lease is no longer renewed: the sweep takes the job back.
            log.error("job.rescue_failed", job=held.claim.job_id, exc_info=error)
        self._let_go(held)
