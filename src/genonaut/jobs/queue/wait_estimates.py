"""Estimate how long waiting jobs still wait, from the render times of recent jobs."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

import msgspec
from sqlalchemy import Float, Integer, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.jobs.queue.pauses import is_not_paused
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import ComfyuiBackend, GenerationJob
from genonaut.runtime import Runtime

RECENT_JOBS = 500
LEAST_JOBS = 3
"""A median of fewer jobs would often be the time of one that had to load its model."""
KEPT_SECONDS = 10.0
_KEPT_UNKNOWN_SECONDS = 1.0
KEY = "wait_estimates"
_PIXELS = 256 * 256

JobClass = tuple[str, int, int]


class RenderTime(msgspec.Struct, frozen=True):
    """How long a recent job was rendered, in seconds."""

    checkpoint_model: str
    pixels: int
    steps: int
    seconds: float


class WaitEstimates(msgspec.Struct, frozen=True):
    """Median render times in seconds, and the slots that render."""

    slots: int
    of_class: Mapping[JobClass, float]
    of_model: Mapping[str, float]
    of_all: float | None

    @classmethod
    def of(cls, times: Iterable[RenderTime], *, slots: int) -> "WaitEstimates":
        """Return the medians of recent jobs."""
        by_class: defaultdict[JobClass, list[float]] = defaultdict(list)
        by_model: defaultdict[str, list[float]] = defaultdict(list)
        everything: list[float] = []
        for time in times:
            by_class[job_class(time.checkpoint_model, time.pixels, time.steps)].append(time.seconds)
            by_model[time.checkpoint_model].append(time.seconds)
            everything.append(time.seconds)
        return cls(
            slots=slots,
            of_class={key: median(one) for key, one in by_class.items() if len(one) >= LEAST_JOBS},
            of_model={key: median(one) for key, one in by_model.items() if len(one) >= LEAST_JOBS},
            of_all=median(everything) if len(everything) >= LEAST_JOBS else None,
        )

    @property
    def is_known(self) -> bool:
        """Return whether there is anything to estimate with."""
        return self.slots > 0 and self.of_all is not None

    def seconds(
        self, position: int, *, checkpoint_model: str, pixels: int, steps: int
    ) -> int | None:
        """Return in how many seconds the job at this position starts at the latest; None: unknown.

        The jobs before it are taken to be like it; so is the one that each slot renders now.
        """
        if not self.is_known:
            return None
        like = self.of_class.get(job_class(checkpoint_model, pixels, steps))
        typical = like or self.of_model.get(checkpoint_model) or self.of_all
        return None if typical is None else math.ceil(position * typical / self.slots)


def job_class(checkpoint_model: str, pixels: int, steps: int) -> JobClass:
    """Return the class of jobs that take about equally long: size and steps within a factor of two."""
    return checkpoint_model, (pixels // _PIXELS).bit_length(), steps.bit_length()


def kept_estimates(runtime: Runtime) -> WaitEstimates | None:
    """Return the estimates if they were read in the last 10 seconds."""
    kept: WaitEstimates | None = runtime.cache.find(KEY)
    return kept


async def wait_estimates(runtime: Runtime) -> WaitEstimates:
    """Return the estimates; they are read at most once in 10 seconds and process."""
    if (kept := kept_estimates(runtime)) is not None:
        return kept
    async with runtime.cache.lock(KEY):
        if (made := kept_estimates(runtime)) is not None:
            return made
        async with runtime.begin() as uow:
            times = await _render_times(uow.session)
            found = WaitEstimates.of(times, slots=await _slots(uow.session))
        seconds = KEPT_SECONDS if found.is_known else _KEPT_UNKNOWN_SECONDS
        runtime.cache.store(KEY, found, seconds=seconds)
        return found


async def _render_times(session: AsyncSession) -> Sequence[RenderTime]:
    job = GenerationJob
    query = (
        select(
            job.checkpoint_model,
            job.width * job.height,
            cast(job.params["steps"].astext, Integer),
            cast(job.render_seconds, Float),
        )
        .where(job.status == JobStatus.COMPLETED, job.render_seconds > 0)
        .order_by(job.id.desc())
        .limit(RECENT_JOBS)
    )
    return [RenderTime(*row) for row in await session.execute(query)]


async def _slots(session: AsyncSession) -> int:
    """Return the slots of the backends that start jobs."""
    backend = ComfyuiBackend
    query = select(func.coalesce(func.sum(backend.slots), 0)).where(
        backend.enabled, backend.status == "up", is_not_paused()
    )
    return await session.scalar(query) or 0
