"""HTTP bodies of batches."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from genonaut.core.schemas import View
from genonaut.jobs.batches.service import BatchDetails
from genonaut.jobs.image_work import Operation
from genonaut.jobs.input_views import (
    INPUT_FIELDS,
    ControlView,
    HiresView,
    ReferenceView,
    RefinerView,
    SourceView,
    UpscaleView,
    WorkflowRunView,
)
from genonaut.jobs.schemas import JobStateView, JobView, LoraView
from genonaut.jobs.states import JobStatus, JobType


class BatchParamsView(View, frozen=True):
    """Sampler parameters that the jobs of a batch share: all but the seed."""

    steps: int
    cfg: float
    sampler_name: str
    scheduler: str
    denoise: float


class BatchJobView(JobStateView, frozen=True):
    """A job of a batch: its state and its seed; the batch has the rest."""

    seed: int

    @classmethod
    def of(cls, job: JobView) -> "BatchJobView":
        """Return the view of a job of a batch."""
        state = {name: getattr(job, name) for name in JobStateView.__struct_fields__}
        return cls(**state, seed=job.params.seed)


class BatchView(View, frozen=True):
    """One submission with its jobs, in the order of their seeds, and the name of its owner.

    ``size`` is the number of jobs that were submitted, ``total`` the number that were not deleted,
    ``counts`` how many of those are in each status. ``progress`` is the percentage of ``total``
    that is done, 0..100, with the progress of running jobs; null once the batch has ended. Failed
    and cancelled jobs are not done. ``inputs`` are those of the first job of a workflow; seeds and
    dynamic prompts of the others differ.
    """

    id: UUID
    user_id: UUID
    username: str
    created_at: datetime
    ended_at: datetime | None
    size: int
    total: int
    counts: dict[JobStatus, int]
    progress: int | None
    job_type: JobType
    prompt: str
    negative_prompt: str
    checkpoint_model: str
    lora_models: list[LoraView]
    width: int
    height: int
    params: BatchParamsView
    operation: Operation
    source: SourceView | None
    references: list[ReferenceView]
    control: list[ControlView]
    hires: HiresView | None
    upscale: UpscaleView | None
    vae: str | None
    clip_skip: int | None
    refiner: RefinerView | None
    workflow: WorkflowRunView | None
    inputs: dict[str, Any] | None
    jobs: list[BatchJobView]

    @classmethod
    def of(cls, details: BatchDetails) -> "BatchView":
        """Return the view of a batch."""
        batch = details.batch
        jobs = [JobView.of(one) for one in details.jobs]
        first = jobs[0]
        counted = Counter(job.status for job in jobs)
        return cls(
            id=batch.id,
            user_id=batch.user_id,
            username=details.username,
            created_at=batch.created_at,
            ended_at=batch.ended_at,
            size=batch.size,
            total=len(jobs),
            counts={status: counted[status] for status in JobStatus},
            progress=_progress_of(jobs),
            job_type=first.job_type,
            prompt=first.prompt,
            negative_prompt=first.negative_prompt,
            checkpoint_model=first.checkpoint_model,
            lora_models=first.lora_models,
            width=first.width,
            height=first.height,
            params=msgspec.convert(
                msgspec.structs.asdict(first.params), BatchParamsView, strict=True
            ),
            **{name: getattr(first, name) for name in INPUT_FIELDS},
            jobs=[BatchJobView.of(job) for job in jobs],
        )


def _progress_of(jobs: list[JobView]) -> int | None:
    if all(job.status.is_terminal for job in jobs):
        return None
    done = 100 * sum(job.status is JobStatus.COMPLETED for job in jobs)
    running = sum(job.progress or 0 for job in jobs)
    return (done + running) // len(jobs)
