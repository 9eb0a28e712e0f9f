"""The worker process, alerts, traces and the log."""

from typing import Annotated, Literal

from msgspec import Meta

from genonaut.config.settings.fields import Count, OptionalHttpUrl, Port, Positive, Section


class WorkerSettings(Section, frozen=True):
    """The worker process."""

    metrics_host: str = "127.0.0.1"
    """Address on which the worker serves its metrics, without a login."""
    metrics_port: Port = 0
    """Port of the metrics; 0: not served."""
    max_jobs: Annotated[int, Meta(ge=0)] = 0
    """The process ends after this number of jobs, to be started again; 0: never."""
    max_rss_mb: Annotated[int, Meta(ge=0)] = 0
    """The process ends, after at least one job, while it uses more memory; 0: never."""


class AlertSettings(Section, frozen=True):
    """Conditions of which administrators are told."""

    is_enabled: bool = True
    check_seconds: Positive = 15.0
    """Interval of the checks; an alert ends when two checks in a row did not find its condition."""
    worker_missing_seconds: Positive = 60.0
    """No worker has been running for this time."""
    backend_down_minutes: Positive = 5.0
    """A ComfyUI server has not answered for this time."""
    waiting_minutes: Positive = 10.0
    """A job that a free slot could take has waited for this time."""
    failure_percent: Annotated[float, Meta(ge=1, le=100)] = 50.0
    """This share of the jobs of the last hour failed."""
    failure_min_jobs: Count = 10
    """The share is not looked at below this number of ended jobs."""
    disk_free_bytes: Annotated[int, Meta(ge=0)] = 5_000_000_000
    """The disk with the images has less free space; 0: not checked."""


class TracingSettings(Section, frozen=True):
    """Traces of requests and jobs, sent by OpenTelemetry."""

    endpoint: OptionalHttpUrl = ""
    """URL of an OTLP receiver over HTTP, such as http://127.0.0.1:4318; empty: no traces."""
    sample_percent: Annotated[float, Meta(ge=0, le=100)] = 100.0
    """Share of the traces that are sent."""


class LogSettings(Section, frozen=True):
    """Level and format of the log."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json"] = "auto"
