"""The tables of the generation queue."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Computed,
    Double,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from genonaut.db.base import Base, text_enum
from genonaut.db.word_search import words_sql
from genonaut.jobs.states import AttemptResult, ErrorCode, JobStatus, JobType

_WAITING = text("status IN ('pending', 'queued')")
_OPEN = text("ended_at IS NULL")
_PROMPTS = "(COALESCE((params ->> 'prompt_template'::text) || ' '::text, ''::text) || prompt)"


class GenerationBatch(Base):
    """One submission with its jobs, usually one."""

    __tablename__ = "generation_batches"
    __table_args__ = (
        UniqueConstraint("user_id", "idempotency_key"),
        # BatchRepository.page
        Index("ix_generation_batches_feed", "user_id", "ended_at", "created_at", "id"),
        # BatchRepository.page of all owners
        Index("ix_generation_batches_newest", "ended_at", "created_at", "id"),
        # BatchRepository.page in the order of the queue
        Index(
            "ix_generation_batches_queue",
            text("priority DESC"),
            "created_at",
            "id",
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    idempotency_key: Mapped[str | None] = mapped_column(String(255))
    request_hash: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(SmallInteger)
    open_count: Mapped[int] = mapped_column(SmallInteger)
    """Number of jobs of the batch that are not terminal."""
    priority: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    """The highest priority that one of its jobs was given."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    """When ``open_count`` became 0."""


class GenerationJob(Base):
    """One requested image: spec, state and outcome."""

    __tablename__ = "generation_jobs"
    __table_args__ = (
        CheckConstraint("status <> 'completed' OR attempt > 0", name="completed_was_tried"),
        # uploads/repository.py: the jobs that name an upload
        Index(
            "ix_generation_jobs_upload_ids",
            text("jsonb_path_query_array(inputs, '$.**.upload_id')"),
            postgresql_using="gin",
            postgresql_where=text("inputs IS NOT NULL"),
        ),
        # JobRepository.page of one owner
        Index("ix_generation_jobs_owner_newest", "user_id", "id"),
        # claim_query.NEXT_JOB, queue_positions: the waiting jobs of each user
        Index(
            "ix_generation_jobs_waiting",
            "user_id",
            text("priority DESC"),
            "id",
            postgresql_where=_WAITING,
        ),
        # claim_query.NEXT_JOB: prompts that may still be at a backend
        Index(
            "ix_generation_jobs_resumable",
            "backend",
            postgresql_where=text("status IN ('pending', 'queued') AND resume_until IS NOT NULL"),
        ),
        # claim_query.NEXT_JOB: the running jobs of each user
        Index("ix_generation_jobs_running", "user_id", postgresql_where=text("status = 'running'")),
        # statistics by status; running jobs in the sweep
        Index("ix_generation_jobs_status", "status", "user_id"),
        # jobs of one batch
        Index("ix_generation_jobs_batch", "batch_id", "batch_index"),
        # an operator looks up the job of an id that stands in Redis or in ComfyUI's history
        Index(
            "ix_generation_jobs_arq_job",
            "arq_job_id",
            postgresql_where=text("arq_job_id IS NOT NULL"),
        ),
        Index(
            "ix_generation_jobs_prompt",
            "comfyui_prompt_id",
            postgresql_where=text("comfyui_prompt_id IS NOT NULL"),
        ),
        # statistics by hour, retention
        Index(
            "ix_generation_jobs_ended",
            "completed_at",
            postgresql_where=text("completed_at IS NOT NULL"),
        ),
        # UsageRepository: counts and sums per user without reading the rows
        Index(
            "ix_generation_jobs_usage",
            "user_id",
            postgresql_include=["status", "render_seconds", "created_at"],
        ),
        # JobRepository.page, search=; the words of earlier prompts
        Index(
            "ix_generation_jobs_words",
            "prompt_words",
            postgresql_using="gin",
            postgresql_ops={"prompt_words": "gin_trgm_ops"},
        ),
        # JobRepository.page of one workflow
        Index(
            "ix_generation_jobs_workflow",
            "workflow_version_id",
            "id",
            postgresql_where=text("workflow_version_id IS NOT NULL"),
        ),
        # purging an item sets content_id to null
        Index(
            "ix_generation_jobs_content",
            "content_id",
            postgresql_where=text("content_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("generation_batches.id"))
    batch_index: Mapped[int] = mapped_column(SmallInteger)
    job_type: Mapped[JobType] = mapped_column(text_enum(JobType, name="job_type"))
    status: Mapped[JobStatus] = mapped_column(text_enum(JobStatus, name="status"))
    priority: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))

    prompt: Mapped[str] = mapped_column(Text)
    negative_prompt: Mapped[str] = mapped_column(Text)
    checkpoint_model: Mapped[str] = mapped_column(String(512))
    lora_models: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    width: Mapped[int]
    height: Mapped[int]
    batch_size: Mapped[int] = mapped_column(SmallInteger)
    params: Mapped[dict[str, Any]]
    models: Mapped[dict[str, Any] | None]
    """The model files and how to load them; null for jobs older than the catalogue."""
    inputs: Mapped[dict[str, Any] | None]
    """Images and what is done with them (``JobInputs``); null for text to image."""
    workflow_version_id: Mapped[int | None] = mapped_column(ForeignKey("workflow_versions.id"))
    """The version of the workflow that it runs; null for built-in operations."""
    needs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """``folder/name`` of all that a backend must offer: model files, sampler, scheduler."""

    content_id: Mapped[int | None] = mapped_column(
        ForeignKey("content_items.id", ondelete="SET NULL")
    )
    arq_job_id: Mapped[str | None] = mapped_column(String(128))
    comfyui_prompt_id: Mapped[str | None] = mapped_column(String(64))
    traceparent: Mapped[str | None] = mapped_column(String(64))
    """The span of its submission (W3C Trace Context), which its attempts continue in other processes."""
    backend: Mapped[str | None] = mapped_column(String(63))
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    out_of_memory_count: Mapped[int] = mapped_column(server_default=text("0"))
    seq: Mapped[int] = mapped_column(server_default=text("0"))
    """Id of the newest timeline entry."""
    not_before: Mapped[datetime | None]
    resume_until: Mapped[datetime | None]
    """Only ``backend`` may get the job until then: the prompt may still be there."""
    avoid_backend: Mapped[str | None] = mapped_column(String(63))
    cancel_requested_at: Mapped[datetime | None]
    waiting_reason: Mapped[str | None] = mapped_column(String(500))
    unavailable_since: Mapped[datetime | None]
    """Since when no enabled backend that answers offers what the job needs."""
    render_seconds: Mapped[float] = mapped_column(Double, server_default=text("0"))
    """How long ComfyUI rendered it, over all attempts that ended with it."""
    error_code: Mapped[ErrorCode | None] = mapped_column(text_enum(ErrorCode, name="error_code"))
    error_message: Mapped[str | None] = mapped_column(Text)

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    queued_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    """When the job became completed, failed or cancelled."""
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    prompt_words: Mapped[str] = mapped_column(
        Text,
        Computed(words_sql(_PROMPTS), persisted=True),
        deferred=True,
        deferred_raiseload=True,
    )
    """The words of the prompt, and of its template if it is a dynamic one."""


class GenerationAttempt(Base):
    """One try at a job by one worker on one backend; open while ``ended_at`` is null."""

    __tablename__ = "generation_attempts"
    __table_args__ = (
        # slots in use, expired leases
        Index("ix_generation_attempts_open", "backend", "lease_until", postgresql_where=_OPEN),
        # enforces at most one open attempt per job
        Index("uq_generation_attempts_one_open", "job_id", unique=True, postgresql_where=_OPEN),
        # prompts to remove from a backend that answers again
        Index("ix_generation_attempts_abandoned", "backend", postgresql_where=text("is_abandoned")),
        # retention
        Index("ix_generation_attempts_claimed", "claimed_at", postgresql_using="brin"),
    )

    job_id: Mapped[int] = mapped_column(
        ForeignKey("generation_jobs.id", ondelete="CASCADE"), primary_key=True
    )
    attempt: Mapped[int] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID]
    backend: Mapped[str] = mapped_column(String(63))
    comfyui_prompt_id: Mapped[str] = mapped_column(String(64))
    is_resumed: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether it follows a prompt that an earlier attempt posted."""
    is_abandoned: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether its prompt may still be at the backend and must be removed there."""
    claimed_at: Mapped[datetime]
    lease_until: Mapped[datetime]
    posted_at: Mapped[datetime | None]
    executing_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    verdict: Mapped[AttemptResult | None] = mapped_column(text_enum(AttemptResult, name="verdict"))
    detail: Mapped[str | None] = mapped_column(Text)
    comfyui_version: Mapped[str | None] = mapped_column(String(63))
    graph: Mapped[dict[str, Any] | None]


class GenerationJobEvent(Base):
    """One state change: an entry of the timeline; its id is the ``seq`` of realtime frames."""

    __tablename__ = "generation_job_events"
    __table_args__ = (
        # timeline of a job; jobs with entries newer than a seq
        Index("ix_generation_job_events_job", "job_id", "id"),
        # retention
        Index("ix_generation_job_events_at", "at", postgresql_using="brin"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("generation_jobs.id", ondelete="CASCADE"))
    attempt: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    detail: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class ComfyuiBackend(Base):
    """One configured ComfyUI server, as its workers last reported it."""

    __tablename__ = "comfyui_backends"

    name: Mapped[str] = mapped_column(String(63), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    slots: Mapped[int] = mapped_column(SmallInteger)
    enabled: Mapped[bool]
    status: Mapped[str] = mapped_column(String(16), server_default=text("'unknown'"))
    """unknown, up, down or stuck; retired if no live worker has it in its settings."""
    version: Mapped[str | None] = mapped_column(String(63))
    queue_length: Mapped[int | None]
    offers: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """``folder/name`` of its model files, samplers and schedulers; null until first read."""
    last_error: Mapped[str | None] = mapped_column(Text)
    checked_at: Mapped[datetime | None]
    down_since: Mapped[datetime | None]
    """Since when no worker reported it as up; null while it is."""


class Worker(Base):
    """One start of a worker process."""

    __tablename__ = "workers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    hostname: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
    version: Mapped[str] = mapped_column(String(63))
    backends: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    """Names of the backends in its settings, which may differ between workers."""
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    slots: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    """How many jobs it may run at once, over all its backends."""
    storage_error: Mapped[str | None] = mapped_column(Text)
    """Why it cannot write the storage and therefore claims no job."""
    failing_loops: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    """Names of its background loops that ended and are being restarted."""


class QueuePause(Base):
    """Pause of the queue or of one backend; no job is started there while the row exists."""

    __tablename__ = "queue_pauses"

    backend: Mapped[str] = mapped_column(String(63), primary_key=True)
    """Name of the backend; empty for the whole queue."""
    reason: Mapped[str | None] = mapped_column(String(200))
    paused_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    paused_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
