"""What a watch reports about one prompt."""

from datetime import datetime

import msgspec

from genonaut.comfyui.outcome import Outcome
from genonaut.comfyui.progress_tracker import PromptProgress


class Queued(msgspec.Struct, frozen=True):
    """ComfyUI has the prompt; ``position`` prompts are before it."""

    position: int


class Started(msgspec.Struct, frozen=True):
    """ComfyUI executes the prompt; ``at`` is when we learnt it, by our clock (UTC)."""

    at: datetime


class Preview(msgspec.Struct, frozen=True):
    """An intermediate image; KSampler's are JPEG, scaled up to 512 pixels on the long side."""

    mime: str
    image: bytes
    node: str | None


class Unreachable(msgspec.Struct, frozen=True):
    """The backend does not answer; repeated at every vain attempt.

    ``since`` is the first one (UTC), ``for_seconds`` the time since then that was spent on looking:
    one during which our process stood still counts no more than any other.
    """

    since: datetime
    for_seconds: float
    reason: str


class Reachable(msgspec.Struct, frozen=True):
    """The backend answers again."""


class Ended(msgspec.Struct, frozen=True):
    """The last event: what became of the prompt.

    ``ran_seconds`` is how long it executed, as far as history told; None also if it never began.
    """

    outcome: Outcome
    ran_seconds: float | None = None


Event = Queued | Started | PromptProgress | Preview | Unreachable | Reachable | Ended
