"""HTTP bodies of generation jobs."""

from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

import msgspec

from genonaut.content.image_views import ImageView
from genonaut.core.schemas import RequestBody, View
from genonaut.jobs.fast_queries import COLUMNS, FoundJob
from genonaut.jobs.image_work import JobInputs, Operation
from genonaut.jobs.input_views import (
    INPUT_FIELDS,
    ControlView,
    HiresView,
    ReferenceView,
    RefinerView,
    SourceView,
    UpscaleView,
    WorkflowRunView,
    input_fields,
)
from genonaut.jobs.messages import in_backend_queue
from genonaut.jobs.queries import JobDetails, TimelineEntry
from genonaut.jobs.states import AttemptResult, ErrorCode, JobStatus, JobType
from genonaut.jobs.tables import GenerationAttempt
from genonaut.realtime import JobProgress


class BatchCancel(RequestBody, frozen=True):
    """The batch to cancel."""

    batch_id: UUID


class LoraView(View, frozen=True):
    """One LoRA of a job."""

    name: str
    strength_model: float
    strength_clip: float


class ParamsView(View, frozen=True):
    """Sampler parameters of a job."""

    seed: int
    steps: int
    cfg: float
    sampler_name: str
    scheduler: str
    denoise: float


class _Templates(msgspec.Struct, frozen=True):
    """What the parameters of a job keep of dynamic prompts."""

    prompt_template: str | None = None
    negative_prompt_template: str | None = None


class JobStateView(View, frozen=True):
    """The state of a job: what the jobs of a batch do not share, apart from the seed.

    ``progress`` is the percentage of the whole run, 0..100. ``node`` is what ComfyUI executes,
    ``step`` of ``steps`` its step, if the node has steps. All four are null while the job is not
    running, and until ComfyUI starts it: meanwhile ``waiting_reason`` says that it waits in the
    queue of a ComfyUI server. ``estimated_wait_seconds`` is how long a waiting job waits at most
    if jobs take as long as recent ones did; null if that is unknown. ``picture`` is the image that
    the job made; null while it is in the trash. ``content_ids`` are all results, ``content_id`` is
    the first.
    """

    id: int
    status: JobStatus
    content_id: int | None
    content_ids: list[int]
    picture: ImageView | None
    backend: str | None
    attempt: int
    seq: int
    progress: int | None
    node: str | None
    step: int | None
    steps: int | None
    waiting_reason: str | None
    queue_position: int | None
    estimated_wait_seconds: int | None
    cancel_requested_at: datetime | None
    error_code: ErrorCode | None
    error_message: str | None
    started_at: datetime | None
    completed_at: datetime | None
    updated_at: datetime


class JobView(JobStateView, frozen=True):
    """A generation job: its state and everything it was submitted with.

    ``operation`` and the fields up to ``refiner`` can be submitted again as they are. ``workflow`` is
    null for built-in operations; otherwise ``inputs`` has the resolved inputs of its form. The
    templates are the dynamic prompts that the prompts were drawn from; null without them.
    """

    user_id: UUID
    job_type: JobType
    prompt: str
    negative_prompt: str
    prompt_template: str | None
    negative_prompt_template: str | None
    checkpoint_model: str
    lora_models: list[LoraView]
    width: int
    height: int
    batch_size: int
    batch_id: UUID
    batch_job_ids: list[int]
    params: ParamsView
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
    workflow_version_id: int | None
    inputs: dict[str, Any] | None
    arq_job_id: str | None
    comfyui_prompt_id: str | None
    created_at: datetime
    queued_at: datetime | None

    @classmethod
    def of(cls, details: JobDetails | FoundJob) -> "JobView":
        """Return the view of a job; ``progress`` of an earlier attempt is ignored."""
        if isinstance(details, FoundJob):
            return cls._of_found(details)
        job, progress = details.job, details.progress
        is_running = job.status is JobStatus.RUNNING
        is_current = is_running and progress is not None and progress.attempt == job.attempt
        now = progress if is_current and progress is not None else _NO_PROGRESS
        plain = {name: getattr(job, name) for name in cls.__struct_fields__ if name not in _DERIVED}
        return cls(
            **plain,
            lora_models=msgspec.convert(job.lora_models, list[LoraView]),
            params=msgspec.convert(job.params, ParamsView),
            prompt_template=job.params.get("prompt_template"),
            negative_prompt_template=job.params.get("negative_prompt_template"),
            **input_fields(None if job.inputs is None else msgspec.convert(job.inputs, JobInputs)),
            batch_job_ids=list(details.batch_job_ids),
            content_ids=list(details.content_ids),
            picture=details.picture,
            progress=now.percent if is_current else None,
            node=now.node,
            step=now.step,
            steps=now.steps,
            queue_position=details.queue_position if job.status.is_waiting else None,
            estimated_wait_seconds=details.wait_seconds if job.status.is_waiting else None,
            waiting_reason=in_backend_queue(job.backend)
            if details.is_in_backend_queue
            else job.waiting_reason,
        )

    @classmethod
    def _of_found(cls, found: FoundJob) -> "JobView":
        row = found.row
        values = [*_VALUES_OF_ROW(row)]
        job_id, status, loras, params, inputs, batch_job_ids, image_id, content_ids = _PARTS(row)
        values[_AT["lora_models"]] = [] if loras == "[]" else _LORAS.decode(loras)
        values[_AT["params"]] = _PARAMS.decode(params)
        _add_templates(values, params)
        if inputs is None:
            values[_AT["operation"]] = Operation.GENERATE
            values[_AT["references"]], values[_AT["control"]] = [], []
        else:
            for name, value in input_fields(_INPUTS.decode(inputs)).items():
                values[_AT[name]] = value
        if content_ids is None:
            content_id = row[COLUMNS["content_id"]]
            values[_AT["content_ids"]] = [] if content_id is None else [content_id]
        if batch_job_ids is None:
            values[_AT["batch_job_ids"]] = [job_id]
        if image_id is not None:
            values[_AT["picture"]] = ImageView.of_columns(_IMAGE_OF_ROW(row))
        if status == JobStatus.RUNNING:
            _add_progress(values, found)
        elif found.standing is not None:
            values[_AT["queue_position"]] = found.standing.position
            values[_AT["estimated_wait_seconds"]] = found.standing.wait_seconds
        return cls(*values)


