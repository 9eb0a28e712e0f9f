"""What a user likes: stored as JSONB, read as this."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from genonaut.core.schemas import NO_NUL, Value

Theme = Literal["system", "light", "dark"]
Edge = Annotated[int, Meta(ge=64, le=2048, multiple_of=8)]
Text = Annotated[str, Meta(max_length=10_000, pattern=NO_NUL)]
ModelName = Annotated[str, Meta(min_length=1, max_length=255, pattern=NO_NUL)]
OptionName = Annotated[str, Meta(min_length=1, max_length=64, pattern=NO_NUL)]


class NotificationTypes(Value, frozen=True):
    """Which notifications are wanted once notifications are on."""

    job_completed: bool = True
    job_failed: bool = True
    job_cancelled: bool = True
    system: bool = True
    recommendation: bool = True


class DefaultParameters(Value, frozen=True):
    """What the form starts with; None leaves it to the application. Edges in pixels.

    The limits are those of a submission (a contract test compares them), whose package lies above.
    """

    checkpoint_model: ModelName | None = None
    negative_prompt: Text | None = None
    width: Edge | None = None
    height: Edge | None = None
    batch_size: Annotated[int, Meta(ge=1, le=16)] | None = None
    steps: Annotated[int, Meta(ge=1, le=150)] | None = None
    cfg: Annotated[float, Meta(ge=0, le=30)] | None = None
    sampler_name: OptionName | None = None
    scheduler: OptionName | None = None


class Preferences(Value, frozen=True):
    """Everything a user can set; notifications are off until asked for."""

    notifications_enabled: bool = False
    notification_types: NotificationTypes = NotificationTypes()
    theme: Theme = "system"
    default_parameters: DefaultParameters = DefaultParameters()

    def wants(self, notification_type: str) -> bool:
        """Tell whether a notification of this type is to be written."""
        return self.notifications_enabled and bool(
            getattr(self.notification_types, notification_type, False)
        )


def read_preferences(stored: Mapping[str, Any]) -> Preferences:
    """Return what a row holds; what an older or newer version wrote otherwise is left out."""
    try:
        return msgspec.convert(stored, Preferences)
    except msgspec.ValidationError:
        readable: dict[str, Any] = {}
        for key, value in stored.items():
            try:
                msgspec.convert({key: value}, Preferences)
            except msgspec.ValidationError:
                continue
            readable[key] = value
        return msgspec.convert(readable, Preferences)
