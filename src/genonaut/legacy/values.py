"""Convert values of an older edition; pure functions."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from genonaut.jobs.params import (
    DEFAULT_EDGE_PX,
    MAX_LORAS,
    MAX_SEED,
    GenerationSpec,
    LoraChoice,
    SamplingParams,
)
from genonaut.jobs.states import JobStatus, JobType
from genonaut.legacy.source import Row, decoded
from genonaut.notifications.tables import NotificationType

_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_NOT_IN_USERNAME = re.compile(r"[^A-Za-z0-9._-]")
_MAX_NAME = 512
_SEEDS = 2**64
"""Source: ComfyUI nodes.py, KSampler: seeds up to 0xffffffffffffffff."""
_STATUSES = {
    "pending": JobStatus.FAILED,
    "queued": JobStatus.FAILED,
    "processing": JobStatus.FAILED,
    "running": JobStatus.FAILED,
    "started": JobStatus.FAILED,
    "completed": JobStatus.COMPLETED,
    "failed": JobStatus.FAILED,
    "cancelled": JobStatus.CANCELLED,
}
"""Nothing runs what was unfinished: it ends as failed."""
UNFINISHED = frozenset({"pending", "queued", "processing", "running", "started"})
Note = Callable[[str], None]
"""Receives what did not fit."""


def aware(value: datetime | None) -> datetime | None:
    """Return an old time, which is UTC without a time zone, with its time zone."""
    if value is None or value.tzinfo is not None:
        return value
    return value.replace(tzinfo=UTC)


def plain(value: Any) -> str:  # noqa: ANN401 - any column
    """Return a text without NUL; None is empty."""
    return "" if value is None else str(value).replace("\0", "")


def username_of(value: str) -> str:
    """Return the nearest valid username."""
    if _USERNAME.fullmatch(value):
        return value
    name = _NOT_IN_USERNAME.sub("-", value).lstrip("._-")[:63]
    return name or "user"


def status_of(value: str) -> JobStatus | None:
    """Return the state of an imported job; None for an unknown word."""
    return _STATUSES.get(value)


def notification_type_of(value: str) -> NotificationType:
    """Return the type of a notification; unknown ones are messages of the system."""
    try:
        return NotificationType(value)
    except ValueError:
        return NotificationType.SYSTEM


def spec_of(row: Row, note: Note) -> GenerationSpec:
    """Return the spec of an old job or request; what is missing or wrong gets its default."""
    params = mapping(row.get("params"), row.get("parameters"))
    sampler = {**params, **mapping(row.get("sampler_params"), params.get("sampler_params"))}

    def value(name: str) -> Any:  # noqa: ANN401 - JSON
        return row[name] if row.get(name) is not None else params.get(name)

    return GenerationSpec(
        job_type=JobType.IMAGE,
        prompt=plain(value("prompt")),
        negative_prompt=plain(value("negative_prompt")),
        checkpoint_model=plain(value("checkpoint_model") or params.get("model"))[:_MAX_NAME],
        lora_models=_loras(value("lora_models"), note),
        width=_integer(value("width"), DEFAULT_EDGE_PX, "width", note),
        height=_integer(value("height"), DEFAULT_EDGE_PX, "height", note),
        params=_sampling(sampler, note),
    )


def _sampling(values: Mapping[str, Any], note: Note) -> SamplingParams:
    defaults = SamplingParams(seed=0)
    seed = _integer(values.get("seed"), 0, "seed", note)
    if not 0 <= seed < _SEEDS:
        note("the seed is not a seed of ComfyUI")
        seed = 0
    elif seed > MAX_SEED:
        note(f"the seed is above {MAX_SEED}: a new job cannot have it")
    return SamplingParams(
        seed=seed,
        steps=_integer(values.get("steps"), defaults.steps, "steps", note),
        cfg=_decimal(values.get("cfg"), defaults.cfg, "cfg", note),
        sampler_name=plain(values.get("sampler_name") or defaults.sampler_name)[:64],
        scheduler=plain(values.get("scheduler") or defaults.scheduler)[:64],
        denoise=_decimal(values.get("denoise"), defaults.denoise, "denoise", note),
    )


def _loras(value: Any, note: Note) -> tuple[LoraChoice, ...]:  # noqa: ANN401 - JSON
    entries = decoded(value) or []
    made = []
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict) or not entry.get("name"):
            note("a LoRA has no name")
            continue
        strength = _decimal(
            entry.get("strength_model", entry.get("strength")), 1.0, "strength", note
        )
        clip = _decimal(entry.get("strength_clip"), strength, "strength", note)
        made.append(LoraChoice(plain(entry["name"])[:_MAX_NAME], strength, clip))
    if len(made) > MAX_LORAS:
        note(f"more than {MAX_LORAS} LoRAs")
    return tuple(made)


def mapping(*values: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return the first of the values that is a JSON object."""
    for value in map(decoded, values):
        if isinstance(value, dict):
            return value
    return {}


def _integer(value: Any, default: int, name: str, note: Note) -> int:  # noqa: ANN401 - JSON
    try:
        return default if value is None else int(value)
    except (TypeError, ValueError, OverflowError):
        note(f"{name} is not a number")
        return default


def _decimal(value: Any, default: float, name: str, note: Note) -> float:  # noqa: ANN401 - JSON
    try:
        return default if value is None else float(value)
    except (TypeError, ValueError):
        note(f"{name} is not a number")
        return default
