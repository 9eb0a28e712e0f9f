"""Events that a prompt watch yields."""

from datetime import datetime

import msgspec

from genonaut.comfyui.outcome import Outcome
from genonaut.comfyui.progress_tracker import PromptProgress
from genonaut.comfyui.wire import ImageRef


class Queued(msgspec.Struct, frozen=True):
    """The prompt is in ComfyUI's queue, behind ``position`` other prompts."""

    position: int


class Started(msgspec.Struct, frozen=True):
    """ComfyUI executes the prompt; ``at`` is when this process learned it (UTC)."""

    at: datetime


class Preview(msgspec.Struct, frozen=True):
    """A preview image; KSampler sends JPEG, scaled up to 512 pixels on the long side."""

    mime: str
    image: bytes
    node: str | None


class ImageSaved(msgspec.Struct, frozen=True):
    """An output node has saved an image, whose bytes are final; the prompt may still fail."""

    image: ImageRef


class Unreachable(msgspec.Struct, frozen=True):
    """The backend does not answer; repeated at every failed attempt.

    ``since`` is the first failure (UTC); ``for_seconds`` is the time spent on checks since then. A
    check during which this process was frozen counts no longer than any other.
    """

    since: datetime
    for_seconds: float
    reason: str


class Reachable(msgspec.Struct, frozen=True):
    """The backend answers again."""


class Ended(msgspec.Struct, frozen=True):
    """The last event: the outcome of the prompt.

    ``ran_seconds`` is the execution time by ComfyUI's history; None if unknown or never started.
    """

    outcome: Outcome
    ran_seconds: float | None = None


Event = Queued | Started | PromptProgress | Preview | ImageSaved | Unreachable | Reachable | Ended
