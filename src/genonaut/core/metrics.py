"""Prometheus metrics that API and worker count in memory; docs/operations.md lists all metrics.

Labels take few values: no user, job or address. Names ending in ``_total`` are added by the library.
"""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 21600)
_SHORT_SECONDS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5, 10, 30)

JOBS_SUBMITTED = Counter("genonaut_jobs_submitted", "Jobs accepted by this process.", ["operation"])
JOBS_ENDED = Counter(
    "genonaut_jobs_ended",
    "Jobs that this process completed, failed or cancelled.",
    ["outcome", "error_code", "backend", "architecture", "operation"],
)
JOB_WAIT = Histogram(
    "genonaut_job_wait_seconds",
    "From submission to the first claim.",
    ["operation"],
    buckets=_SECONDS,
)
JOB_RENDER = Histogram(
    "genonaut_job_render_seconds",
    "From the start of execution in ComfyUI to its end.",
    ["backend", "architecture", "operation"],
    buckets=_SECONDS,
)
JOB_INGEST = Histogram(
    "genonaut_job_ingest_seconds",
    "From the end of execution in ComfyUI to the completed job.",
    buckets=_SHORT_SECONDS,
)
JOB_ADDED_LATENCY = Histogram(
    "genonaut_job_added_latency_seconds",
    "Time of Genonaut itself: from claim to the posted prompt, and the ingest.",
    buckets=_SHORT_SECONDS,
)

ATTEMPTS_CLAIMED = Counter("genonaut_attempts_claimed", "Claims of this worker.", ["backend"])
ATTEMPTS_RESUMED = Counter(
    "genonaut_attempts_resumed", "Claims that re-attach to a prompt of an earlier one.", ["backend"]
)
ATTEMPT_RETRIES = Counter(
    "genonaut_attempt_retries", "Attempts that ended with another attempt, by fault.", ["fault"]
)
LEASES_LOST = Counter("genonaut_leases_lost", "Leases that this worker lost.")
LEASES_EXPIRED = Counter(
    "genonaut_leases_expired", "Expired leases of other workers that this worker's sweep ended."
)
WAKE_UPS_SENT = Counter("genonaut_wake_ups_sent", "Wake-ups sent for submitted jobs.")
WAKE_UPS_SWEPT = Counter("genonaut_wake_ups_swept", "Wake-ups sent again by the sweep.")

WEBSOCKETS_OPEN = Gauge(
    "genonaut_websockets_open",
    "Open websockets of this process.",
    ["subject"],
    multiprocess_mode="livesum",
)
FRAMES_DROPPED = Counter(
    "genonaut_websocket_frames_dropped", "Frames replaced by newer ones before they were sent."
)
OVERFLOW_CLOSES = Counter(
    "genonaut_websocket_overflow_closes", "Websockets closed because the client read too slowly."
)
CACHE_READS = Counter(
    "genonaut_cache_reads", "Reads of caches in memory, by cache and result.", ["cache", "result"]
)

WEBHOOK_TRIES = Counter(
    "genonaut_webhook_tries", "Calls of webhooks: delivered, failed, or to be retried.", ["outcome"]
)
NOTIFICATIONS_SENT = Counter("genonaut_notifications_sent", "New notifications.", ["type"])
ORPHANS_DELETED = Counter(
    "genonaut_orphaned_files_deleted", "Files without a row that this worker deleted."
)
ITEMS_PURGED = Counter("genonaut_trash_items_purged", "Expired items that this worker purged.")

LOOP_UP = Gauge(
    "genonaut_background_loop_up",
    "1 while a background loop runs, 0 while it fails.",
    ["loop"],
    multiprocess_mode="livemin",
)
LOOP_ENDS = Counter(
    "genonaut_background_loop_ends", "How often a background loop ended unexpectedly.", ["loop"]
)
DATABASE_CONNECTIONS = Gauge(
    "genonaut_database_connections",
    "Database connections of this process: used, idle, and the largest number (limit).",
    ["state"],
    multiprocess_mode="livesum",
)


class CacheMetrics:
    """Counts the hits and misses of one cache."""

    def __init__(self, cache: str) -> None:
        self._hits = CACHE_READS.labels(cache, "hit")
        self._misses = CACHE_READS.labels(cache, "miss")

    def count(self, *, is_hit: bool) -> None:
        """Count one read."""
        (self._hits if is_hit else self._misses).inc()


def record_loop_state(name: str, is_failing: bool) -> None:  # BackgroundLoops calls it
    """Update the metrics of a loop that starts, ends or is stable again."""
    LOOP_UP.labels(name).set(0 if is_failing else 1)
    if is_failing:
        LOOP_ENDS.labels(name).inc()


def count_job_end(
    *,
    outcome: str,
    error_code: str | None,
    backend: str | None,
    architecture: str | None,
    operation: str,
) -> None:
    """Count a job that ended; call it after the commit."""
    JOBS_ENDED.labels(
        outcome, error_code or "", backend or "", architecture or "unknown", operation
    ).inc()