def _add_templates(values: list[Any], params: str) -> None:
    """Set the templates of dynamic prompts, which few jobs have."""
    if '"prompt_template"' in params:
        templates = _TEMPLATES.decode(params)
        values[_AT["prompt_template"]] = templates.prompt_template
        values[_AT["negative_prompt_template"]] = templates.negative_prompt_template


def _add_progress(values: list[Any], found: FoundJob) -> None:
    """Set the fields of a running job."""
    row, progress = found.row, found.progress
    if progress is None:
        if row[COLUMNS["is_in_backend_queue"]]:
            values[_AT["waiting_reason"]] = in_backend_queue(row[COLUMNS["backend"]])
    elif progress.attempt == row[COLUMNS["attempt"]]:
        values[_AT["progress"]] = progress.percent
        values[_AT["node"]] = progress.node
        values[_AT["step"]], values[_AT["steps"]] = progress.step, progress.steps


_AT = {name: place for place, name in enumerate(JobView.__struct_fields__)}
_VALUES_OF_ROW = itemgetter(
    *(COLUMNS.get(name, COLUMNS["nothing"]) for name in JobView.__struct_fields__)
)
_PARTS = itemgetter(
    *(
        COLUMNS[name]
        for name in ("id", "status", "lora_models", "params", "inputs", "batch_job_ids")
    ),
    COLUMNS["image_id"],
    COLUMNS["content_ids"],
)
_IMAGE_OF_ROW = itemgetter(
    *(COLUMNS[name] for name in ("image_id", "sha256", "placeholder")),
    *(COLUMNS[name] for name in ("image_width", "image_height", "thumbnails")),
)
_LORAS = msgspec.json.Decoder(list[LoraView])
_PARAMS = msgspec.json.Decoder(ParamsView)
_TEMPLATES = msgspec.json.Decoder(_Templates)
_INPUTS = msgspec.json.Decoder(JobInputs)
_NO_PROGRESS = JobProgress(attempt=0, percent=0, node=None)
_DERIVED = {
    "lora_models",
    "params",
    "prompt_template",
    "negative_prompt_template",
    *INPUT_FIELDS,
    "batch_job_ids",
    "content_ids",
    "picture",
    "progress",
    "node",
    "step",
    "steps",
    "queue_position",
    "estimated_wait_seconds",
    "waiting_reason",
}


class AttemptView(View, frozen=True):
    """One attempt at a job, for administrators. ``graph`` is what was posted to ComfyUI."""

    worker_id: UUID
    backend: str
    comfyui_prompt_id: str
    comfyui_version: str | None
    is_resumed: bool
    claimed_at: datetime
    posted_at: datetime | None
    executing_at: datetime | None
    ended_at: datetime | None
    verdict: AttemptResult | None
    detail: str | None
    graph: dict[str, Any] | None

    @classmethod
    def of(cls, row: GenerationAttempt) -> "AttemptView":
        """Return the view of a row."""
        return cls(**{name: getattr(row, name) for name in cls.__struct_fields__})


class JobEventView(View, frozen=True):
    """One entry of a job's timeline.

    ``executing`` is when ComfyUI started the prompt; its ``id`` is null. ``attempt_details`` is set
    in ``started`` entries for administrators, and null otherwise.
    """

    id: int | None
    attempt: int
    kind: str
    detail: dict[str, Any]
    at: datetime
    attempt_details: AttemptView | None

    @classmethod
    def of(cls, entry: TimelineEntry) -> "JobEventView":
        """Return the view of an entry."""
        row = entry.attempt_row
        return cls(
            id=entry.id,
            attempt=entry.attempt,
            kind=entry.kind,
            detail=entry.detail,
            at=entry.at,
            attempt_details=None if row is None else AttemptView.of(row),
        )


class JobStatsView(View, frozen=True):
    """Counts by status, and mean times of the newest 1,000 completed jobs, in seconds."""

    counts: dict[JobStatus, int]
    total: int
    mean_wait_seconds: float | None
    mean_run_seconds: float | None
