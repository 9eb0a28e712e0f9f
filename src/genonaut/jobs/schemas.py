"""HTTP bodies of generation jobs."""

from datetime import datetime
from operator import itemgetter
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from genonaut.content.image_views import ImageView
from genonaut.core.schemas import RequestBody, View
from genonaut.jobs.fast_queries import COLUMNS, FoundJob
from genonaut.jobs.messages import in_backend_queue
from genonaut.jobs.params import (
    DEFAULT_EDGE_PX,
    MAX_LORAS,
    MODEL_DEFAULTS,
    BatchSize,
    Cfg,
    Denoise,
    EdgePx,
    GenerationSpec,
    LoraChoice,
    ModelName,
    NegativePromptText,
    OptionName,
    PromptText,
    SamplingParams,
    Seed,
    Steps,
    Strength,
)
from genonaut.jobs.queries import JobDetails, TimelineEntry
from genonaut.jobs.states import AttemptResult, ErrorCode, JobStatus, JobType
from genonaut.jobs.submission.service import SubmissionRequest
from genonaut.jobs.tables import GenerationAttempt
from genonaut.realtime import JobProgress


class LoraSubmit(RequestBody, frozen=True):
    """One LoRA of a submission; ``strength_clip`` defaults to ``strength_model``."""

    name: ModelName
    strength_model: Strength = 1.0
    strength_clip: Strength | None = None


class ParamsSubmit(RequestBody, frozen=True):
    """Sampler parameters; a missing ``seed`` is chosen at random and recorded.

    Other missing values get the defaults of the checkpoint's architecture. ``allow_mismatch``
    accepts LoRAs that were made for another architecture.
    """

    seed: Seed | None = None
    steps: Steps | UnsetType = UNSET
    cfg: Cfg | UnsetType = UNSET
    sampler_name: OptionName | UnsetType = UNSET
    scheduler: OptionName | UnsetType = UNSET
    denoise: Denoise = 1.0
    allow_mismatch: bool = False


class JobSubmit(RequestBody, frozen=True):
    """A submission; only the prompt is required. Width and height in pixels, multiples of 8.

    A missing width or height gets the size that the checkpoint's architecture was trained for.
    """

    prompt: PromptText
    negative_prompt: NegativePromptText = ""
    job_type: JobType = JobType.IMAGE
    checkpoint_model: ModelName | None = None
    lora_models: Annotated[list[LoraSubmit], Meta(max_length=MAX_LORAS)] = []  # noqa: RUF012  # msgspec copies it
    width: EdgePx | UnsetType = UNSET
    height: EdgePx | UnsetType = UNSET
    batch_size: BatchSize = 1
    params: ParamsSubmit = ParamsSubmit()

    def to_request(self, idempotency_key: str | None) -> SubmissionRequest:
        """Return the submission request for the service."""
        params = self.params
        size = _given(self, "width", "height")
        sampling = _given(params, "steps", "cfg", "sampler_name", "scheduler")
        return SubmissionRequest(
            spec=GenerationSpec(
                job_type=self.job_type,
                prompt=self.prompt,
                negative_prompt=self.negative_prompt,
                checkpoint_model=self.checkpoint_model or "",
                lora_models=tuple(_choice(lora) for lora in self.lora_models),
                width=size.get("width", DEFAULT_EDGE_PX),
                height=size.get("height", DEFAULT_EDGE_PX),
                params=SamplingParams(
                    seed=params.seed or 0,
                    denoise=params.denoise,
                    allow_mismatch=params.allow_mismatch,
                    **sampling,
                ),
            ),
            left_open=tuple(
                name for name in MODEL_DEFAULTS if name not in size and name not in sampling
            ),
            has_seed=params.seed is not None,
            batch_size=self.batch_size,
            idempotency_key=idempotency_key,
        )


def _given(body: RequestBody, *names: str) -> dict[str, Any]:
    """Return the fields that the client sent, with their values."""
    values = {name: getattr(body, name) for name in names}
    return {name: value for name, value in values.items() if value is not UNSET}


def _choice(lora: LoraSubmit) -> LoraChoice:
    clip = lora.strength_model if lora.strength_clip is None else lora.strength_clip
    return LoraChoice(name=lora.name, strength_model=lora.strength_model, strength_clip=clip)


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


class JobStateView(View, frozen=True):
    """The state of a job: what the jobs of a batch do not share, apart from the seed.

    ``progress`` is the percentage of the whole run, 0..100. ``node`` is what ComfyUI executes,
    ``step`` of ``steps`` its step, if the node has steps. All four are null while the job is not
    running, and until ComfyUI starts it: meanwhile ``waiting_reason`` says that it waits in the
    queue of a ComfyUI server. ``estimated_wait_seconds`` is how long a waiting job waits at most
    if jobs take as long as recent ones did; null if that is unknown. ``picture`` is the image that
    the job made; null while it is in the trash.
    """

    id: int
    status: JobStatus
    content_id: int | None
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
    """A generation job: its state and everything it was submitted with."""

    user_id: UUID
    job_type: JobType
    prompt: str
    negative_prompt: str
    checkpoint_model: str
    lora_models: list[LoraView]
    width: int
    height: int
    batch_size: int
    batch_id: UUID
    batch_job_ids: list[int]
    params: ParamsView
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
            batch_job_ids=list(details.batch_job_ids),
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
        job_id, status, loras, params, batch_job_ids, image_id = _PARTS(row)
        values[_AT["lora_models"]] = [] if loras == "[]" else _LORAS.decode(loras)
        values[_AT["params"]] = _PARAMS.decode(params)
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
    *(COLUMNS[name] for name in ("id", "status", "lora_models", "params", "batch_job_ids")),
    COLUMNS["image_id"],
)
_IMAGE_OF_ROW = itemgetter(
    *(COLUMNS[name] for name in ("image_id", "sha256", "placeholder")),
    *(COLUMNS[name] for name in ("image_width", "image_height", "thumbnails")),
)
_LORAS = msgspec.json.Decoder(list[LoraView])
_PARAMS = msgspec.json.Decoder(ParamsView)
_NO_PROGRESS = JobProgress(attempt=0, percent=0, node=None)
_DERIVED = {
    "lora_models",
    "params",
    "batch_job_ids",
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
